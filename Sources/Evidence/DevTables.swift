internal import Base
internal import Database
public import Facts

/// The dev trials as tables that can be asked in SQL: a database of its own, in memory, that never held
/// anything else, so that no statement can reach what it must not see.
public struct DevTables: Sendable {
  private let connection: Locked<Connection>

  /// What the tables are, for whoever writes a statement.
  public static let schema = """
    trials(trial, candidate, task, outcome, limit_met, score, passed, cost_usd, input_tokens, \
    output_tokens, wall_ms, detail)
    tasks(task, category, trials, passes, mean)
    edits(edit, author, components, summary, mechanism, state, effect, error)
    verdicts(edit, gate, word)
    """

  /// Fills the tables: the scored dev trials that a reader has, and what is known of the edits.
  public init(_ reader: EvidenceReader, pool: [PoolLine] = []) throws {
    let connection = try Connection.open(":memory:", .write)
    try connection.script(
      """
      CREATE TABLE trials (trial TEXT, candidate TEXT, task TEXT, outcome TEXT, limit_met TEXT,
        score REAL, passed INTEGER, cost_usd REAL, input_tokens INTEGER,
        output_tokens INTEGER, wall_ms INTEGER, detail TEXT);
      CREATE TABLE tasks (task TEXT, category TEXT, trials INTEGER, passes INTEGER, mean REAL);
      CREATE TABLE edits (edit TEXT, author TEXT, components TEXT, summary TEXT, mechanism TEXT,
        state TEXT, effect REAL, error REAL);
      CREATE TABLE verdicts (edit TEXT, gate TEXT, word TEXT);
      """)
    let trials = try reader.trials()
    try connection.transaction {
      for trial in trials { try Self.insert(trial, connection) }
      for task in reader.taskLines(trials) {
        try connection.run(
          """
          INSERT INTO tasks VALUES (\(task.name), \(task.category), \(task.trials), \(task.passes),
            \(task.mean))
          """)
      }
      for edit in pool { try Self.insert(edit, connection) }
    }
    self.connection = Locked(connection)
  }

  /// Runs one reading statement with a cap on rows and time.
  public func ask(_ text: String, rowCap: Int = 200, timeCap: Duration = .seconds(5)) throws
    -> SQLPage
  {
    try connection.withLock { connection in
      connection.restrict(until: ContinuousClock.now.advanced(by: timeCap), valueBytes: 1 << 20)
      let table = try connection.table(text, rowCap: rowCap)
      return SQLPage(
        columns: table.columns, rows: table.rows.map { $0.map(Self.shown) },
        truncated: table.truncated)
    }
  }

  private static func shown(_ value: SQLValue) -> JSON {
    switch value {
    case .null: .null
    case .int(let number): .int(number)
    case .double(let number): .number(number)
    case .text(let text): .string(Fence.cut(text, to: 2_000))
    case .blob(let bytes): .string("\(bytes.count) bytes")
    }
  }

  private static func insert(_ trial: TrialRecord, _ connection: Connection) throws {
    guard let latest = trial.latest else { return }
    try connection.run(
      """
      INSERT INTO trials VALUES (\("\(trial.id)"), \("\(trial.fact.candidate)"), \(trial.taskName),
        \(latest.outcome.rawValue), \(latest.limit), \(latest.score), \(trial.isPass), \(latest.usage.costUSD),
        \(latest.usage.inputTokens), \(latest.usage.outputTokens),
        \(latest.usage.wallMs), \(latest.detail))
      """)
  }

  private static func insert(_ edit: PoolLine, _ connection: Connection) throws {
    try connection.run(
      """
      INSERT INTO edits VALUES (\(edit.id), \(edit.author), \(edit.components.joined(separator: " ")),
        \(edit.summary), \(edit.mechanism), \(edit.state), \(edit.effect), \(edit.error))
      """)
    for verdict in edit.verdicts {
      try connection.run(
        "INSERT INTO verdicts VALUES (\(edit.id), \(verdict.gate), \(verdict.word.rawValue))")
    }
  }
}
