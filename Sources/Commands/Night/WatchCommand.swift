internal import Base
internal import Console
internal import Facts
internal import Ledger
internal import NightPages
internal import Platform

enum WatchCommand {
  static let interval = Option(
    "interval", ValueKind<Duration>.duration(), default: .seconds(1), shown: "1s",
    "How often the ledger is looked at")

  static let command = Command(
    "watch", in: .run, "Follow a night while it goes on",
    discussion: """
      On a terminal one screen that draws itself anew; elsewhere a line for each decision, or with --json a \
      record. q or Ctrl-C leaves, and the night goes on. Ends when the night does: with 0 when it has its \
      report, with 130 when it was stopped or its process is gone.
      """,
    takes: [NightWord.which, interval],
    examples: [
      Example("belay watch", "the newest night"),
      Example("belay watch r12 --json", "one record for each decision"),
    ],
    output: .job("watch", compact: ["run", "state", "champion", "adoptions"])
  ) { call in
    let reader = try LabWord.reader(call)
    let id = try NightWord.run(call[NightWord.which], reader).id
    let view = try NightView.read(reader, run: id, clock: call.surroundings.clock)
    var watch = NightWatch(call: call, reader: reader, view: view, interval: call[interval])
    return try await watch.run()
  }
}

/// Looks at a night again and again, and shows what is new.
struct NightWatch {
  private enum Wake: Sendable { case tick, key(UInt8), signal }

  private let call: Call
  private let reader: LedgerReader
  private var view: NightView
  private let interval: Duration
  private let screen: LiveScreen?
  private var told: Int

  init(call: Call, reader: LedgerReader, view: NightView, interval: Duration) {
    self.call = call
    self.reader = reader
    self.view = view
    self.interval = interval
    told = max(0, view.decisionCount - 5)
    let isLive = call.output.mode == .text && call.surroundings.output.isTerminal
    screen = isLive && !view.isOver ? LiveScreen(call.surroundings.output) : nil
  }

  mutating func run() async throws -> ExitCode {
    let keys = screen == nil ? nil : RawKeys.begin()
    screen?.begin()
    defer { keys?.end() }
    do {
      let code = try await follow(keys)
      screen?.end()
      keys?.end()
      let view = view
      try call.output.done(success: code == .ok, view.summary) { width in
        StatusPage(view).text(width: width)
          + (view.isOver || code != .ok ? "" : "left; the night goes on\n")
      }
      return code
    } catch {
      screen?.end()
      throw error
    }
  }

  private mutating func follow(_ keys: RawKeys?) async throws -> ExitCode {
    let (wakes, wake) = AsyncStream.makeStream(of: Wake.self)
    let signals = _Concurrency.Task {
      for await _ in InterruptSignals.stream() { wake.yield(.signal) }
    }
    let typed = _Concurrency.Task {
      guard let keys else { return }
      for await key in keys.stream() { wake.yield(.key(key)) }
    }
    defer {
      signals.cancel()
      typed.cancel()
      wake.finish()
    }
    try show()
    if view.isOver { return ending }
    Reactor.shared.after(interval) { wake.yield(.tick) }
    for await event in wakes {
      switch event {
      case .signal: return ExitCode(.interrupted)
      case .key(let key):
        // q, Q, and Ctrl-C and Ctrl-D where the terminal hands them over as keys.
        if [0x71, 0x51, 0x03, 0x04].contains(key) { return .ok }
        try show()
      case .tick:
        let isNew = try view.catchUp(reader, clock: call.surroundings.clock)
        if isNew || screen != nil { try show() }
        if view.isOver { return ending }
        Reactor.shared.after(interval) { wake.yield(.tick) }
      }
    }
    return .ok
  }

  private var ending: ExitCode { view.state == .finished ? .ok : ExitCode(.interrupted) }

  private mutating func show() throws {
    if let screen {
      screen.draw { width, height in
        var lines = StatusPage(view).live(width: width, height: height - 1)
        lines.append("q leaves; the night goes on")
        return lines
      }
      return
    }
    for line in view.decisionLines(after: told) {
      if call.output.mode == .json {
        try call.output.event("decision", line.record)
      } else {
        _ = try call.output.stream(line.text + "\n")
      }
    }
    told = view.decisionCount
    if call.output.mode == .json { try call.output.event("status", view.progress) }
  }
}

/// A screen of a terminal that is drawn over and over, and is gone without a trace in the end.
struct LiveScreen {
  private let output: TextStream

  init(_ output: TextStream) { self.output = output }

  /// Goes to the terminal's other screen, without a cursor.
  func begin() { try? output.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J") }

  /// Goes back to where it was.
  func end() { try? output.write("\u{1B}[?25h\u{1B}[?1049l") }

  /// Draws lines that are safe to print, as many as there is room for.
  func draw(_ lines: (_ width: Int, _ height: Int) -> [String]) {
    let size = Terminal.size() ?? (rows: 24, columns: output.columns ?? 80)
    let width = max(size.columns - 1, 20)
    let height = max(size.rows, 3)
    var text = "\u{1B}[H"
    let all = lines(width, height).prefix(height)
    for (place, line) in all.enumerated() {
      text += line.printable() + "\u{1B}[K" + (place == all.count - 1 ? "" : "\r\n")
    }
    try? output.write(text + "\u{1B}[J")
  }
}
