public import Base
internal import CSystem
internal import Glibc

/// Where text goes: a standard stream, or what a test collects.
public struct TextStream: Sendable {
  /// Whether a person sits at the other end.
  public let isTerminal: Bool
  /// Its width in columns, where it is a terminal that says so.
  public let columns: Int?
  private let put: @Sendable ([UInt8]) throws(BelayError) -> Void

  /// A stream of your own.
  public init(
    isTerminal: Bool = false, columns: Int? = nil,
    write: @escaping @Sendable ([UInt8]) throws(BelayError) -> Void
  ) {
    self.isTerminal = isTerminal
    self.columns = columns
    put = write
  }

  /// Writes all of a text.
  public func write(_ text: String) throws(BelayError) { try put(Array(text.utf8)) }

  /// Standard output or standard error, by number.
  public static func standard(_ fd: Int32) -> TextStream {
    TextStream(isTerminal: isatty(fd) == 1, columns: Terminal.columns(fd)) {
      (bytes) throws(BelayError) in
      try Terminal.write(bytes, to: fd)
    }
  }
}

/// What is known of the terminal that Belay was started from.
public enum Terminal {
  /// One line from standard input, without its end; nil at the end of input.
  public static func readLine() -> String? { Swift.readLine(strippingNewline: true) }

  /// All of standard input, at most 16 MB of it.
  public static func readInput() throws(BelayError) -> String {
    // Not by its name: a socket cannot be opened anew.
    let raw = fcntl(0, F_DUPFD_CLOEXEC, 3)
    guard raw >= 0 else { throw .system("read", errno, place: "standard input") }
    let input = Descriptor(owning: raw)
    return String(
      decoding: try input.readAll(limit: 16 << 20, place: "standard input"), as: UTF8.self)
  }

  /// The next piece of standard input, as soon as there is one; empty at its end.
  public static func readPiece() async throws -> [UInt8] {
    try await BlockingWork.run {
      var piece = [UInt8](repeating: 0, count: 64 << 10)
      while true {
        let got = read(0, &piece, piece.count)
        if got >= 0 { return Array(piece.prefix(got)) }
        guard errno == EINTR else {
          throw BelayError.system("read", errno, place: "standard input")
        }
      }
    }
  }

  /// Whether standard input is a terminal.
  public static var hasInput: Bool { isatty(0) == 1 }

  /// Settles how bytes and characters meet; libarchive fails on names that are not ASCII without it.
  public static func useUTF8() { setlocale(LC_CTYPE, "C.UTF-8") }

  static func columns(_ fd: Int32) -> Int? { size(of: fd)?.columns }

  /// The size of the terminal at standard output by now; nil where there is none.
  public static func size() -> (rows: Int, columns: Int)? { size(of: 1) }

  private static func size(of fd: Int32) -> (rows: Int, columns: Int)? {
    var size = winsize()
    guard ioctl(fd, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_row), Int(size.ws_col))
  }

  // SIGPIPE is held back for this write alone: ignoring it in the whole process would be inherited
  // by every child, and `yes | head` in a task would never end.
  static func write(_ bytes: [UInt8], to fd: Int32) throws(BelayError) {
    var pipe = sigset_t()
    var before = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var done = 0
    while done < bytes.count {
      let got = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(fd, buffer.baseAddress.map { unsafe $0 + done }, bytes.count - done)
      }
      if got >= 0 {
        done += got
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var ready = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, -1)
      case EPIPE:
        var none = timespec()
        sigtimedwait(&pipe, nil, &none)
        throw BelayError(
          .interrupted, "nobody reads the output any more", place: "descriptor \(fd)")
      default: throw .system("write", errno, place: "descriptor \(fd)")
      }
    }
  }
}
