package import Base
package import Facts
package import Ledger

extension LedgerReader {
  /// The candidate that a night began with: the harness that its settings name; nil for other runs.
  package func baseline(of run: RunRecord) throws -> CandidateID? {
    guard run.fact.type == .night, let hex = run.fact.settings["harness"].string else {
      return nil
    }
    return try candidates().first { $0.harness.hex == hex }?.id
  }
}
