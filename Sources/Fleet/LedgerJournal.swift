public import Base
internal import Calls
internal import Dialect
internal import Facts
public import Ledger
public import Metering
internal import Model
internal import Platform

/// The journal of model calls in a lab's ledger.
public struct LedgerJournal: Journal {
  private let ledger: Ledger
  private let reader: LedgerReader
  private let clock: WallClock

  /// Records with `ledger` and reads back with `reader`, both of one lab.
  public init(_ ledger: Ledger, reader: LedgerReader, clock: WallClock = .system) {
    self.ledger = ledger
    self.reader = reader
    self.clock = clock
  }

  /// The answers that were recorded for one attempt at a trial, or outside of trials.
  public func answers(of place: JournalPlace) async throws -> [JournalAnswer] {
    let reader = reader
    let found = try await BlockingWork.run {
      try reader.answers(run: place.run, trial: place.trial, attempt: place.attempt)
    }
    return found.compactMap { record in
      guard let end = record.end, let model = ModelName(record.fact.model) else { return nil }
      return JournalAnswer(
        call: record.id,
        key: JournalKey(
          lane: record.fact.lane, model: model, request: record.fact.request),
        occurrence: record.fact.occurrence, name: ModelName(end.model) ?? model,
        costUSD: end.usage.costUSD,
        costBasis: CostBasis(rawValue: end.usage.costBasis) ?? .unknown)
    }
  }

  /// An answer's content.
  public func content(of call: Int) async throws -> [UInt8] {
    let reader = reader
    return try await BlockingWork.run {
      guard let found = try reader.calls(after: call - 1, limit: 1).first, found.id == call,
        let reply = found.end?.reply
      else { throw BelayError(.notFound, "no answer of call \(call)", place: reader.path) }
      return try reader.blob(reply)
    }
  }

  /// Records that a call is about to be made.
  public func begin(_ entry: JournalEntry) async throws -> Int {
    try await ledger.begin(
      CallFact(
        run: entry.place.run, candidate: entry.purpose.candidate, trial: entry.place.trial,
        attempt: entry.place.attempt, lane: entry.key.lane, role: entry.purpose.role.rawValue,
        model: "\(entry.key.model)", request: entry.key.request, occurrence: entry.occurrence,
        base: entry.base, content: entry.content, ceilingUSD: entry.ceilingUSD,
        ceilingTokens: entry.ceilingTokens, begunAt: clock.now))
  }

  /// Records how a call ended.
  public func end(_ end: JournalEnd) async throws {
    var usage = CallUsage()
    usage.inputUncached = end.usage.inputUncached
    usage.cacheRead = end.usage.cacheRead
    usage.cacheWrite = end.usage.cacheWrite
    usage.cacheWriteLong = end.usage.cacheWriteLong
    usage.output = end.usage.output
    usage.reasoning = end.usage.reasoning
    usage.costUSD = end.costUSD
    usage.costBasis = end.costBasis.rawValue
    try await ledger.end(
      CallEndFact(
        call: end.call, reply: end.content, fault: end.fault?.kind.rawValue,
        detail: end.fault?.message ?? "", model: "\(end.name)", usage: usage, sends: end.sends,
        latency: end.latency, endedAt: clock.now))
  }
}

extension Budget {
  /// Counts what a run has spent before, when it is gone on with; calls that never ended count at their ceiling.
  ///
  /// Time counts from the first call to the last sign of one, and not while nobody ran it.
  public func restore(_ run: RunID, from reader: LedgerReader) throws {
    let sums = try reader.spending(run: run)
    let roles = sums.compactMap { Purpose.Role(rawValue: $0.role) }
    if let first = sums.map(\.firstAt).min(), let last = sums.map(\.lastAt).max() {
      for role in Set(roles) {
        restore(Purpose(role, run: run), usd: 0, tokens: 0, elapsed: last.since(first))
      }
    }
    for sum in sums {
      guard let role = Purpose.Role(rawValue: sum.role) else { continue }
      restore(
        Purpose(role, run: run, candidate: sum.candidate, trial: sum.trial), usd: sum.usd,
        tokens: sum.tokens, elapsed: sum.lastAt.since(sum.firstAt))
    }
  }
}
