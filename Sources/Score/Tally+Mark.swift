package import Facts
internal import Layout

extension Tally {
  /// The trials in one cell of a matrix: a letter for each of a few, counts for many, the mean where credit is partial.
  package var mark: String {
    if scoreSum > Double(passes) + 1e-9 {
      return Figure.fixed(mean, 2) + (unscored > 0 ? "E" : "")
    }
    guard trials <= 6 else {
      return "\(passes)/\(scored)"
        + (scored < trials ? " of \(trials)" : "")
    }
    // A trial that met a limit may have passed all the same; only those that cannot have are marked.
    let failed = scored - passes
    let limited = min(failed, max(0, (byOutcome[.limit] ?? 0) - passes))
    return String(repeating: "#", count: passes)
      + String(repeating: ".", count: failed - limited)
      + String(repeating: "T", count: limited)
      + String(repeating: "E", count: max(0, unscored))
      + String(repeating: "?", count: max(0, trials - finished))
  }
}
