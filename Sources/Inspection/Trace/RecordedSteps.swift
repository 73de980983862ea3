internal import Base
internal import Calls
package import Facts
package import Interchange
package import Ledger

/// The trace of an attempt from the steps that were recorded as they happened: all that there is of one
/// that was killed.
package enum RecordedSteps {
  /// What the steps of an attempt add up to; nil for none. Without an attempt, those that none has ended.
  package static func trajectory(
    _ reader: LedgerReader, _ detail: TrialDetail, _ attempt: AttemptRecord?
  ) throws -> Trajectory? {
    // An attempt that was cancelled and the one that goes on with its answers are one to the journal.
    let number = attempt?.number ?? detail.attempts.count + 1
    let cancelled = detail.attempts.count { $0.number < number && $0.outcome == .cancelled }
    let steps = try reader.steps(detail.trial.id, attempt: number - cancelled)
    return StepRecord.trajectory(
      steps.compactMap { StepRecord($0.body) }, session: "\(detail.trial.id)")
  }
}
