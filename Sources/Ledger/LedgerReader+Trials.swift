public import Base
internal import Database
public import Facts

extension LedgerReader {
  /// Trials in order of dispatch, from behind `after`.
  public func trials(_ filter: TrialFilter = TrialFilter(), after: TrialID? = nil, limit: Int = 50)
    throws -> [TrialRecord]
  {
    try read { connection in
      try connection.trials(
        "\(filter.condition) AND trial.id > \(after?.number ?? 0)", limit: limit)
    }
  }

  /// Hands out all trials that fit in order of dispatch, a few thousand of them in memory at a time.
  public func eachTrial(
    _ filter: TrialFilter = TrialFilter(), _ body: (TrialRecord) throws -> Void
  ) throws {
    let count = 5000
    var last: TrialID?
    while true {
      let page = try trials(filter, after: last, limit: count)
      for record in page { try body(record) }
      guard page.count == count else { return }
      last = page.last?.id
    }
  }

  /// How many trials fit.
  public func trialCount(_ filter: TrialFilter = TrialFilter()) throws -> Int {
    try read { connection in
      // Without an outcome the tally knows, however many trials there are.
      guard filter.outcome == nil else {
        return try connection.first(
          "SELECT count(*) FROM \(TrialFilter.tables) WHERE \(filter.condition)"
        ) { $0.int(0) } ?? 0
      }
      let count =
        switch filter.finished {
        case nil: "trials"
        case true: "finished"
        case false: "trials - finished"
        }
      return try connection.first(
        "SELECT total(\(raw: count)) FROM tally WHERE \(filter.cells.condition)"
      ) { $0.int(0) } ?? 0
    }
  }

  /// Latest attempts of the trials that fit, counted by outcome.
  public func outcomes(_ filter: TrialFilter = TrialFilter()) throws -> [Outcome: Int] {
    try read { connection in
      var counts: [Outcome: Int] = [:]
      if filter.finished != false {
        let sum = try connection.first(
          "SELECT \(raw: Tally.sumList) FROM tally WHERE \(filter.cells.condition)"
        ) { Tally($0, from: 0) }
        counts = sum?.byOutcome ?? [:]
      }
      if filter.finished != true {
        counts.merge(try connection.unfinishedOutcomes(filter), uniquingKeysWith: +)
      }
      return counts.filter { $0.key == filter.outcome ?? $0.key }
    }
  }

  /// One trial with its attempts and their files.
  public func trial(_ id: TrialID) throws -> TrialDetail {
    let found: TrialDetail? = try read { connection in
      guard let trial = try connection.trials("trial.id = \(id)", limit: 1).first else {
        return nil
      }
      let attempts = try connection.rows(
        """
        SELECT \(raw: AttemptRecord.columns), attempt.id FROM attempt WHERE trial = \(id)
        ORDER BY number
        """
      ) { row in
        let files = try connection.files(ofAttempt: row.int(AttemptRecord.columnCount))
        return try AttemptRecord(row, from: 0, files: files)
      }
      return TrialDetail(trial: trial, attempts: attempts)
    }
    guard let found else { throw missing("trial \(id)", hint: "belay log") }
    return found
  }
}

extension TrialFilter {
  /// Trials with their place in the suite and their latest attempt.
  static let tables: SQL = """
    trial JOIN run ON run.id = trial.run
    JOIN suite_task ON suite_task.suite = run.suite AND suite_task.task = trial.task
    LEFT JOIN attempt ON attempt.trial = trial.id AND attempt.number =
      (SELECT max(number) FROM attempt AS other WHERE other.trial = trial.id)
    """

  var cells: CellFilter {
    CellFilter(
      runs: run.map { [$0] }, candidates: candidate.map { [$0] }, split: split, task: task)
  }

  var condition: SQL {
    var parts: [SQL] = ["1"]
    if let run { parts.append("trial.run = \(run)") }
    if let candidate { parts.append("trial.candidate = \(candidate)") }
    if let task {
      parts.append("trial.task = (SELECT id FROM task WHERE digest = \(task))")
    }
    if let outcome { parts.append("attempt.outcome = \(outcome.rawValue)") }
    if let split { parts.append("suite_task.split = \(split.rawValue)") }
    if let finished { parts.append("coalesce(attempt.is_final, 0) = \(finished)") }
    return SQL.joined(parts, by: " AND ")
  }
}

extension Connection {
  // Few attempts are not final, and an index holds just these: CROSS JOIN makes SQLite begin with it.
  fileprivate func unfinishedOutcomes(_ filter: TrialFilter) throws -> [Outcome: Int] {
    let counts = try rows(
      """
      SELECT attempt.outcome, count(*) FROM attempt
      CROSS JOIN trial ON trial.id = attempt.trial JOIN run ON run.id = trial.run
      JOIN suite_task ON suite_task.suite = run.suite AND suite_task.task = trial.task
      WHERE attempt.is_final = 0 AND \(filter.condition) AND NOT EXISTS (
        SELECT 1 FROM attempt AS later
        WHERE later.trial = attempt.trial AND later.number > attempt.number)
      GROUP BY attempt.outcome
      """
    ) { (Outcome(rawValue: $0.text(0)), $0.int(1)) }
    return counts.reduce(into: [:]) { sums, count in
      if let outcome = count.0 { sums[outcome, default: 0] += count.1 }
    }
  }

  fileprivate func trials(_ condition: SQL, limit: Int) throws -> [TrialRecord] {
    let start = 9
    return try rows(
      """
      SELECT trial.id, trial.run, trial.candidate, task.digest, trial.repeat, trial.seed,
        trial.dispatched_at, suite_task.name, suite_task.split, \(raw: AttemptRecord.columns)
      FROM \(TrialFilter.tables) JOIN task ON task.id = trial.task
      WHERE \(condition) ORDER BY trial.id LIMIT \(limit)
      """
    ) { row in
      let fact = TrialFact(
        run: RunID(row.int(1)), candidate: CandidateID(row.int(2)), task: try row.digest(3),
        index: row.int(4), seed: UInt64(UInt(bitPattern: row.int(5))),
        dispatchedAt: row.timestamp(6))
      let latest = row.isNull(start) ? nil : try AttemptRecord(row, from: start, files: [])
      return TrialRecord(
        id: TrialID(row.int(0)), fact: fact, taskName: row.text(7),
        split: row.optionalText(8).flatMap(Split.init(rawValue:)), attempts: latest?.number ?? 0,
        latest: latest)
    }
  }

  fileprivate func files(ofAttempt attempt: Int) throws -> [FileRecord] {
    try rows(
      """
      SELECT role, path, blob.digest, blob.bytes, total_bytes, indexed FROM attempt_file
      JOIN blob ON blob.id = attempt_file.blob WHERE attempt = \(attempt) ORDER BY attempt_file.id
      """
    ) { row in
      FileRecord(
        role: row.text(0), path: row.text(1), blob: try row.digest(2), bytes: row.int(3),
        totalBytes: row.int(4), indexed: row.bool(5))
    }
  }
}

extension AttemptRecord {
  fileprivate static let names = [
    "trial", "number", "is_final", "outcome", "detail", "limit_met", "exit_code", "reward", "score",
    "metrics", "phases", "flags", "steps", "wall_ms", "cpu_ms", "peak_memory_bytes",
    "input_tokens", "cached_tokens", "output_tokens", "cost_usd", "started_at", "ended_at",
  ]
  fileprivate static let columns = names.map { "attempt.\($0)" }.joined(separator: ", ")
  fileprivate static let columnCount = names.count

  fileprivate init(_ row: borrowing Row, from start: Int, files: [FileRecord]) throws {
    guard let outcome = Outcome(rawValue: row.text(start + 3)) else {
      throw BelayError(.internal, "unknown outcome in the ledger", hint: "belay db check")
    }
    self.init(
      trial: TrialID(row.int(start)), number: row.int(start + 1), isFinal: row.bool(start + 2),
      outcome: outcome, detail: row.text(start + 4), limit: row.optionalText(start + 5),
      exitCode: row.optionalInt(start + 6), reward: row.optionalDouble(start + 7),
      score: row.optionalDouble(start + 8),
      metrics: try row.json(start + 9).object?.compactMapValues(\.double) ?? [:],
      phases: try row.json(start + 10).array?.compactMap(PhaseFact.init) ?? [],
      usage: Usage(
        wallMs: row.int(start + 13), cpuMs: row.int(start + 14),
        peakMemoryBytes: row.optionalInt(start + 15), inputTokens: row.optionalInt(start + 16),
        cachedTokens: row.optionalInt(start + 17), outputTokens: row.optionalInt(start + 18),
        costUSD: row.optionalDouble(start + 19)),
      flags: try row.json(start + 11).array?.compactMap(\.string) ?? [],
      steps: try row.json(start + 12), startedAt: row.timestamp(start + 20),
      endedAt: row.timestamp(start + 21), files: files)
  }
}
