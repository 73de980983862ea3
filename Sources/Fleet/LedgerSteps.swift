public import Base
internal import Calls
internal import Facts
public import Ledger
internal import Platform
public import Trial

/// The steps of agents in the lab's ledger, appended as they happen.
public struct LedgerSteps: StepSink {
  private let ledger: Ledger
  private let reader: @Sendable () throws -> LedgerReader
  private let clock: WallClock

  /// Steps of this lab.
  public init(_ lab: Lab, ledger: Ledger, clock: WallClock = .system) {
    self.ledger = ledger
    self.clock = clock
    reader = { try lab.reader() }
  }

  /// Appends a step; returns when it is durable.
  public func append(_ step: JSON, number: Int, of attempt: AttemptKey) async throws {
    try await ledger.record(
      StepFact(
        trial: attempt.trial, attempt: attempt.number, number: number, at: clock.now, body: step))
  }

  /// The steps of an attempt that was interrupted, in order.
  public func recorded(of attempt: AttemptKey) async throws -> [JSON] {
    let reader = reader
    return try await BlockingWork.run {
      try reader().steps(attempt.trial, attempt: attempt.number).map(\.body)
    }
  }
}
