import Base
import Climb
import Glibc
import Layout
import Ledger
import NightLab
import NightReading
import Platform
import Testing

@testable import Live

/// The dashboard on a pseudo-terminal, in a process of its own whose standard streams that is.
@Suite struct TerminalTests {
  @Test func `the terminal is given back after q, SIGTERM and an error`() async {
    await #expect(processExitsWith: .success) {
      InterruptSignals.take()
      for ending in ["q", "signal", "error"] {
        let terminal = try #require(PseudoTerminal())
        let before = terminal.settings()
        try await NightLab.with(Nights.racing()) { lab in
          let reader = try lab.lab.reader()
          let screen = try #require(FullScreen.begin(TextStream.standard(1)))
          #expect(terminal.settings() != before)
          var loop = LiveLoop(
            try lab.view(), reader, on: screen, ink: .plain, clock: .system,
            interval: .milliseconds(20)
          ) { _, _, _, _ in [] }
          switch ending {
          case "q":
            terminal.type("ytq")
            let end = try await loop.run()
            #expect(!end.interrupted)
            screen.end()
          case "signal":
            kill(getpid(), SIGTERM)
            let end = try await loop.run()
            #expect(end.interrupted)
            screen.end()
          default:
            // Whoever holds the screen gives it back with the last reference.
            func fail() async throws {
              defer { screen.end() }
              try Files.removeTree(lab.lab.path)
              throw BelayError(.internal, "the ledger is gone")
            }
            await #expect(throws: BelayError.self) { try await fail() }
          }
        }
        #expect(terminal.settings() == before, "\(ending)")
        let shown = terminal.output()
        if ending == "q" { #expect(shown.contains(Clipboard.strokes("c57")), "\(shown)") }
        #expect(shown.contains("\u{1B}[?1049h"), "\(ending)")
        #expect(shown.hasSuffix("\u{1B}[?25h\u{1B}[?1049l"), "\(ending): \(shown.suffix(80))")
        terminal.close()
      }
      exit(0)
    }
  }
}

/// A pseudo-terminal that stands in for the standard streams of this process.
private struct PseudoTerminal {
  private let main: Int32

  init?() {
    main = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    // TIOCSPTLCK and TIOCGPTN, which Swift does not see.
    var lock: Int32 = 0
    var number: Int32 = 0
    guard main >= 0, ioctl(main, 0x4004_5431, &lock) == 0, ioctl(main, 0x8004_5430, &number) == 0
    else { return nil }
    let other = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
    guard other >= 0, ioctl(other, UInt(TIOCSWINSZ), &size) == 0, dup2(other, 0) == 0,
      dup2(other, 1) == 1
    else { return nil }
    Glibc.close(other)
    _ = fcntl(main, F_SETFL, O_NONBLOCK)
  }

  func settings() -> [UInt32] {
    var now = termios()
    tcgetattr(0, &now)
    return [now.c_iflag, now.c_oflag, now.c_lflag]
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(main, bytes, bytes.count)
  }

  func output() -> String {
    var all: [UInt8] = []
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while case let got = read(main, &bytes, bytes.count), got > 0 { all += bytes.prefix(got) }
    return String(decoding: all, as: UTF8.self)
  }

  func close() { Glibc.close(main) }
}
