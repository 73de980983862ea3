internal import Glibc

/// The regularised incomplete beta function, on which the t and the binomial distribution rest.
public enum Beta {
  /// P(X ≤ x) of a beta variable with shapes `a` and `b`, both above 0; x outside 0...1 is clamped.
  public static func cdf(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    // The fraction converges fast left of the mean only; right of it, by symmetry, use the other tail.
    return x < (a + 1) / (a + b + 2) ? lower(x, a, b) : 1 - lower(1 - x, b, a)
  }

  /// The x at which `cdf` is `p`; 0 and 1 at the ends.
  public static func quantile(_ p: Double, _ a: Double, _ b: Double) -> Double {
    guard p > 0 else { return 0 }
    guard p < 1 else { return 1 }
    let logBeta = logBeta(a, b)
    return Root.find(between: 0, and: 1, from: a / (a + b)) { x in
      let slope = exp((a - 1) * log(x) + (b - 1) * log1p(-x) - logBeta)
      return (cdf(x, a, b) - p, slope)
    }
  }

  static func lower(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let logFront = a * log(x) + b * log1p(-x) - logBeta(a, b)
    return exp(logFront) / a * fraction(x, a, b)
  }

  static func logBeta(_ a: Double, _ b: Double) -> Double {
    lgamma(a) + lgamma(b) - lgamma(a + b)
  }

  /// The logarithm of how many ways there are to choose `k` of `n`.
  static func logChoose(_ n: Double, _ k: Double) -> Double {
    lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
  }

  private static func lgamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return unsafe lgamma_r(x, &sign)
  }

  // Lentz's evaluation of the continued fraction (Abramowitz and Stegun 26.5.8).
  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    var c = 1.0
    var d = 1 - (a + b) * x / (a + 1)
    d = 1 / (abs(d) < tiny ? tiny : d)
    var result = d
    for step in 1...10_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      var change = 1.0
      for term in [even, odd] {
        d = 1 + term * d
        d = 1 / (abs(d) < tiny ? tiny : d)
        c = 1 + term / c
        c = abs(c) < tiny ? tiny : c
        change = c * d
        result *= change
      }
      if abs(change - 1) < 1e-16 { break }
    }
    return result
  }
}

extension Beta {
  /// The height of Student's t density at 0.
  static func density(_ df: Double) -> Double { exp(-logBeta(df / 2, 0.5)) / df.squareRoot() }
}
