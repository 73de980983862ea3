internal import Base
internal import Dialect
internal import Harness
internal import Interchange
internal import Model

/// Counts what the lanes of one trial use together, and says when a limit is met.
final class Meter: Sendable {
  private struct State {
    var turns = 0
    var usage = TokenUsage()
    /// Whether all answers had a price: a sum of which a part is unknown is unknown.
    var isPriced = true
    var calls = 0
    var summaries = 0
  }

  private let limits: HarnessLimits
  private let state = Locked(State())

  init(_ limits: HarnessLimits) { self.limits = limits }

  /// The limit that forbids another turn; nil when there is room.
  func spent() -> Ending? {
    let (turns, usage) = state.withLock { ($0.turns, $0.usage) }
    if let most = limits.turns, turns >= most {
      return .limit("turns", "it was stopped after \(turns) turns")
    }
    if let most = limits.inputTokens, let used = usage.input, used >= most {
      return .limit("input_tokens", "it was stopped after \(used) tokens read")
    }
    if let most = limits.outputTokens, let used = usage.output, used >= most {
      return .limit("output_tokens", "it was stopped after \(used) tokens written")
    }
    if let most = limits.costUSD, let used = usage.costUSD, used >= most {
      return .limit("cost_usd", "it was stopped after $\(used)")
    }
    return nil
  }

  /// Takes one turn of the trial's; answers the limit when there is none left.
  func takeTurn() -> Ending? {
    if let spent = spent() { return spent }
    state.withLock { $0.turns += 1 }
    return nil
  }

  /// The most tokens that the next answer may have: its own limit, or what is left of the trial's.
  func allowance(_ own: Int?) -> Int? {
    guard let most = limits.outputTokens else { return own }
    let left = max(1, most - (state.withLock { $0.usage.output } ?? 0))
    return min(own ?? left, left)
  }

  func book(_ answer: ModelAnswer) {
    let usage = TokenUsage(answer)
    state.withLock { state in
      state.calls += 1
      state.usage.add(usage)
      if usage.costUSD == nil { state.isPriced = false }
    }
  }

  /// What was used until now.
  var usage: TokenUsage {
    state.withLock { state in
      var usage = state.usage
      if !state.isPriced { usage.costUSD = nil }
      return usage
    }
  }

  /// How many turns were taken.
  var turns: Int { state.withLock { $0.turns } }
}

extension TokenUsage {
  /// What one answer used, as the step of a trajectory says it.
  init(_ answer: ModelAnswer) {
    let usage = answer.reply.usage
    self.init(
      input: usage?.input, cached: usage?.cacheRead, output: usage?.output,
      costUSD: answer.costUSD)
  }
}
