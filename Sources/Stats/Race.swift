internal import Glibc

/// One candidate against the incumbent, fed pair by pair in dispatch order.
///
/// The e-process decides what is adopted; the estimate beside it may only discard, so that stopping
/// early cannot make the e-value invalid.
public struct Race: Sendable, Hashable, Codable {
  /// What is asked of a race; fixed when it starts.
  public struct Rules: Sendable, Hashable, Codable {
    /// The e-value that adopts.
    public var threshold: Double
    /// How many standard errors of optimism a candidate is given before it is discarded as futile.
    public var patience: Double
    /// The difference that has to be beaten: 0 for better, -0.03 for no worse.
    public var bound = 0.0
    /// The smallest gain worth chasing.
    public var target = 0.05
    /// No adoption before so many pairs.
    public var fewestToAdopt = 20
    /// No discarding before so many pairs.
    public var fewestToDiscard = 10
    /// The most pairs.
    public var cap = 800
    /// A decision is taken after so many pairs.
    public var block = 5
    /// The first pairs, which are looked at but are no evidence.
    public var screening = 0

    /// The rules for being better.
    public init(threshold: Double, patience: Double) {
      self.threshold = threshold
      self.patience = patience
    }

    /// The rules for being no worse than the anchor, for what is simpler.
    public static let simpler: Rules = {
      var rules = Rules(threshold: 20, patience: 0.5)
      rules.bound = -0.03
      rules.target = -0.015
      return rules
    }()
  }

  /// Where a race stands.
  public enum Decision: String, Sendable, Hashable, Codable {
    /// More pairs are needed.
    case goOn = "continue"
    /// The e-value passed the threshold.
    case adopt = "promote"
    /// Even an optimistic reading misses the target.
    case futile = "discard-futile"
    /// The cap was met.
    case capped = "discard-cap"
  }

  /// The rules.
  public let rules: Rules
  /// The evidence.
  public private(set) var evidence: EProcess
  /// Pairs until now.
  public private(set) var pairs = 0
  /// Where it stands after the last whole block.
  public private(set) var decision = Decision.goOn
  private var sum = 0.0
  private var sumOfSquares = 0.0

  /// A race that has not begun.
  public init(_ rules: Rules) {
    self.rules = rules
    evidence = EProcess(bound: rules.bound)
  }

  /// Takes one pair in: the candidate's score, the incumbent's paired with it, and the mean of all trials
  /// of the incumbent on that task until now.
  public mutating func add(candidate: Double, control: Double, controlMean: Double) -> Decision {
    if pairs >= rules.screening { evidence.add(candidate - control) }
    let difference = candidate - controlMean
    pairs += 1
    sum += difference
    sumOfSquares += difference * difference
    if pairs % rules.block == 0 { decision = decide() }
    return decision
  }

  /// The mean difference; nil before the first pair. Selected, and so no result.
  public var estimate: Double? { pairs > 0 ? sum / Double(pairs) : nil }

  /// The standard error of the estimate.
  public var standardError: Double? {
    guard let estimate else { return nil }
    let variance = max(sumOfSquares / Double(pairs) - estimate * estimate, 0.02)
    return (variance / Double(pairs)).squareRoot()
  }

  private func decide() -> Decision {
    let fewest = max(rules.fewestToAdopt, rules.screening + rules.block)
    if pairs >= fewest, evidence.logE >= log(rules.threshold) { return .adopt }
    if pairs >= rules.fewestToDiscard, let estimate, let standardError,
      estimate + rules.patience * standardError < rules.target
    {
      return .futile
    }
    return pairs >= rules.cap ? .capped : .goOn
  }
}
