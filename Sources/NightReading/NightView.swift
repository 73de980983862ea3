public import Base
public import Climb
public import Facts
internal import Layout
public import Ledger
public import NightLog
internal import Platform
internal import Score

/// A night as it is read: the fold over its facts, with what the lab knows of its run beside it.
public struct NightView: Sendable {
  /// The run.
  public private(set) var run: RunHead
  /// The fold over its facts.
  public private(set) var fold: NightFold
  /// When it was read.
  public private(set) var now: Timestamp
  /// Whether the night's process is alive; nil when it runs on another machine.
  public private(set) var isAlive: Bool?
  /// Whether it was ended, well or not, and nobody went on with it since.
  public private(set) var hasEnded = false
  /// What happened beside the climb, oldest first; at most a thousand.
  public private(set) var incidents: [EventRecord]
  /// How often the suite's vault was opened in this lab, this night included.
  public private(set) var vaultOpenings: Int
  /// Sums over the trials of who began and who is handed over, by the lab's ids; empty before the report.
  public private(set) var tallies: [CandidateID: Tally]
  /// What became of its champion after its end.
  public private(set) var aftermath = Aftermath()
  private var numbers: [CandidateID: CandidateID] = [:]
  private var numbered = 0
  private var tallied = 0
  private var resumptions: [EventRecord] = []
  private var lastEvent = 0

  /// What was taken in since the fold was kept, in facts.
  private var unkept = 0
  /// Whether what is read is left for others to go on from.
  private var keeps = false

  private static let mostEvents = 10_000
  // About half a second of folding, which the next reader is spared.
  private static let worthKeeping = 250_000

  /// Kinds of events that are worth a line in the morning.
  static let telling: Set<String> = [
    "incident", "warning", "backoff", "provider", "stall", "lost", "resumed", "notify_failed",
  ]

  /// Reads a night whole, or so many of its facts; whole it may begin where an earlier reader ended, and one who
  /// is `keeping` leaves what took long beside the ledger for the next.
  public static func read(
    _ reader: LedgerReader, run id: RunID, through last: Int = .max, keeping: Bool = false,
    clock: WallClock
  ) throws -> NightView {
    let isWhole = last == .max
    var view = try begun(reader, id, isWhole ? NightCache(reader, id).fold(reader) : nil, clock)
    view.keeps = isWhole && keeping
    try view.take(reader, through: last)
    try view.refresh(reader, clock)
    return view
  }

  /// Begins to read a night where an earlier reader ended, for one who reads on bit by bit.
  public static func begin(_ reader: LedgerReader, run id: RunID, clock: WallClock) throws
    -> NightView
  {
    var view = try begun(reader, id, NightCache(reader, id).fold(reader), clock)
    try view.refresh(reader, clock)
    return view
  }

  private static func begun(
    _ reader: LedgerReader, _ id: RunID, _ kept: NightFold?, _ clock: WallClock
  ) throws -> NightView {
    let run = try head(reader, id)
    var fold = kept
    if fold == nil, let first = try reader.night(id, limit: 1).first {
      fold = try NightFold(first: first)
    }
    guard let fold else {
      throw BelayError(
        .notFound, "the night has recorded nothing yet", place: "\(id)", hint: "belay log \(id)")
    }
    var view = NightView(
      run: run, fold: fold, now: clock.now, isAlive: nil, incidents: [], vaultOpenings: 0,
      tallies: [:])
    view.vaultOpenings = try reader.vaultOpenings(suite: run.fact.suite).count
    return view
  }

  /// Takes in what came since it was read, or so many facts in all; whether there was anything.
  public mutating func catchUp(
    _ reader: LedgerReader, through last: Int = .max, clock: WallClock
  ) throws -> Bool {
    let before = (hasEnded, isAlive, incidents.last?.id, fold.count, aftermath)
    let isVaultOpened = try take(reader, through: last)
    run = try reader.head(run.id)
    // Counting them asks every night of the suite: not once a second.
    if isVaultOpened {
      vaultOpenings = try reader.vaultOpenings(suite: run.fact.suite).count
    }
    try refresh(reader, clock)
    return before != (hasEnded, isAlive, incidents.last?.id, fold.count, aftermath)
  }

  /// Takes facts in; whether one of them opened the vault.
  @discardableResult
  private mutating func take(_ reader: LedgerReader, through last: Int) throws -> Bool {
    var isVaultOpened = false
    try reader.night(run.id, after: fold.count, through: last) { fact in
      let fitted = world.fitted
      try fold.take(fact)
      // A fit goes through all trials until then, and takes about as long for each as a fact does.
      unkept += 1 + (world.fitted == fitted ? 0 : world.fitted)
      isVaultOpened = isVaultOpened || fact.kind == "open_vault"
    }
    if keeps, unkept >= Self.worthKeeping { keep(reader) }
    return isVaultOpened
  }

  /// Keeps the fold for whoever reads the night next.
  mutating func keep(_ reader: LedgerReader) {
    NightCache(reader, run.id).keep(fold, reader)
    unkept = 0
  }

  private mutating func refresh(_ reader: LedgerReader, _ clock: WallClock) throws {
    now = clock.now
    while true {
      let events = try reader.events(run: run.id, after: lastEvent, limit: Self.mostEvents)
      incidents = (incidents + events.filter { Self.telling.contains($0.fact.kind) })
        .suffix(1000)
      resumptions += events.filter { $0.fact.kind == "resumed" }
      lastEvent = events.last?.id ?? lastEvent
      if events.count < Self.mostEvents { break }
    }
    hasEnded = run.hasEnded(resumptions)
    isAlive = run.isAlive(resumptions)
    if numbered != world.assembled.count {
      numbered = world.assembled.count
      numbers = [:]
      for (number, assembled) in world.assembled where numbers[assembled.candidate] == nil {
        numbers[assembled.candidate] = number
      }
    }
    if world.report != nil, champion != CandidateID(1), let id = self.id(of: champion) {
      aftermath = try reader.aftermath(of: id, on: run.fact.suite, after: run.id)
    }
    // Nobody asks for them before the end, and they are many.
    guard world.report != nil, tallied != fold.count else { return }
    tallied = fold.count
    tallies = [:]
    let told = [CandidateID(1), champion].compactMap { world.assembled[$0]?.candidate }
    guard !told.isEmpty else { return }
    for cell in try reader.cells(CellFilter(runs: [run.id], candidates: told)) {
      tallies[cell.candidate, default: Tally()].add(cell.tally)
    }
  }

  private static func head(_ reader: LedgerReader, _ id: RunID) throws -> RunHead {
    let run = try reader.head(id)
    guard run.fact.type == .night else {
      throw BelayError(
        .usage, "\(id) is no night but a run of the type \(run.fact.type.rawValue)",
        place: "\(id)", hint: "belay show \(id)")
    }
    return run
  }

  /// The world.
  public var world: World { fold.world }

  /// The name of the experiment, else that of the suite; not yet safe to print.
  public var name: String {
    run.fact.settings["name"].string ?? run.suiteName
  }

  /// Says that simulated models answered; nil when none did.
  public var rehearsal: String? { run.fact.rehearsal }

  /// The lab's id of one of the night's candidates; nil for one that was never put together.
  public func id(of candidate: CandidateID) -> CandidateID? {
    world.assembled[candidate]?.candidate
  }

  /// How a candidate of the night is called: by the lab's id, or by its number within the night.
  public func label(_ candidate: CandidateID) -> String {
    id(of: candidate).map { "\($0)" } ?? "night/\(candidate.number)"
  }

  /// The night's candidate that the lab knows by an id.
  public func candidate(labelled id: CandidateID) -> CandidateID? { numbers[id] }

  /// How long the night has lasted: to its end, to its last fact where its process is gone, else to now.
  public var elapsed: Duration {
    let end = world.report != nil || state != .running ? fold.lastAt : max(now, fold.lastAt)
    return end.since(fold.openedAt)
  }

  /// Who is handed over: the candidate of the report, which may still wait for a person, or the incumbent.
  public var champion: CandidateID { world.report?.candidate ?? world.incumbent }

  /// All that was spent, whoever spent it.
  public var spent: Money {
    // In one order always: sums of fractions depend on it in their last digits.
    fold.money.sorted { $0.key < $1.key }.reduce(Money()) { $0 + $1.value }
  }
}

extension RunHead {
  /// Whether it has ended and was not gone on with since; `events` are those of the run.
  public func hasEnded(_ events: [EventRecord]) -> Bool {
    guard let end else { return false }
    return !events.contains { $0.fact.kind == "resumed" && $0.fact.at >= end.at }
  }

  /// Whether the process that runs it is alive; the one that resumed it last, where that is recorded. Nil
  /// when it belongs to another machine.
  package func isAlive(_ events: [EventRecord]) -> Bool? {
    if hasEnded(events) { return false }
    var owner = fact.owner
    for event in events where event.fact.kind == "resumed" {
      let detail = event.fact.detail
      guard let pid = detail["pid"].int, let ticks = detail["start_ticks"].int else { continue }
      owner = ProcessOwner(
        pid: Int32(truncatingIfNeeded: pid), startTicks: UInt64(max(ticks, 0)),
        host: detail["host"].string ?? owner.host)
    }
    guard owner.host == Machine.hostName else { return nil }
    return ProcessIdentity.start(of: owner.pid) == owner.startTicks
  }
}
