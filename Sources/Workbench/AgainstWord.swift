package import Base
internal import Console
internal import Facts
package import Inspection
package import Ledger
internal import NightReading
internal import Platform
internal import Survey

/// Another trial of the same task: by its id, as `sibling` or `parent`, or by whose it is: `champion`, `g1`, `c7`.
package enum AgainstWord {
  /// The trial that is meant.
  package static func trial(
    _ word: String, of id: TrialID, _ reader: LedgerReader, _ clock: WallClock
  )
    throws -> Trace.Against
  {
    if let other = TrialID(word) { return Trace.Against(trial: other, reason: nil) }
    let trial = try reader.trial(id).trial
    let run = trial.fact.run
    let isNight = try reader.head(run).fact.type == .night
    let view = isNight ? try NightView.read(reader, run: run, keeping: true, clock: clock) : nil
    let found: Counterpart
    let named = try view.flatMap { try GenerationWord.candidate(word, in: $0) } ?? CandidateID(word)
    switch (word, view) {
    case ("sibling", _): found = try Counterpart.sibling(of: id, reader, view)
    case ("parent", let view?): found = try Counterpart.parent(of: id, reader, view)
    case ("parent", nil):
      throw BelayError(
        .usage, "only a trial of a night has a parent", place: "\(id)",
        hint: "belay trace \(id) --against TRIAL")
    case (_, let view?) where named != nil:
      found = try Counterpart.trial(
        of: named ?? trial.fact.candidate, like: id, reader, view)
    default:
      throw BelayError(
        .usage,
        "--against: expected t12, sibling, parent, champion, g1 or c7, got '\(word.printable())'",
        hint: "belay trace \(id) --against sibling")
    }
    return Trace.Against(trial: found.trial, reason: found.reason)
  }
}
