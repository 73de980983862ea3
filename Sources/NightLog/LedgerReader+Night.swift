public import Base
internal import Database
public import Ledger

extension LedgerReader {
  /// The facts of a night in their order, from behind the fact `after`.
  public func night(_ run: RunID, after: Int = 0, limit: Int = .max) throws -> [NightRecord] {
    try read { connection in
      try connection.rows(
        """
        SELECT number, at, kind, body FROM night_fact WHERE run = \(run) AND number > \(after)
        ORDER BY number LIMIT \(limit)
        """
      ) { row in
        NightRecord(
          number: row.int(0), at: row.timestamp(1), kind: row.text(2), body: row.text(3))
      }
    }
  }

  /// Hands on the facts of a night in their order, from behind the fact `after`, and never holds many of them.
  public func night(
    _ run: RunID, after: Int = 0, through last: Int = .max, each: (NightRecord) throws -> Void
  ) throws {
    let most = 4096
    var at = after
    while at < last {
      let facts = try night(run, after: at, limit: min(last - at, most))
      for fact in facts { try each(fact) }
      guard facts.count == most, let end = facts.last else { return }
      at = end.number
    }
  }

  /// How many facts a night has by now.
  public func nightLength(_ run: RunID) throws -> Int {
    try read { connection in
      try connection.first("SELECT coalesce(max(number), 0) FROM night_fact WHERE run = \(run)") {
        $0.int(0)
      } ?? 0
    }
  }

  /// Who was made champion of a suite, newest first.
  public func champions(of suite: Digest) throws -> [ChampionRecord] {
    try read { connection in
      try connection.rows(
        """
        SELECT at, candidate, champion.name, author, reason FROM champion
        JOIN suite ON suite.id = champion.suite WHERE suite.digest = \(suite)
        ORDER BY champion.id DESC
        """
      ) { row in
        ChampionRecord(
          at: row.timestamp(0), candidate: CandidateID(row.int(1)), name: row.text(2),
          author: row.text(3), reason: row.text(4))
      }
    }
  }

  /// What became of a candidate after a run: trials again in later runs, and promotions on this suite.
  public func aftermath(of candidate: CandidateID, on suite: Digest, after run: RunID) throws
    -> Aftermath
  {
    let name = "\(candidate)"
    let checks = try read { connection in
      try connection.rows(
        """
        SELECT run, at, json_extract(summary, '$.verification') FROM run_end
        WHERE run > \(run) AND summary LIKE '%"verification"%'
          AND json_extract(summary, '$.verification.candidate') = \(name)
        ORDER BY id
        """
      ) { row in
        Aftermath.Check(run: RunID(row.int(0)), at: row.timestamp(1), record: try row.json(2))
      }
    }
    return Aftermath(
      candidate, checks: checks, promotions: try champions(of: suite).reversed())
  }
}
