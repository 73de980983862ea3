public import Base
internal import Database
public import Facts

extension LedgerReader {
  /// All runs, newest first.
  public func runs(limit: Int? = nil) throws -> [RunRecord] {
    try read { try $0.runs("1", limit: limit ?? Int.max) }
  }

  /// One run.
  public func run(_ id: RunID) throws -> RunRecord {
    guard let found = try read({ try $0.runs("run.id = \(id)", limit: 1) }).first else {
      throw missing("run \(id)", hint: "belay log")
    }
    return found
  }

  /// What one run says of itself: as cheap after a million trials as before the first.
  public func head(_ id: RunID) throws -> RunHead {
    guard let found = try read({ try $0.heads("run.id = \(id)", limit: 1) }).first else {
      throw missing("run \(id)", hint: "belay log")
    }
    return found
  }

  /// What all runs say of themselves, newest first.
  public func heads() throws -> [RunHead] {
    try read { try $0.heads("1", limit: .max) }
  }

  /// The newest run of a type; nil when there is none.
  public func newest(_ type: RunType) throws -> RunID? {
    try read { connection in
      try connection.first(
        "SELECT id FROM run WHERE type = \(type.rawValue) ORDER BY id DESC LIMIT 1"
      ) { RunID($0.int(0)) }
    }
  }

  /// Events of a run, or of all, in order, from behind the event `after`; of one kind alone where it is named.
  public func events(
    run: RunID? = nil, kind: String? = nil, after: Int? = nil, limit: Int = 50
  ) throws -> [EventRecord] {
    try read { connection in
      let ofRun: SQL = run.map { "run = \($0)" } ?? "1"
      let ofKind: SQL = kind.map { "kind = \($0)" } ?? "1"
      return try connection.rows(
        """
        SELECT id, run, at, kind, detail FROM event
        WHERE \(ofRun) AND \(ofKind) AND id > \(after ?? 0)
        ORDER BY id LIMIT \(limit)
        """
      ) { row in
        let fact = EventFact(
          run: row.optionalInt(1).map { RunID($0) }, at: row.timestamp(2), kind: row.text(3),
          detail: try row.json(4))
        return EventRecord(id: row.int(0), fact: fact)
      }
    }
  }
}

extension LedgerReader {
  /// How many trials of a run were dispatched behind a trial, or in all.
  public func trialsBehind(run: RunID, _ trial: TrialID?) throws -> Int {
    try read { connection in
      try connection.first(
        "SELECT count(*) FROM trial WHERE run = \(run) AND id > \(trial?.number ?? 0)"
      ) { $0.int(0) } ?? 0
    }
  }

  /// How many events of a run stand behind an event, or in all.
  public func eventsBehind(run: RunID, _ event: Int?) throws -> Int {
    try read { connection in
      try connection.first(
        "SELECT count(*) FROM event WHERE run = \(run) AND id > \(event ?? 0)"
      ) { $0.int(0) } ?? 0
    }
  }
}

extension Connection {
  fileprivate func runs(_ condition: SQL, limit: Int) throws -> [RunRecord] {
    try heads(condition, limit: limit).map { head in
      let counts = try first(
        "SELECT total(trials), total(finished) FROM tally WHERE run = \(head.id)"
      ) { ($0.int(0), $0.int(1)) }
      let candidates = try rows(
        "SELECT DISTINCT candidate FROM tally WHERE run = \(head.id) ORDER BY candidate"
      ) { CandidateID($0.int(0)) }
      return RunRecord(
        id: head.id, fact: head.fact, suiteName: head.suiteName, end: head.end,
        trials: counts?.0 ?? 0, finished: counts?.1 ?? 0, candidates: candidates)
    }
  }

  fileprivate func heads(_ condition: SQL, limit: Int) throws -> [RunHead] {
    let heads = try rows(
      """
      SELECT run.id, type, suite.digest, settings, conditions, opens_vault, started_at, pid,
        start_ticks, host, command, suite.name
      FROM run JOIN suite ON suite.id = run.suite WHERE \(condition)
      ORDER BY run.id DESC LIMIT \(limit)
      """
    ) { row in
      let fact = RunFact(
        type: RunType(rawValue: row.text(1)) ?? .eval, suite: try row.digest(2),
        settings: try row.json(3), conditions: try row.json(4), opensVault: row.bool(5),
        startedAt: row.timestamp(6),
        owner: ProcessOwner(
          pid: Int32(truncatingIfNeeded: row.int(7)),
          startTicks: UInt64(UInt(bitPattern: row.int(8))), host: row.text(9)),
        command: row.text(10))
      return (RunID(row.int(0)), fact, row.text(11))
    }
    return try heads.map { id, fact, suiteName in
      RunHead(id: id, fact: fact, suiteName: suiteName, end: try lastEnd(of: id))
    }
  }

  private func lastEnd(of run: RunID) throws -> RunEndFact? {
    try first(
      "SELECT at, ending, summary FROM run_end WHERE run = \(run) ORDER BY id DESC LIMIT 1"
    ) { row in
      RunEndFact(
        run: run, at: row.timestamp(0), ending: RunEnding(rawValue: row.text(1)) ?? .failed,
        summary: try row.json(2))
    }
  }
}
