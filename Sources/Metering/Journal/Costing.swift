internal import Dialect
internal import Model

/// What a call used and cost, as well as it is known.
struct Costing: Sendable, Hashable {
  var usage: ModelUsage
  var usd: Double?
  var basis: CostBasis

  /// Tokens that count against a budget.
  var tokens: Int { (usage.input ?? 0) + (usage.output ?? 0) }

  /// Of an answer; what its provider did not count is booked at the ceiling and marked.
  init(_ reply: ModelReply, price: Price?, ceiling: Costing) {
    guard let counted = reply.usage, counted.input != nil, counted.output != nil else {
      self = ceiling
      // The provider may know the money where it does not count the tokens.
      if let usd = reply.usage?.reportedUSD {
        self.usd = usd
        basis = .reported
      }
      return
    }
    usage = counted
    if let usd = counted.reportedUSD {
      self.usd = usd
      basis = .reported
    } else if let usd = price?.cost(of: counted) {
      self.usd = usd
      basis = counted.isEstimate || price?.isEstimate == true ? .estimated : .computed
    } else {
      // A part of it has no price: where a ceiling is known it stands for the whole.
      usd = ceiling.usd
      basis = ceiling.basis
    }
  }

  /// The most that a call can have taken: for answers that were lost on their way.
  init(ceilingInput: Int, output: Int, usd: Double?) {
    usage = ModelUsage()
    usage.inputUncached = ceilingInput
    usage.output = output
    usage.isEstimate = true
    self.usd = usd
    basis = usd == nil ? .unknown : .estimated
  }

  /// Nothing was taken.
  init() {
    usage = ModelUsage()
    usage.inputUncached = 0
    usage.output = 0
    usd = 0
    basis = .computed
  }
}
