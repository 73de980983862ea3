public import Base
internal import Database
public import Facts
public import Ledger

/// Which calls; nil means all.
public struct CallFilter: Sendable, Hashable {
  /// Of this run.
  public var run: RunID?
  /// For this trial.
  public var trial: TrialID?
  /// In this attempt.
  public var attempt: Int?

  /// All calls that fit every part that is given.
  public init(run: RunID? = nil, trial: TrialID? = nil, attempt: Int? = nil) {
    self.run = run
    self.trial = trial
    self.attempt = attempt
  }

  fileprivate var condition: SQL {
    var parts: [SQL] = ["1"]
    if let run { parts.append("model_call.run = \(run)") }
    if let trial { parts.append("model_call.trial = \(trial)") }
    if let attempt { parts.append("model_call.attempt = \(attempt)") }
    return SQL.joined(parts, by: " AND ")
  }
}

extension LedgerReader {
  /// Calls in the order in which they were begun, from behind `after`.
  public func calls(_ filter: CallFilter = CallFilter(), after: Int = 0, limit: Int = 50) throws
    -> [CallRecord]
  {
    try read {
      try $0.calls("\(filter.condition) AND model_call.id > \(after)", limit: limit)
    }
  }

  /// Calls outside of trials, or of one attempt at a trial, that were answered: what a restart hands out again.
  public func answers(run: RunID, trial: TrialID?, attempt: Int) throws -> [CallRecord] {
    try read {
      try $0.calls(
        """
        model_call.run = \(run) AND model_call.trial IS \(trial)
        AND model_call.attempt = \(attempt) AND model_answer.reply IS NOT NULL
        """, limit: Int.max)
    }
  }

  /// The request of a call: the content of its first ancestor, then what each later one adds.
  public func request(of call: Int) throws -> [[UInt8]] {
    let digests: [Digest] = try read { connection in
      try connection.rows(
        """
        WITH RECURSIVE chain (id, base, content) AS (
          SELECT id, base, content FROM model_call WHERE id = \(call)
          UNION ALL
          SELECT model_call.id, model_call.base, model_call.content FROM chain
          JOIN model_call ON model_call.id = chain.base)
        SELECT blob.digest FROM chain JOIN blob ON blob.id = chain.content ORDER BY chain.id
        """
      ) { try $0.digest(0) }
    }
    guard !digests.isEmpty else {
      throw BelayError(.notFound, "no call \(call) in this lab", place: path, hint: "belay log")
    }
    return try digests.map { try blob($0) }
  }

  /// What the calls of a run add up to, by trial and role.
  public func spending(run: RunID) throws -> [Spending] {
    try read { connection in
      try connection.rows(
        """
        SELECT model_call.candidate, model_call.trial, role, count(*),
          total(CASE WHEN call IS NULL THEN ceiling_usd ELSE cost_usd END),
          total(CASE WHEN call IS NULL THEN ceiling_tokens
            ELSE coalesce(input_uncached, 0) + coalesce(cache_read, 0) + coalesce(cache_write, 0)
              + coalesce(cache_write_long, 0) + coalesce(output, 0) END),
          sum(call IS NULL OR cost_basis = 'estimated'),
          sum(call IS NOT NULL AND cost_usd IS NULL), min(begun_at),
          max(max(begun_at, coalesce(ended_at, 0)))
        FROM model_call LEFT JOIN model_answer ON call = model_call.id
        WHERE model_call.run = \(run) GROUP BY model_call.trial, role ORDER BY min(model_call.id)
        """
      ) { row in
        Spending(
          candidate: row.optionalInt(0).map { CandidateID($0) },
          trial: row.optionalInt(1).map { TrialID($0) }, role: row.text(2), calls: row.int(3),
          usd: row.double(4), tokens: Int(row.double(5)), estimated: row.int(6),
          unpriced: row.int(7), firstAt: row.timestamp(8), lastAt: row.timestamp(9))
      }
    }
  }

  /// The steps of an attempt, in order.
  public func steps(_ trial: TrialID, attempt: Int) throws -> [StepFact] {
    let heads: [(Int, Timestamp, Digest)] = try read { connection in
      try connection.rows(
        """
        SELECT number, at, blob.digest FROM step JOIN blob ON blob.id = step.body
        WHERE trial = \(trial) AND attempt = \(attempt) ORDER BY number
        """
      ) { ($0.int(0), $0.timestamp(1), try $0.digest(2)) }
    }
    return try heads.map { number, at, digest in
      StepFact(
        trial: trial, attempt: attempt, number: number, at: at,
        body: try JSON.parse(try blob(digest)))
    }
  }
}

extension Connection {
  fileprivate func calls(_ condition: SQL, limit: Int) throws -> [CallRecord] {
    try rows(
      """
      SELECT model_call.id, run, candidate, trial, attempt, lane, role, model_call.model, request,
        occurrence, base, ceiling_usd, ceiling_tokens, begun_at, call, blob.digest, fault, detail,
        model_answer.model, input_uncached, cache_read, cache_write, cache_write_long, output,
        reasoning, cost_usd, cost_basis, sends, latency_us, ended_at
      FROM model_call LEFT JOIN model_answer ON call = model_call.id
      LEFT JOIN blob ON blob.id = reply
      WHERE \(condition) ORDER BY model_call.id LIMIT \(limit)
      """
    ) { row in
      CallRecord(
        id: row.int(0),
        fact: CallFact(
          run: RunID(row.int(1)), candidate: row.optionalInt(2).map { CandidateID($0) },
          trial: row.optionalInt(3).map { TrialID($0) }, attempt: row.int(4), lane: row.text(5),
          role: row.text(6), model: row.text(7), request: try row.digest(8),
          occurrence: row.int(9), base: row.optionalInt(10), content: [],
          ceilingUSD: row.optionalDouble(11), ceilingTokens: row.int(12),
          begunAt: row.timestamp(13)),
        end: row.isNull(14) ? nil : try CallEndRecord(row, from: 15))
    }
  }
}

extension CallEndRecord {
  fileprivate init(_ row: borrowing Row, from start: Int) throws {
    var usage = CallUsage()
    usage.inputUncached = row.optionalInt(start + 4)
    usage.cacheRead = row.optionalInt(start + 5)
    usage.cacheWrite = row.optionalInt(start + 6)
    usage.cacheWriteLong = row.optionalInt(start + 7)
    usage.output = row.optionalInt(start + 8)
    usage.reasoning = row.optionalInt(start + 9)
    usage.costUSD = row.optionalDouble(start + 10)
    usage.costBasis = row.text(start + 11)
    self.init(
      reply: row.isNull(start) ? nil : try row.digest(start), fault: row.optionalText(start + 1),
      detail: row.text(start + 2), model: row.text(start + 3), usage: usage,
      sends: row.int(start + 12), latency: .microseconds(row.int(start + 13)),
      endedAt: row.timestamp(start + 14))
  }
}
