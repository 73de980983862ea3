public import Base
internal import Database
public import Ledger

/// What a trial that is under way does by now.
public struct TrialActivity: Sendable, Hashable {
  /// The trial.
  public let trial: TrialID
  /// Its number in the order of dispatch.
  public let index: Int
  /// When it was dispatched.
  public let dispatchedAt: Timestamp
  /// How often models were asked.
  public let calls: Int
  /// When something was last recorded of it.
  public let lastAt: Timestamp
  /// Whether a model was asked and has not answered yet.
  public let isAsking: Bool

  /// What was read back.
  package init(
    trial: TrialID, index: Int, dispatchedAt: Timestamp, calls: Int, lastAt: Timestamp,
    isAsking: Bool
  ) {
    self.trial = trial
    self.index = index
    self.dispatchedAt = dispatchedAt
    self.calls = calls
    self.lastAt = lastAt
    self.isAsking = isAsking
  }
}

extension LedgerReader {
  /// What the trials of a run with these numbers do, as far as they are among the last dispatched ones.
  public func activity(run: RunID, indices: Set<Int>, among last: Int) throws -> [TrialActivity] {
    guard !indices.isEmpty else { return [] }
    return try read { connection in
      let trials = try connection.rows(
        """
        SELECT id, repeat, dispatched_at FROM trial WHERE run = \(run)
        ORDER BY id DESC LIMIT \(last)
        """
      ) { (id: $0.int(0), index: $0.int(1), at: $0.timestamp(2)) }
      return try trials.filter { indices.contains($0.index) }.map { trial in
        let call = try connection.first(
          """
          SELECT count(*), max(model_call.begun_at), max(model_answer.ended_at),
            count(*) - count(model_answer.call)
          FROM model_call LEFT JOIN model_answer ON model_answer.call = model_call.id
          WHERE model_call.trial = \(trial.id)
          """
        ) { row in
          (
            calls: row.int(0), begun: row.isNull(1) ? nil : row.timestamp(1),
            ended: row.isNull(2) ? nil : row.timestamp(2), open: row.int(3)
          )
        }
        let last = [call?.begun, call?.ended].compactMap(\.self).max() ?? trial.at
        return TrialActivity(
          trial: TrialID(trial.id), index: trial.index, dispatchedAt: trial.at,
          calls: call?.calls ?? 0, lastAt: max(last, trial.at), isAsking: (call?.open ?? 0) > 0)
      }
    }
  }
}
