internal import Glibc

/// The mean score over a fixed set of tasks, from fresh trials on each: what is not sure is the trials, not
/// which tasks there are.
public struct StratifiedMean: Sendable, Hashable {
  /// The mean of the task means.
  public let mean: Double
  /// Where the truth on these tasks lies at the stated confidence.
  public let interval: Interval
  /// Its standard error.
  public let standardError: Double

  /// From the scores on each task; tasks without one are left out, nil when all are.
  public init?(_ scores: [[Double]], confidence: Double) {
    let strata = scores.filter { !$0.isEmpty }
    guard !strata.isEmpty else { return nil }
    let count = Double(strata.count)
    var sum = 0.0
    var variance = 0.0
    var spare = 0.0
    for stratum in strata {
      let n = Double(stratum.count)
      let mean = stratum.reduce(0, +) / n
      sum += mean
      // One trial says nothing of its spread: then it is taken as large as it can be.
      let spread =
        n > 1
        ? stratum.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1) : 0.25
      variance += spread / n / (count * count)
      spare += max(n - 1, 0)
    }
    mean = sum / count
    standardError = variance.squareRoot()
    guard variance > 0 else {
      // All alike: bounded exactly, as if all trials were of one kind.
      let trials = Double(strata.reduce(0) { $0 + $1.count })
      interval = Binomial.exactInterval(
        successes: mean * trials, trials: trials, confidence: confidence)
      return
    }
    // Few trials know their own spread badly. Weighing the tasks by their spread (Satterthwaite) would
    // count too few degrees of freedom: scores of 0 and 1 make it 0 on most tasks by chance.
    let df = max(spare, 1)
    let half = StudentT.quantile(1 - (1 - confidence) / 2, df: df) * standardError
    interval = Interval(mean - half, mean + half).clamped(to: 0...1)
  }
}
