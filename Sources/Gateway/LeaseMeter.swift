internal import Base
internal import Dialect
internal import Harness
internal import Interchange
internal import Model
internal import Trial

/// What one lease has used, and what stands in its way.
final class LeaseMeter: Sendable {
  private struct State {
    var usage = TokenUsage(input: 0, cached: 0, output: 0, costUSD: 0)
    var hasUnknownCost = false
    var calls = 0
    var failure: String?
    var trouble: ModelLeaseReport.Trouble?

    mutating func stop(_ name: String, _ sentence: String) -> ModelFault {
      if trouble == nil { trouble = .limit(name, sentence) }
      return ModelFault(.budget, sentence)
    }
  }

  private let limits: HarnessLimits
  private let state = Locked(State())

  init(limits: HarnessLimits) { self.limits = limits }

  /// What is left of the answers that the harness allows; nil is no limit.
  func admit() throws(ModelFault) -> Int? {
    try state.withLock { state throws(ModelFault) in
      if let most = limits.inputTokens, (state.usage.input ?? 0) >= most {
        throw state.stop("input_tokens", "the trial has read its \(most) tokens")
      }
      guard let most = limits.outputTokens else { return nil }
      let left = most - (state.usage.output ?? 0)
      guard left > 0 else {
        throw state.stop("output_tokens", "the trial has written its \(most) tokens")
      }
      return left
    }
  }

  func count(_ answer: ModelAnswer) {
    let usage = answer.reply.usage
    state.withLock { state in
      state.calls += 1
      state.failure = nil
      state.usage.add(
        TokenUsage(
          input: usage?.input, cached: usage?.cacheRead, output: usage?.output,
          costUSD: answer.costUSD))
      if answer.costUSD == nil { state.hasUnknownCost = true }
    }
  }

  func count(_ fault: ModelFault) {
    state.withLock { state in
      switch fault.kind {
      case .budget:
        if fault.isOfTrial {
          state.trouble = state.trouble ?? .limit("budget", fault.message)
        } else {
          state.trouble = .runSpent(fault.message)
        }
      case .auth, .money, .rate, .overload, .server, .connection, .stalled, .truncated, .malformed:
        state.failure = fault.description
      case .badRequest, .contextOverflow, .refused, .noModel, .cancelled: break
      }
    }
  }

  var report: ModelLeaseReport {
    state.withLock { state in
      var usage = state.usage
      // A sum with an unknown part is unknown, never the rest of it.
      if state.hasUnknownCost { usage.costUSD = nil }
      return ModelLeaseReport(
        usage: usage, calls: state.calls,
        trouble: state.trouble ?? state.failure.map { .providerFailed($0) })
    }
  }
}

extension ModelFault {
  /// Whether the budget that is spent is one trial's own: then the others of the run go on.
  fileprivate var isOfTrial: Bool { spent == .trial }
}
