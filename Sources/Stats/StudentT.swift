internal import Glibc

/// Student's t distribution: how far a mean of few values may lie from the truth.
public enum StudentT {
  /// P(T ≤ t) with `df` degrees of freedom, above 0.
  public static func cdf(_ t: Double, df: Double) -> Double {
    t < 0 ? tail(-t, df) : 1 - tail(t, df)
  }

  /// The t at which `cdf` is `p`; infinite at 0 and 1.
  public static func quantile(_ p: Double, df: Double) -> Double {
    if p <= 0 { return -.infinity }
    if p >= 1 { return .infinity }
    if p == 0.5 { return 0 }
    let share = min(p, 1 - p)
    let low = 0.0
    var high = 1.0
    while tail(high, df) > share, high < 1e300 { high *= 2 }
    let scale = Beta.density(df)
    let t = Root.find(between: low, and: high, from: Normal.quantile(1 - share)) { t in
      (share - tail(t, df), scale * exp(-(df + 1) / 2 * log1p(t * t / df)))
    }
    return p < 0.5 ? -t : t
  }

  /// P(|T| ≥ |t|), the two-sided p value.
  public static func twoSided(_ t: Double, df: Double) -> Double { min(1, 2 * tail(abs(t), df)) }

  // The upper tail without cancellation; near 0 by the other half, where x is close to 1.
  private static func tail(_ t: Double, _ df: Double) -> Double {
    guard t.isFinite else { return 0 }
    let square = t * t
    guard square < df else { return Beta.cdf(df / (df + square), df / 2, 0.5) / 2 }
    return 0.5 - Beta.cdf(square / (df + square), 0.5, df / 2) / 2
  }
}
