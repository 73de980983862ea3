internal import Base
package import Console
internal import Facts
internal import Layout
internal import Ledger
internal import Live
internal import NightPages
internal import NightReading
internal import Platform
internal import Workbench

package enum WatchCommand {
  static let interval = Option(
    "interval", ValueKind<Duration>.duration(), default: .seconds(1), shown: "1s",
    "How often the ledger is looked at")

  package static let command = Command(
    "watch", in: .run, "Follow a night while it goes on",
    discussion: """
      On a terminal a screen of its own, of a night that goes on as of one that is over: ? shows its keys, q or \
      Ctrl-C leaves, and the night goes on. Elsewhere a line for each decision, or with --json a record, which \
      ends when the night does: with 0 when it has its report, with 130 when it was stopped or its process is \
      gone.
      """,
    takes: [NightWord.which, interval],
    examples: [
      Example("belay watch", "the newest night"),
      Example("belay watch r12 --json", "one record for each decision"),
    ],
    output: .job("watch", compact: ["run", "state", "champion", "adoptions"])
  ) { call in
    let reader = try LabWord.reader(call)
    let id = try NightWord.id(call[NightWord.which], reader)
    let view = try NightView.read(reader, run: id, keeping: true, clock: call.surroundings.clock)
    if call.output.mode == .text, call.surroundings.output.isTerminal,
      call.surroundings.environment["TERM"] != "dumb",
      let screen = FullScreen.begin(call.surroundings.output)
    {
      return try await follow(view, reader, on: screen, call)
    }
    var watch = NightWatch(call: call, reader: reader, view: view, interval: call[interval])
    return try await watch.run()
  }

  private static func follow(
    _ view: NightView, _ reader: LedgerReader, on screen: FullScreen, _ call: Call
  ) async throws -> ExitCode {
    defer { screen.end() }
    let screens = LiveScreens(
      reader: reader, lab: try LabWord.resolve(call), clock: call.surroundings.clock,
      folder: call.surroundings.workingDirectory)
    var loop = LiveLoop(
      view, reader, on: screen, ink: call.output.ink, clock: call.surroundings.clock,
      interval: call[interval]
    ) { page, view, width, ink in
      try screens.lines(page, view, width: width, ink: ink)
    }
    // Whoever leaves the screen pastes what it said into the shell that it was begun from.
    let (last, isInterrupted) = try await CommandPlace.$lab.withValue(call.output.labOption) {
      try await loop.run()
    }
    screen.end()
    try call.output.done(success: !isInterrupted, last.summary) { width in
      StatusPage(last).text(width: width) + (last.isOver ? "" : "left; the night goes on\n")
    }
    return isInterrupted ? ExitCode(.interrupted) : .ok
  }
}

/// Looks at a night again and again, and shows what is new.
struct NightWatch {
  private enum Wake: Sendable { case tick, signal }

  private let call: Call
  private let reader: LedgerReader
  private var view: NightView
  private let interval: Duration
  private var told: Int

  init(call: Call, reader: LedgerReader, view: NightView, interval: Duration) {
    self.call = call
    self.reader = reader
    self.view = view
    self.interval = interval
    told = max(0, view.decisionCount - 5)
  }

  mutating func run() async throws -> ExitCode {
    let code = try await follow()
    let view = view
    try call.output.done(success: code == .ok, view.summary) { width in
      StatusPage(view).text(width: width)
        + (view.isOver || code != .ok ? "" : "left; the night goes on\n")
    }
    return code
  }

  private mutating func follow() async throws -> ExitCode {
    let (wakes, wake) = AsyncStream.makeStream(of: Wake.self)
    let signals = _Concurrency.Task {
      for await _ in InterruptSignals.stream() { wake.yield(.signal) }
    }
    defer {
      signals.cancel()
      wake.finish()
    }
    try show()
    if view.isOver { return ending }
    Reactor.shared.after(interval) { wake.yield(.tick) }
    for await event in wakes {
      switch event {
      case .signal: return ExitCode(.interrupted)
      case .tick:
        let isNew = try view.catchUp(reader, clock: call.surroundings.clock)
        if isNew { try show() }
        if view.isOver { return ending }
        Reactor.shared.after(interval) { wake.yield(.tick) }
      }
    }
    return .ok
  }

  private var ending: ExitCode { view.state == .finished ? .ok : ExitCode(.interrupted) }

  private mutating func show() throws {
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
