internal import Glibc

/// Intervals and tests for counts of successes.
public enum Binomial {
  /// Clopper and Pearson's exact interval for `successes` of `trials`; a share of a success is allowed.
  public static func exactInterval(successes: Double, trials: Double, confidence: Double = 0.95)
    -> Interval
  {
    guard trials > 0 else { return Interval(0, 1) }
    let k = min(max(successes, 0), trials)
    let tail = (1 - confidence) / 2
    let low = k == 0 ? 0 : Beta.quantile(tail, k, trials - k + 1)
    let high = k == trials ? 1 : Beta.quantile(1 - tail, k + 1, trials - k)
    return Interval(low, high)
  }

  /// Wilson's score interval for `successes` of `trials`.
  public static func wilsonInterval(successes: Int, trials: Int, confidence: Double = 0.95)
    -> Interval
  {
    guard trials > 0 else { return Interval(0, 1) }
    let n = Double(trials)
    let share = Double(successes) / n
    let z = Normal.quantile(1 - (1 - confidence) / 2)
    let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half =
      z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return Interval(centre - half, centre + half).clamped(to: 0...1)
  }

  /// P(at least `wins` of all decided pairs) when both sides are equally good: the exact McNemar test.
  public static func signTestOneSided(wins: Int, losses: Int) -> Double {
    guard wins > 0 else { return 1 }
    // P(X ≥ k) of n fair coins is the beta cdf at one half.
    return Beta.cdf(0.5, Double(wins), Double(losses) + 1)
  }

  /// The two-sided exact McNemar (sign) test; 1 when nothing was decided.
  public static func signTest(wins: Int, losses: Int) -> Double {
    min(1, 2 * signTestOneSided(wins: max(wins, losses), losses: min(wins, losses)))
  }
}
