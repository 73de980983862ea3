public import Base
internal import Calls
internal import Climb
internal import Facts
public import Layout
public import Ledger
public import NightReading
public import Platform

/// The thin loop of the dashboard: reads the night, draws what changed, hands keys over.
public struct LiveLoop {
  /// The lines of a page for a width, from those that know how to make it.
  public typealias Pages = @Sendable (LivePage, NightView, _ width: Int, Ink) throws -> [String]

  private enum Wake: Sendable {
    case tick, byte(UInt8), pause, signal, end
    case change(FullScreen.Change)
  }

  private let reader: LedgerReader
  private let clock: WallClock
  private let screen: FullScreen
  private let ink: Ink
  private let interval: Duration
  private let pages: Pages
  private var view: NightView
  private var board: Dashboard
  private var state = LiveState()
  private var keys = KeyDecoder()
  private var drawn: LiveFrame?
  private var size = (rows: 24, columns: 80)

  /// A loop over a night on a screen that was taken.
  public init(
    _ view: NightView, _ reader: LedgerReader, on screen: FullScreen, ink: Ink, clock: WallClock,
    interval: Duration, pages: @escaping Pages
  ) {
    self.view = view
    self.reader = reader
    self.screen = screen
    self.ink = ink
    self.clock = clock
    self.interval = interval
    self.pages = pages
    board = Dashboard(view)
  }

  /// Goes on until the watcher leaves, and answers the night as it was seen last; `interrupted` says that a
  /// signal, and no key, ended it.
  public mutating func run() async throws -> (view: NightView, interrupted: Bool) {
    let (wakes, wake) = AsyncStream.makeStream(of: Wake.self)
    let tasks = [
      _Concurrency.Task {
        for await _ in InterruptSignals.stream() { wake.yield(.signal) }
      },
      _Concurrency.Task {
        for await change in FullScreen.changes() { wake.yield(.change(change)) }
      },
    ]
    var typed = Self.typed(screen, wake)
    defer {
      for task in tasks + [typed] { task.cancel() }
      wake.finish()
    }
    try refresh(isFirst: true)
    try draw()
    Reactor.shared.after(interval) { wake.yield(.tick) }
    for await event in wakes {
      var key: Key?
      switch event {
      case .signal, .change(.lost): return (view, true)
      case .end: return (view, false)
      case .tick:
        if !state.isPaused { try refresh(isFirst: false) }
        Reactor.shared.after(interval) { wake.yield(.tick) }
      case .change(.resized): if state.page != nil { load() }
      case .change(.resumed): drawn = nil
      case .change(.stopped):
        guard stop(wake, &typed) else { return (view, true) }
      case .pause: key = keys.settle()
      case .byte(let byte):
        key = keys.feed(byte)
        // An escape alone is a key when nothing follows it soon.
        if key == nil, keys.isWaiting {
          Reactor.shared.after(.milliseconds(40)) { wake.yield(.pause) }
        }
        if key == nil { continue }
      }
      switch try key.map({ try press($0) }) {
      case .quit: return (view, false)
      case .stop: guard stop(wake, &typed) else { return (view, true) }
      default: break
      }
      try draw()
    }
    return (view, false)
  }

  private static func typed(_ screen: FullScreen, _ wake: AsyncStream<Wake>.Continuation)
    -> _Concurrency.Task<Void, Never>
  {
    let bytes = screen.bytes()
    return _Concurrency.Task {
      for await byte in bytes { wake.yield(.byte(byte)) }
      if !_Concurrency.Task.isCancelled { wake.yield(.end) }
    }
  }

  // The terminal is given back while the process is stopped, and its keys are read anew.
  private mutating func stop(
    _ wake: AsyncStream<Wake>.Continuation, _ typed: inout _Concurrency.Task<Void, Never>
  ) -> Bool {
    typed.cancel()
    guard screen.stopAndGoOn() else { return false }
    typed = Self.typed(screen, wake)
    drawn = nil
    return true
  }

  private mutating func press(_ key: Key) throws -> LiveState.Action {
    state.fit(rows: size.rows, columns: size.columns)
    let action = state.press(key, board)
    switch action {
    case .load: load()
    case .refresh: try refresh(isFirst: true)
    case .copy(let text): try screen.write(Clipboard.strokes(text))
    case .draw, .quit, .stop: break
    }
    return action
  }

  private mutating func load() {
    guard let page = state.page else { return }
    size = Terminal.size() ?? size
    do {
      state.fit(rows: size.rows, columns: size.columns)
      state.show(try pages(page, view, state.pageWidth, ink))
    } catch let error as BelayError {
      state.show(
        [error.message.printable()] + (error.hint.map { ["hint: \($0)".printable()] } ?? []))
    } catch {
      state.show(["\(error)".printable()])
    }
  }

  private mutating func refresh(isFirst: Bool) throws {
    let isNew = try view.catchUp(reader, clock: clock) || isFirst
    var activity: [TrialActivity] = []
    if !view.isOver {
      let numbers = Set(view.world.inFlight.map(\.id.number))
      activity = try reader.activity(
        run: view.run.id, indices: numbers, among: max(4 * numbers.count, 64))
    }
    board = Dashboard(view, activity: activity)
    if isFirst || (isNew && state.page?.followsTheNight == true) { load() }
  }

  private mutating func draw() throws {
    let now = Terminal.size() ?? size
    if now.rows != size.rows || now.columns != size.columns {
      size = now
      drawn = nil
      if state.page != nil { load() }
    }
    if drawn == nil { try screen.write("\u{1B}[0m\u{1B}[2J") }
    let frame = LiveFrame(state, board, rows: size.rows, columns: size.columns, ink: ink)
    let strokes = frame.strokes(over: drawn, ink: ink)
    drawn = frame
    if !strokes.isEmpty { try screen.write(strokes) }
  }
}
