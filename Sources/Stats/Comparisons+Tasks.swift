import Glibc

// One task at a time: a few trials on each side.
extension Comparisons {
  /// How often chance alone would part two sides this far: the share of all ways to deal their scores out anew
  /// whose means lie at least as far apart; nil where a side has no score.
  ///
  /// Scores of 0 and 1 are counted as in Fisher's exact test. Scores with partial credit that can be dealt in more
  /// ways than are worth counting are taken as normal, with the variance of the dealing.
  public static func permutation(_ first: [Double], _ second: [Double]) -> Double? {
    guard !first.isEmpty, !second.isEmpty else { return nil }
    let all = first + second
    let (n, m) = (Double(first.count), Double(second.count))
    let total = all.reduce(0, +)
    // A difference of means is one of the first side's sum, as far as it lies from what it is on average.
    let expected = total * n / (n + m)
    let distance = abs(first.reduce(0, +) - expected) - 1e-9
    if all.allSatisfy({ $0 == 0 || $0 == 1 }) {
      let ways = Beta.logChoose(n + m, total)
      let likely = Int(max(0, total - m))...Int(min(n, total))
      return min(
        1,
        likely.lazy.filter { abs(Double($0) - expected) >= distance }.reduce(0) {
          $0 + exp(Beta.logChoose(n, Double($1)) + Beta.logChoose(m, total - Double($1)) - ways)
        })
    }
    guard Beta.logChoose(n + m, n) > log(20_000) else {
      var (far, ways) = (0, 0)
      deal(all[...], first.count, 0) { sum in
        ways += 1
        if abs(sum - expected) >= distance { far += 1 }
      }
      return Double(far) / Double(ways)
    }
    let mean = total / (n + m)
    let variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n + m - 1)
    let spread = (variance * n * m / (n + m)).squareRoot()
    return spread > 0 ? min(1, 2 * (1 - Normal.cdf(max(distance, 0) / spread))) : 1
  }

  /// Which of many tests tell at a level that holds for all of them together, by Holm's steps; what has no
  /// p-value is none of them.
  public static func holm(_ pValues: [Double?], level: Double) -> [Bool] {
    let order = pValues.indices.filter { pValues[$0] != nil }
      .sorted { (pValues[$0] ?? 1, $0) < (pValues[$1] ?? 1, $1) }
    var tells = [Bool](repeating: false, count: pValues.count)
    for (step, place) in order.enumerated() {
      guard (pValues[place] ?? 1) * Double(order.count - step) <= level else { break }
      tells[place] = true
    }
    return tells
  }

  // Every sum that so many of the scores can have.
  private static func deal(
    _ scores: ArraySlice<Double>, _ wanted: Int, _ sum: Double, _ each: (Double) -> Void
  ) {
    guard wanted > 0, let next = scores.first else { return each(sum) }
    deal(scores.dropFirst(), wanted - 1, sum + next, each)
    if scores.count > wanted { deal(scores.dropFirst(), wanted, sum, each) }
  }
}
