package import Base
internal import Console
internal import Facts
package import Inspection
package import Ledger
internal import NightReading
internal import Platform
internal import Survey

/// Another trial of the same task: by its id, or as `sibling` or `parent`.
package enum AgainstWord {
  /// The trial that is meant.
  package static func trial(
    _ word: String, of id: TrialID, _ reader: LedgerReader, _ clock: WallClock
  )
    throws -> Trace.Against
  {
    if let other = TrialID(word) { return Trace.Against(trial: other, reason: nil) }
    let run = try reader.trial(id).trial.fact.run
    let isNight = try reader.head(run).fact.type == .night
    let view = isNight ? try NightView.read(reader, run: run, keeping: true, clock: clock) : nil
    let found: Counterpart
    switch (word, view) {
    case ("sibling", _): found = try Counterpart.sibling(of: id, reader, view)
    case ("parent", let view?): found = try Counterpart.parent(of: id, reader, view)
    case ("parent", nil):
      throw BelayError(
        .usage, "only a trial of a night has a parent", place: "\(id)",
        hint: "belay trace \(id) --against TRIAL")
    default:
      throw BelayError(
        .usage, "--against: expected t12, sibling or parent, got '\(word.printable())'",
        hint: "belay trace \(id) --against sibling")
    }
    return Trace.Against(trial: found.trial, reason: found.reason)
  }
}
