internal import Base
internal import Database
public import Facts
public import Ledger

extension Ledger {
  /// Records a call that is about to be made and gives its number when it is durable.
  public nonisolated func begin(_ call: CallFact) async throws -> Int {
    try await insert(call, try await pack(call.content))
  }

  /// Records the answer of a call, or why there is none, and returns when it is durable.
  public nonisolated func end(_ end: CallEndFact) async throws {
    var packed: PackedFile?
    if let reply = end.reply { packed = try await pack(reply) }
    try await insert(end, packed)
  }

  /// Appends a step of an agent and returns when it is durable.
  public nonisolated func record(_ step: StepFact) async throws {
    try await insert(step, try await pack(step.body.utf8(), searchable: true))
  }

  // Hashing and packing need no order and run on the shared pool.
  @concurrent
  private nonisolated func pack(_ content: [UInt8], searchable: Bool = false) async throws
    -> PackedFile
  {
    try PackedFile(content, searchable: searchable)
  }

  private func insert(_ call: CallFact, _ content: PackedFile) async throws -> Int {
    try await write { connection in
      let name = "a call for \(call.trial.map { "\($0)" } ?? "\(call.run)")"
      if let trial = call.trial {
        let place = try connection.first("SELECT run, candidate FROM trial WHERE id = \(trial)") {
          (RunID($0.int(0)), CandidateID($0.int(1)))
        }
        guard let place else { throw Rejected(.notFound, "no trial \(trial)", place: name) }
        guard place.0 == call.run, place.1 == call.candidate ?? place.1 else {
          throw Rejected(
            .usage, "\(trial) is a trial of \(place.0) and \(place.1)", place: name)
        }
      }
      if let base = call.base, try !connection.isBase(base, of: call) {
        throw Rejected(.usage, "call \(base) is not of the same conversation", place: name)
      }
      let blob = try connection.store(content)
      let isKept = try connection.runIfAllowed(
        """
        INSERT INTO model_call (run, candidate, trial, attempt, lane, role, model, request,
          occurrence, base, content, ceiling_usd, ceiling_tokens, begun_at)
        VALUES (\(call.run), \(call.candidate), \(call.trial), \(call.attempt), \(call.lane),
          \(call.role), \(call.model), \(call.request), \(call.occurrence), \(call.base), \(blob),
          \(call.ceilingUSD), \(call.ceilingTokens), \(call.begunAt))
        """)
      guard isKept else {
        throw Rejected(.usage, "expected a run, a candidate and counts from 1", place: name)
      }
      return connection.lastInsertedID
    }
  }

  private func insert(_ end: CallEndFact, _ reply: PackedFile?) async throws {
    try await write { connection in
      let usage = end.usage
      let blob = try reply.map { try connection.store($0) }
      let isKept = try connection.runIfAllowed(
        """
        INSERT INTO model_answer (call, reply, fault, detail, model, input_uncached, cache_read,
          cache_write, cache_write_long, output, reasoning, cost_usd, cost_basis, sends, latency_us,
          ended_at)
        VALUES (\(end.call), \(blob), \(end.fault), \(end.detail), \(end.model),
          \(usage.inputUncached), \(usage.cacheRead), \(usage.cacheWrite), \(usage.cacheWriteLong),
          \(usage.output), \(usage.reasoning), \(usage.costUSD), \(usage.costBasis), \(end.sends),
          \(end.latency.wholeMicroseconds), \(end.endedAt))
        """)
      guard isKept else {
        throw Rejected(
          .usage, "call \(end.call) is not known, has its end, or got neither an answer nor a fault"
        )
      }
    }
  }

  private func insert(_ step: StepFact, _ body: PackedFile) async throws {
    try await write { connection in
      let blob = try connection.store(body)
      let isKept = try connection.runIfAllowed(
        """
        INSERT INTO step (trial, attempt, number, at, body)
        VALUES (\(step.trial), \(step.attempt), \(step.number), \(step.at), \(blob))
        """)
      guard isKept else {
        throw Rejected(
          .usage, "\(step.trial) is not known, or attempt \(step.attempt) has this step already",
          place: "step \(step.number)")
      }
      index(step: connection.lastInsertedID, blob: blob, body)
    }
  }
}

extension Connection {
  fileprivate func isBase(_ base: Int, of call: CallFact) throws -> Bool {
    try first(
      """
      SELECT 1 FROM model_call WHERE id = \(base) AND run = \(call.run)
        AND trial IS \(call.trial) AND attempt = \(call.attempt) AND lane = \(call.lane)
      """, { _ in true }) ?? false
  }
}

extension Duration {
  fileprivate var wholeMicroseconds: Int {
    Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000)
  }
}
