public import Base
internal import Database
public import Ledger

extension LedgerReader {
  /// How often the models were asked in each trial of a candidate in a run; a trial without a call is left out.
  public func turns(run: RunID, candidate: CandidateID) throws -> [TrialID: Int] {
    try read { connection in
      let rows = try connection.rows(
        """
        SELECT model_call.trial, count(*) FROM trial
        CROSS JOIN model_call ON model_call.trial = trial.id
        WHERE trial.run = \(run) AND trial.candidate = \(candidate) GROUP BY model_call.trial
        """
      ) { (TrialID($0.int(0)), $0.int(1)) }
      return Dictionary(uniqueKeysWithValues: rows)
    }
  }
}
