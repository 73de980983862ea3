internal import Glibc

/// An interval for the mean of observations in [0, 1] that holds at every length, by betting for and
/// against each possible mean.
///
/// After Waudby-Smith and Ramdas; means on a grid of a thousandth, widened by one step.
public struct HedgedInterval: Sendable, Hashable {
  /// How the bets are sized.
  public struct Settings: Sendable, Hashable {
    /// The most of the capital that is bet.
    public var truncation = 0.9
    /// The mean that is believed before the first observation.
    public var priorMean = 0.5
    /// The variance that is believed before the first observation.
    public var priorVariance = 0.04
    /// How many observations that belief is worth.
    public var priorWeight = 2.0

    /// The settings for sealed audits.
    public init() {}
  }

  /// Where the mean lies with confidence 1 - `alpha`: at every length, or for one look at `length`.
  public static func interval(
    _ values: [Double], alpha: Double = 0.05, length: Int? = nil, settings: Settings = Settings()
  ) -> Interval {
    let bets = bets(values, alpha: alpha, length: length, settings)
    let steps = 1000
    let kept = (0...steps).filter { step in
      let mean = Double(step) / Double(steps)
      return capital(values, bets, against: mean, settings) + log(0.5) <= log(1 / alpha)
    }
    guard let first = kept.first, let last = kept.last else { return Interval(0, 1) }
    let width = 1 / Double(steps)
    return Interval(
      max(0, Double(first) * width - width), min(1, Double(last) * width + width))
  }

  /// The size of each bet, from what was seen before it.
  private static func bets(
    _ values: [Double], alpha: Double, length: Int?, _ settings: Settings
  ) -> [Double] {
    var sum = 0.0
    var squares = 0.0
    var variance = settings.priorVariance
    return values.enumerated().map { index, value in
      let t = Double(index + 1)
      let horizon = length.map(Double.init) ?? t * log(1 + t)
      let bet = (2 * log(2 / alpha) / (horizon * variance)).squareRoot()
      sum += value
      let weight = settings.priorWeight
      let mean = min((weight * settings.priorMean + sum) / (t + weight), 1)
      squares += (value - mean) * (value - mean)
      variance = (weight * settings.priorVariance + squares) / (t + weight)
      return bet
    }
  }

  /// The logarithm of the larger of the two capitals that bet on and against more than this mean.
  private static func capital(
    _ values: [Double], _ bets: [Double], against mean: Double, _ settings: Settings
  ) -> Double {
    var above = 0.0
    var below = 0.0
    for (value, bet) in zip(values, bets) {
      let up = mean == 0 ? bet : min(bet, settings.truncation / mean)
      let down = mean == 1 ? bet : min(bet, settings.truncation / (1 - mean))
      above += logOrNothing(1 + up * (value - mean))
      below += logOrNothing(1 - down * (value - mean))
    }
    return max(above, below)
  }

  private static func logOrNothing(_ value: Double) -> Double {
    value > 0 ? log(value) : -.infinity
  }
}
