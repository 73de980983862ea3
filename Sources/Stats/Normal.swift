internal import Glibc

/// The standard normal distribution.
public enum Normal {
  /// P(Z ≤ z).
  public static func cdf(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

  /// The z at which `cdf` is `p`; infinite at 0 and 1.
  public static func quantile(_ p: Double) -> Double {
    if p <= 0 { return -.infinity }
    if p >= 1 { return .infinity }
    let share = min(p, 1 - p)
    var low = 0.0
    var high = 40.0
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { break }
      if cdf(-middle) > share { low = middle } else { high = middle }
    }
    let z = low + (high - low) / 2
    return p < 0.5 ? -z : z
  }
}
