internal import Glibc

/// Evidence that a mean difference lies above a bound, valid however often one looks.
///
/// Twelve bets of equal weight against `E[D] ≤ m0` for differences in [-1, 1]; under the null the
/// e-value passes 1/α with probability at most α at any time.
public struct EProcess: Sendable, Hashable, Codable {
  /// The sizes of the bets.
  public static let bets = [
    0.04, 0.08, 0.12, 0.16, 0.20, 0.26, 0.32, 0.40, 0.50, 0.60, 0.70, 0.80,
  ]

  /// The bound of the null.
  public let bound: Double
  /// The logarithm of each bet's capital.
  public private(set) var logCapital: [Double]

  /// No evidence yet against a mean of at most `bound`, which lies between -1 and 1.
  public init(bound: Double = 0) {
    self.bound = min(max(bound, -0.999), 0.999)
    logCapital = [Double](repeating: 0, count: Self.bets.count)
  }

  /// Takes one difference in, cut to [-1, 1].
  public mutating func add(_ difference: Double) {
    let step = (min(max(difference, -1), 1) - bound) / (1 + bound)
    for (index, bet) in Self.bets.enumerated() { logCapital[index] += log1p(bet * step) }
  }

  /// Takes wins, losses and any number of ties in at once, where the bound is 0.
  public mutating func add(wins: Int, losses: Int) {
    for (index, bet) in Self.bets.enumerated() {
      logCapital[index] += Double(wins) * log1p(bet) + Double(losses) * log1p(-bet)
    }
  }

  /// The natural logarithm of the e-value.
  public var logE: Double {
    let most = logCapital.max() ?? 0
    let sum = logCapital.reduce(0) { $0 + exp($1 - most) }
    return most + log(sum / Double(logCapital.count))
  }
}
