public import Base
internal import Database
public import Facts

extension Ledger {
  /// More queued trials than this are written at once.
  private static var queueLimit: Int { 1024 }

  /// Queues trials and gives them their ids in order at once; durable with the next group commit.
  ///
  /// A trial's attempt is never durable without the trial; ids of trials that a crash took from the queue are
  /// given out again.
  public func dispatch(_ facts: [TrialFact]) async throws -> [TrialID] {
    let connection = try opened()
    var keys: [CellKey] = []
    var asked: Set<TrialFact> = []
    for fact in facts {
      let key = try place(of: fact, connection)
      guard !queue.isQueued(key, fact.index), asked.insert(fact.position).inserted,
        try !connection.hasTrial(key, fact.index)
      else {
        throw BelayError(
          .usage,
          "\(fact.run) has repeat \(fact.index) of this task with \(fact.candidate) already",
          place: fact.task.short)
      }
      keys.append(key)
    }
    let ids = zip(facts, keys).map { TrialID(queue.add($0, $1)) }
    if queue.count >= Self.queueLimit { try await flush() }
    return ids
  }

  /// Records an attempt and returns when it is durable.
  public nonisolated func record(_ attempt: AttemptFact) async throws {
    try await insert(try await packed(attempt))
  }

  // Hashing and packing need no order and run on the shared pool.
  @concurrent
  private nonisolated func packed(_ attempt: AttemptFact) async throws -> PackedAttempt {
    try PackedAttempt(attempt)
  }

  private func place(of fact: TrialFact, _ connection: Connection) throws -> CellKey {
    guard let members = try known.members(of: fact.run.number, connection) else {
      throw BelayError(.notFound, "no run \(fact.run)")
    }
    guard let member = members[fact.task] else {
      throw BelayError(
        .notFound, "task \(fact.task.short) is not in the suite of \(fact.run)")
    }
    guard try known.hasCandidate(fact.candidate.number, connection) else {
      throw BelayError(.notFound, "no candidate \(fact.candidate)")
    }
    return CellKey(
      run: fact.run.number, candidate: fact.candidate.number, split: member.split,
      task: member.task)
  }

  private func insert(_ packed: PackedAttempt) async throws {
    try await write { connection in
      let fact = packed.fact
      let trial = try acceptable(fact, connection)
      let id = try connection.insert(packed)
      for (position, file) in fact.files.enumerated() {
        let blob = try connection.store(packed.files[position])
        try connection.run(
          """
          INSERT INTO attempt_file (attempt, role, path, blob, total_bytes, indexed)
          VALUES (\(id), \(file.role), \(file.path), \(blob), \(file.totalBytes), \(file.indexed))
          """)
        if let text = packed.files[position].words {
          index.add(.file, connection.lastInsertedID, blob: blob, text: text)
        }
      }
      try tallies.change(trial.key, connection) { tally in
        tally.add(
          isFinal: fact.isFinal, outcome: fact.outcome, score: fact.score, usage: fact.usage)
      }
      queue.attempted(
        fact.trial.number, number: fact.number, isFinal: fact.isFinal, trial.key)
    }
  }

  private func acceptable(_ fact: AttemptFact, _ connection: Connection) throws -> TrialQueue.Open {
    let name = "attempt \(fact.number) of \(fact.trial)"
    guard let trial = try queue.opened(fact.trial.number, connection, &known) else {
      throw Rejected(.notFound, "no trial \(fact.trial)")
    }
    guard !trial.isFinished else {
      throw Rejected(.usage, "\(fact.trial) has its final attempt already", place: name)
    }
    guard fact.number > trial.attempts else {
      throw Rejected(.usage, "expected attempt \(trial.attempts + 1) or later", place: name)
    }
    guard (fact.score != nil) == fact.outcome.isScored else {
      throw Rejected(
        .usage,
        "\(fact.outcome.rawValue) \(fact.outcome.isScored ? "needs a" : "must not have a") score",
        place: name)
    }
    let numbers = [fact.score, fact.reward, fact.usage.costUSD].compactMap { $0 }
    guard numbers.allSatisfy(\.isFinite), fact.metrics.values.allSatisfy(\.isFinite) else {
      throw Rejected(.usage, "expected finite numbers", place: name)
    }
    return trial
  }
}

extension TrialFact {
  // The fact without what may differ between two that are the same trial.
  fileprivate var position: TrialFact {
    TrialFact(
      run: run, candidate: candidate, task: task, index: index, seed: 0,
      dispatchedAt: Timestamp(milliseconds: 0))
  }
}

extension Connection {
  fileprivate func hasTrial(_ key: CellKey, _ index: Int) throws -> Bool {
    try first(
      """
      SELECT 1 FROM trial WHERE run = \(key.run) AND candidate = \(key.candidate)
      AND task = \(key.task) AND repeat = \(index)
      """, { _ in true }) != nil
  }

  fileprivate func insert(_ packed: PackedAttempt) throws -> Int {
    let fact = packed.fact
    let usage = fact.usage
    try run(
      """
      INSERT INTO attempt (trial, number, is_final, outcome, detail, limit_met, exit_code, reward,
        score, metrics, phases, flags, steps, wall_ms, cpu_ms, peak_memory_bytes, input_tokens,
        cached_tokens, output_tokens, cost_usd, started_at, ended_at)
      VALUES (\(fact.trial), \(fact.number), \(fact.isFinal), \(fact.outcome.rawValue),
        \(fact.detail), \(fact.limit), \(fact.exitCode), \(fact.reward), \(fact.score),
        \(packed.metrics), \(packed.phases), \(packed.flags), \(packed.steps), \(usage.wallMs),
        \(usage.cpuMs), \(usage.peakMemoryBytes), \(usage.inputTokens), \(usage.cachedTokens),
        \(usage.outputTokens), \(usage.costUSD), \(fact.startedAt), \(fact.endedAt))
      """)
    return lastInsertedID
  }
}
