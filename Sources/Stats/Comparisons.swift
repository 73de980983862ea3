internal import Glibc

/// Classical tests of one harness against another, to set beside the race.
public enum Comparisons {
  /// Successes and trials of both sides on one task.
  public struct Stratum: Sendable, Hashable {
    /// Successes of the candidate.
    public var candidateSuccesses: Int
    /// Trials of the candidate.
    public var candidateTrials: Int
    /// Successes of the incumbent.
    public var incumbentSuccesses: Int
    /// Trials of the incumbent.
    public var incumbentTrials: Int

    /// Counts of one task.
    public init(
      candidateSuccesses: Int, candidateTrials: Int, incumbentSuccesses: Int, incumbentTrials: Int
    ) {
      self.candidateSuccesses = candidateSuccesses
      self.candidateTrials = candidateTrials
      self.incumbentSuccesses = incumbentSuccesses
      self.incumbentTrials = incumbentTrials
    }
  }

  /// Cochran, Mantel and Haenszel: the one-sided p-value of the candidate being no better over all
  /// tasks, without a continuity correction; nil when no task tells the sides apart.
  public static func mantelHaenszel(_ strata: [Stratum]) -> (excess: Double, pValue: Double)? {
    var excess = 0.0
    var variance = 0.0
    for stratum in strata {
      let mine = Double(stratum.candidateTrials)
      let theirs = Double(stratum.incumbentTrials)
      let all = mine + theirs
      guard all > 1 else { continue }
      let successes = Double(stratum.candidateSuccesses + stratum.incumbentSuccesses)
      excess += Double(stratum.candidateSuccesses) - mine * successes / all
      variance += mine * theirs * successes * (all - successes) / (all * all * (all - 1))
    }
    guard variance > 0 else { return nil }
    return (excess, 1 - Normal.cdf(excess / variance.squareRoot()))
  }

  /// The probability that the candidate's rate is the higher one, from uniform priors on both.
  public static func posteriorBetter(
    candidate: (successes: Int, trials: Int), incumbent: (successes: Int, trials: Int)
  ) -> Double {
    // P(p1 > p2) = Σ over the candidate's first shape of B(a2 + i, b1 + b2) / ((b1 + i) B(1 + i, b1) B(a2, b2)).
    let a1 = candidate.successes + 1
    let b1 = Double(candidate.trials - candidate.successes + 1)
    let a2 = Double(incumbent.successes + 1)
    let b2 = Double(incumbent.trials - incumbent.successes + 1)
    let terms = (0..<a1).map { step -> Double in
      let i = Double(step)
      return exp(
        Beta.logBeta(a2 + i, b1 + b2) - log(b1 + i) - Beta.logBeta(1 + i, b1) - Beta.logBeta(a2, b2)
      )
    }
    return min(1, terms.reduce(0, +))
  }
}
