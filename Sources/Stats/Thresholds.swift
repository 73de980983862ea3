internal import Glibc

/// How much evidence an adoption asks for, over a night without an end.
public enum Thresholds {
  /// The bar of the standard mode rises with the candidates raced since the last adoption, this one included.
  public static func standard(dry: Int, alpha: Double = 0.10) -> Double {
    (1 + Double(dry) / 50) / alpha
  }

  /// The bar of the strict mode, which bounds the false discovery rate by `q` for ever (e-LOND).
  ///
  /// - Parameters:
  ///   - opened: how many e-values were opened, this one included.
  ///   - adoptions: how many adoptions stand before it.
  public static func strict(
    opened: Int, adoptions: Int, q: Double = 0.20, evenly: Int = 20
  ) -> Double {
    1 / (q * share(opened, evenly: evenly) * Double(adoptions + 1))
  }

  /// The share of the error budget that the n-th e-value may spend: four fifths evenly over the first, the
  /// rest over all that follow.
  static func share(_ opened: Int, evenly: Int) -> Double {
    if opened <= evenly { return 0.8 / Double(evenly) }
    let later = Double(opened - evenly)
    return 0.2 * 6 / (Double.pi * Double.pi) / (later * later)
  }

  /// Which of several e-values are rejected together at level `alpha` (e-BH), as indices in order.
  public static func rejected(_ values: [Double], alpha: Double) -> [Int] {
    let order = values.indices.sorted { values[$0] > values[$1] }
    let count = Double(values.count)
    let last = order.indices.last { rank in
      values[order[rank]] >= count / (alpha * Double(rank + 1))
    }
    return last.map { order[...$0].sorted() } ?? []
  }

  /// How many standard errors of optimism a race affords, from what is left of the night.
  public static func patience(rolloutsLeft: Int, proposalsLeft: Int) -> Double {
    let pace = Double(rolloutsLeft) / Double(max(proposalsLeft, 1))
    return min(max(0.5 + 0.5 * (pace / 40 - 1), 0.5), 2.5)
  }

  /// The level of the n-th audit of the same sealed tasks; all of them sum up to `alpha`.
  public static func auditLevel(_ audit: Int, alpha: Double = 0.05) -> Double {
    alpha * 6 / (Double.pi * Double.pi) / Double(audit * audit)
  }
}

/// What is believed of an effect that was chosen because it looked large.
public enum Shrinkage {
  /// The estimate, pulled towards 0 by a normal prior of standard deviation `spread`.
  public static func shrunk(_ estimate: Double, standardError: Double, spread: Double = 0.05)
    -> Double
  {
    let prior = spread * spread
    return estimate * prior / (prior + standardError * standardError)
  }
}

/// A free replication of an adoption: fresh pairs of later races go on with the e-process that adopted.
public struct Probation: Sendable, Hashable, Codable {
  /// The evidence, from the race on.
  public private(set) var evidence: EProcess

  /// Begins with the evidence at the adoption.
  public init(_ evidence: EProcess) { self.evidence = evidence }

  /// Takes a fresh pair in: the new incumbent's score less its parent's.
  public mutating func add(_ difference: Double) { evidence.add(difference) }

  /// Whether the adoption is to be taken back: less than an e-value of 2 is left.
  public var isLost: Bool { evidence.logE < log(2.0) }
}

/// What a pair says about cost.
public enum CostPair {
  /// The null of the cheaper verdict: that less than a twentieth is saved.
  public static let cheaperBound = log(1 / 0.95) / log(4.0)

  /// Positive when the candidate is cheaper; a factor of four either way is the most that one pair counts.
  public static func difference(candidate: Double, control: Double) -> Double? {
    ratio(candidate, control).map { min(max(-$0 / log(4.0), -1), 1) }
  }

  /// The score difference after paying `price` for each doubling of the cost.
  public static func priced(
    _ difference: Double, candidate: Double, control: Double, price: Double
  ) -> Double? {
    ratio(candidate, control).map { ratio in
      (difference - price * min(max(ratio / log(2.0), -1), 1)) / (1 + price)
    }
  }

  // A cost that is not known, or nothing, says nothing.
  private static func ratio(_ candidate: Double, _ control: Double) -> Double? {
    guard candidate > 0, control > 0, candidate.isFinite, control.isFinite else { return nil }
    return log(candidate / control)
  }
}
