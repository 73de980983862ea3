package import Base
package import Facts
package import Ledger

extension LedgerReader {
  /// The candidate that a night began with: the harness that its settings name; nil for other runs.
  package func baseline(of run: RunHead) throws -> CandidateID? {
    run.fact.type == .night ? run.fact.beganWith(try candidates())?.id : nil
  }
}
