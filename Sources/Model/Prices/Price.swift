public import Dialect

/// What a model costs in dollars per token, and how much it takes; what is not known is nil.
public struct Price: Sendable, Hashable {
  /// Dollars per token of each kind.
  public struct Rate: Sendable, Hashable {
    /// Read, and not from or into a cache.
    public var input: Double?
    /// Of the answer.
    public var output: Double?
    /// Of reasoning, where that differs from the rest of the answer.
    public var reasoning: Double?
    /// Read from a cache.
    public var cacheRead: Double?
    /// Written into a short-lived cache.
    public var cacheWrite: Double?
    /// Written into a cache that lives for an hour.
    public var cacheWriteLong: Double?

    /// Nothing known.
    public init() {}

    func filled(from other: Rate) -> Rate {
      var rate = self
      rate.input = input ?? other.input
      rate.output = output ?? other.output
      rate.reasoning = reasoning ?? (output == nil ? other.reasoning : nil)
      rate.cacheRead = cacheRead ?? (input == nil ? other.cacheRead : nil)
      rate.cacheWrite = cacheWrite ?? (input == nil ? other.cacheWrite : nil)
      rate.cacheWriteLong = cacheWriteLong ?? (input == nil ? other.cacheWriteLong : nil)
      return rate
    }
  }

  /// The tiers of service with prices of their own.
  public enum Tier: String, Sendable, Hashable, CaseIterable {
    /// What is meant when nothing is said.
    case standard
    /// Answers within a day.
    case batches
    /// Slower and cheaper.
    case flex
    /// Faster and dearer.
    case priority

    /// The tier behind a provider's word for it.
    public init(serviceTier: String?) {
      switch serviceTier?.lowercased() {
      case "batch", "batches": self = .batches
      case "flex": self = .flex
      case "priority": self = .priority
      default: self = .standard
      }
    }
  }

  /// From how many tokens of input on which rates hold: the whole request is priced by the highest mark that it passes.
  struct Step: Sendable, Hashable {
    let above: Int
    var rate: Rate
  }

  /// The steps of each tier, lowest first.
  var steps: [Tier: [Step]] = [:]
  /// The most tokens that it reads.
  public var window: Int?
  /// The most tokens that it answers.
  public var maxOutput: Int?
  /// Whether it takes temperature and its like; nil when the table does not say.
  public var takesSampling: Bool?
  /// Whether the beginning of its answer may be given; nil when the table does not say.
  public var takesPrefill: Bool?
  /// Whether it reasons; nil when the table does not say.
  public var reasons: Bool?
  /// Whether this is a guess of the user's, so that every sum with it is an estimate.
  public var isEstimate = false

  /// Nothing known.
  public init() {}

  /// One rate for every request.
  public init(_ rate: Rate, window: Int? = nil, maxOutput: Int? = nil) {
    steps[.standard] = [Step(above: 0, rate: rate)]
    self.window = window
    self.maxOutput = maxOutput
  }

  /// The rates of a request with so many tokens of input; a tier without prices has the standard ones.
  public func rate(input tokens: Int, tier: Tier = .standard) -> Rate {
    let standard = Self.rate(steps[.standard] ?? [], tokens)
    guard tier != .standard, let own = steps[tier], !own.isEmpty else { return standard }
    return Self.rate(own, tokens).filled(from: standard)
  }

  /// From how many tokens of input on a tier has rates of their own; 0 is the beginning.
  public func marks(_ tier: Tier) -> [Int] { steps[tier]?.map(\.above) ?? [] }

  /// Whether a sum can be made with it at all.
  public var isKnown: Bool {
    let rate = rate(input: 0)
    return rate.input != nil && rate.output != nil
  }

  /// What was paid; nil when a part of the usage or its price is not known.
  public func cost(of usage: ModelUsage) -> Double? {
    guard let uncached = usage.inputUncached, let input = usage.input, let output = usage.output
    else { return nil }
    let rate = rate(input: input, tier: Tier(serviceTier: usage.serviceTier))
    guard let inputRate = rate.input, let outputRate = rate.output else { return nil }
    let long = usage.cacheWriteLong ?? 0
    // Where a table has no price for a cache, its provider bills what goes through it as input; an hour's
    // cache is always sold dearer, so that without a price nothing can be said.
    guard long == 0 || rate.cacheWriteLong != nil else { return nil }
    let reasoning = min(usage.reasoning ?? 0, output)
    return Double(uncached) * inputRate
      + Double(usage.cacheRead ?? 0) * (rate.cacheRead ?? inputRate)
      + Double(usage.cacheWrite ?? 0) * (rate.cacheWrite ?? inputRate)
      + Double(long) * (rate.cacheWriteLong ?? 0)
      + Double(output - reasoning) * outputRate
      + Double(reasoning) * (rate.reasoning ?? outputRate)
  }

  /// The most that one token can cost in a request of at most `input` tokens; nil when not known.
  ///
  /// Between marks the dearest rate that the request could reach counts, and every token as the dearest kind.
  package func ceiling(input tokens: Int, tier: Tier, hasLongCache: Bool) -> (
    input: Double, output: Double
  )? {
    let passed = steps.values.joined().map(\.above).filter { $0 < tokens }
    var most: (input: Double, output: Double)?
    for count in passed.map({ $0 + 1 }) + [tokens] {
      let rate = rate(input: count, tier: tier)
      guard let input = rate.input, let output = rate.output else { return nil }
      let dearest = max(
        input, rate.cacheRead ?? 0, rate.cacheWrite ?? 0,
        hasLongCache ? rate.cacheWriteLong ?? input * 2 : 0)
      most = (
        max(most?.input ?? 0, dearest), max(most?.output ?? 0, output, rate.reasoning ?? 0)
      )
    }
    return most
  }

  private static func rate(_ steps: [Step], _ tokens: Int) -> Rate {
    var rate = Rate()
    for step in steps where step.above == 0 || tokens > step.above {
      rate = step.rate.filled(from: rate)
    }
    return rate
  }
}
