internal import Base
internal import Database
internal import Facts

/// Row ids of what facts refer to, read once; forgotten when a transaction is undone.
struct KnownRows {
  var candidates: Set<Int> = []
  /// Per run its tasks.
  var runs: [Int: [Digest: Member]] = [:]

  struct Member {
    let task: Int
    let split: Int
  }

  mutating func members(of run: Int, _ connection: Connection) throws -> [Digest: Member]? {
    if let members = runs[run] { return members }
    guard
      let suite = try connection.first("SELECT suite FROM run WHERE id = \(run)", { $0.int(0) })
    else { return nil }
    var members: [Digest: Member] = [:]
    try connection.each(
      """
      SELECT task.digest, task.id, suite_task.split FROM suite_task
      JOIN task ON task.id = suite_task.task WHERE suite_task.suite = \(suite)
      """
    ) { row in
      let split = row.optionalText(2).flatMap(Split.init(rawValue:))
      members[try row.digest(0)] = Member(task: row.int(1), split: split.number)
      return true
    }
    runs[run] = members
    return members
  }

  mutating func hasCandidate(_ id: Int, _ connection: Connection) throws -> Bool {
    if candidates.contains(id) { return true }
    guard
      try connection.first("SELECT 1 FROM candidate WHERE id = \(id)", { _ in true }) != nil
    else { return false }
    candidates.insert(id)
    return true
  }
}

/// Dispatched trials that are not yet durable, and what is known of those that have not ended.
struct TrialQueue {
  /// A trial on its way: where its tally is and how far its attempts are.
  struct Open {
    let key: CellKey
    var attempts: Int
    var isFinished: Bool
  }

  private struct Row {
    let id: Int
    let fact: TrialFact
    let key: CellKey
  }

  private struct Place: Hashable {
    let key: CellKey
    let index: Int
  }

  private var nextID = 1
  private var waiting: [Row] = []
  private var waitingPlaces: Set<Place> = []
  // How many of those that wait the open transaction holds.
  private var written = 0
  private var open: [Int: Open] = [:]

  init() {}

  init(_ connection: Connection) throws {
    nextID = try connection.first("SELECT coalesce(max(id), 0) + 1 FROM trial") { $0.int(0) } ?? 1
  }

  /// How many trials wait to be written.
  var count: Int { waiting.count }

  func isQueued(_ key: CellKey, _ index: Int) -> Bool {
    waitingPlaces.contains(Place(key: key, index: index))
  }

  mutating func add(_ fact: TrialFact, _ key: CellKey) -> Int {
    let id = nextID
    nextID += 1
    waiting.append(Row(id: id, fact: fact, key: key))
    waitingPlaces.insert(Place(key: key, index: fact.index))
    open[id] = Open(key: key, attempts: 0, isFinished: false)
    return id
  }

  /// Writes what waits; it stays here until the transaction is durable.
  mutating func write(to connection: Connection, _ tallies: inout TallyCache) throws {
    while written < waiting.count {
      try Self.insert(waiting[written], connection, &tallies)
      written += 1
    }
  }

  mutating func committed() {
    waiting.removeFirst(written)
    waitingPlaces = Set(waiting.map { Place(key: $0.key, index: $0.fact.index) })
    written = 0
  }

  mutating func rolledBack() {
    written = 0
    // Attempts of these trials may have been undone: they are read again when they are needed.
    let kept = Set(waiting.map(\.id))
    open = open.filter { kept.contains($0.key) }.mapValues {
      Open(key: $0.key, attempts: 0, isFinished: false)
    }
  }

  mutating func opened(_ id: Int, _ connection: Connection, _ known: inout KnownRows) throws
    -> Open?
  {
    if let trial = open[id] { return trial }
    let found = try connection.first(
      """
      SELECT trial.run, trial.candidate, trial.task, task.digest,
        (SELECT max(number) FROM attempt WHERE trial = trial.id),
        (SELECT max(is_final) FROM attempt WHERE trial = trial.id)
      FROM trial JOIN task ON task.id = trial.task WHERE trial.id = \(id)
      """
    ) { row in
      (row.int(0), row.int(1), row.int(2), try row.digest(3), row.int(4), row.bool(5))
    }
    guard let (run, candidate, task, digest, attempts, isFinished) = found else { return nil }
    let split = try known.members(of: run, connection)?[digest]?.split ?? 0
    return Open(
      key: CellKey(run: run, candidate: candidate, split: split, task: task), attempts: attempts,
      isFinished: isFinished)
  }

  mutating func attempted(_ id: Int, number: Int, isFinal: Bool, _ key: CellKey) {
    open[id] = isFinal ? nil : Open(key: key, attempts: number, isFinished: false)
  }

  private static func insert(_ row: Row, _ connection: Connection, _ tallies: inout TallyCache)
    throws
  {
    let fact = row.fact
    try connection.run(
      """
      INSERT INTO trial (id, run, candidate, task, repeat, seed, dispatched_at)
      VALUES (\(row.id), \(fact.run), \(fact.candidate), \(row.key.task), \(fact.index),
        \(fact.seed), \(fact.dispatchedAt))
      """)
    try tallies.change(row.key, connection) { $0.trials += 1 }
  }
}

/// Tallies that the open transaction changed, and those of late that it may change again.
struct TallyCache {
  private var cells: [CellKey: Tally] = [:]
  private var changed: Set<CellKey> = []

  mutating func change(_ key: CellKey, _ connection: Connection, _ body: (inout Tally) -> Void)
    throws
  {
    var tally = try cells[key] ?? connection.tally(key) ?? Tally()
    body(&tally)
    cells[key] = tally
    changed.insert(key)
  }

  mutating func write(to connection: Connection) throws {
    for key in changed {
      if let tally = cells[key] { try connection.write(tally, key) }
    }
    changed.removeAll(keepingCapacity: true)
    if cells.count > 20_000 { cells.removeAll(keepingCapacity: true) }
  }
}
