/// A mean over tasks with its interval; tasks, not trials, are the independent observations.
public struct ClusteredMean: Sendable, Hashable {
  /// The mean of the task means.
  public let mean: Double
  /// Where the truth lies at the stated confidence.
  public let interval: Interval
  /// The standard error over tasks; nil for one task.
  public let standardError: Double?
  /// How many tasks.
  public let tasks: Int
  /// How the interval was found.
  public let method: IntervalMethod

  /// Puts a mean together from its parts.
  public init(
    mean: Double, interval: Interval, standardError: Double?, tasks: Int, method: IntervalMethod
  ) {
    self.mean = mean
    self.interval = interval
    self.standardError = standardError
    self.tasks = tasks
    self.method = method
  }
}

/// Means of task scores in 0...1, clustered by task.
public enum TaskMeans {
  // Means of the same trials summed in another order may differ in the last bits.
  static let sameness = 1e-12

  /// The score of one harness from one mean per task; nil without tasks.
  ///
  /// Student's t over the task means; where all are equal it would give an interval of no width, so there
  /// the exact binomial interval with n = tasks is used.
  public static func score(_ means: [Double], confidence: Double = 0.95) -> ClusteredMean? {
    Moments(means).map { score($0, confidence: confidence) }
  }

  /// The same from sums over the task means, as a ledger keeps them; nil without tasks.
  public static func score(
    tasks: Int, sum: Double, sumOfSquares: Double, lowest: Double, highest: Double,
    confidence: Double = 0.95
  ) -> ClusteredMean? {
    guard tasks > 0 else { return nil }
    let n = Double(tasks)
    let mean = sum / n
    let variance = max(0, sumOfSquares - n * mean * mean) / max(1, n - 1)
    let moments = Moments(
      count: tasks, mean: mean, spread: highest - lowest,
      standardError: tasks < 2 ? nil : (variance / n).squareRoot())
    return score(moments, confidence: confidence)
  }

  private static func score(_ moments: Moments, confidence: Double) -> ClusteredMean {
    guard moments.spread <= sameness else { return moments.clustered(confidence: confidence) }
    let n = Double(moments.count)
    let interval = Binomial.exactInterval(
      successes: moments.mean * n, trials: n, confidence: confidence)
    return ClusteredMean(
      mean: moments.mean, interval: interval, standardError: moments.standardError,
      tasks: moments.count, method: .exact)
  }
}

/// Two harnesses on the same tasks, compared task by task.
public struct PairedDifference: Sendable, Hashable {
  /// The mean difference over tasks with its interval.
  public let difference: ClusteredMean
  /// The two-sided p value of no difference.
  public let pValue: Double
  /// Tasks on which the first did better.
  public let better: Int
  /// Tasks on which it did worse.
  public let worse: Int
  /// Tasks without a difference.
  public let same: Int

  /// Whether the data can tell the two apart: the interval leaves out 0.
  public var isSeparated: Bool { !difference.interval.contains(0) }

  /// Compares by one difference per task, each in -1...1; nil without tasks.
  ///
  /// Where all differences are equal, t would claim certainty. Then the share of tasks that behave
  /// otherwise is bounded exactly (none was seen in n), and those may differ by anything.
  public init?(_ differences: [Double], confidence: Double = 0.95) {
    guard let moments = Moments(differences) else { return nil }
    better = differences.count { $0 > TaskMeans.sameness }
    worse = differences.count { $0 < -TaskMeans.sameness }
    same = differences.count - better - worse
    if moments.spread <= TaskMeans.sameness {
      let seen = Beta.quantile((1 - confidence) / 2, Double(differences.count), 1)
      let interval = Interval(
        seen * moments.mean - (1 - seen), seen * moments.mean + (1 - seen))
      difference = ClusteredMean(
        mean: moments.mean, interval: interval, standardError: moments.standardError,
        tasks: differences.count, method: .exact)
      pValue = Binomial.signTest(wins: better, losses: worse)
    } else {
      difference = moments.clustered(confidence: confidence)
      let error = moments.standardError ?? 0
      pValue = StudentT.twoSided(moments.mean / error, df: Double(differences.count - 1))
    }
  }
}

/// Count, mean and standard error of some values.
struct Moments {
  let count: Int
  let mean: Double
  let spread: Double
  let standardError: Double?

  init(count: Int, mean: Double, spread: Double, standardError: Double?) {
    self.count = count
    self.mean = mean
    self.spread = spread
    self.standardError = standardError
  }

  init?(_ values: [Double]) {
    guard let first = values.first else { return nil }
    count = values.count
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    self.mean = mean
    spread = (values.max() ?? first) - (values.min() ?? first)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardError = values.count < 2 ? nil : (squares / (n - 1) / n).squareRoot()
  }

  func clustered(confidence: Double) -> ClusteredMean {
    let quantile = StudentT.quantile(1 - (1 - confidence) / 2, df: Double(count - 1))
    let half = quantile * (standardError ?? 0)
    return ClusteredMean(
      mean: mean, interval: Interval(mean - half, mean + half), standardError: standardError,
      tasks: count, method: .studentT)
  }
}
