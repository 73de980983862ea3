public import Dialect

/// Asks another model when the first declines; stands above budgets and journal, which see two calls.
public struct RefusalFallback: ModelAsking {
  private let inner: any ModelAsking
  private let fallbacks: [ModelName: ModelName]
  private let told: @Sendable (ModelEvent) -> Void

  /// Stands above `inner`; a model without an entry has no fallback.
  public init(
    _ inner: any ModelAsking, fallbacks: [ModelName: ModelName],
    told: @escaping @Sendable (ModelEvent) -> Void = { _ in }
  ) {
    self.inner = inner
    self.fallbacks = fallbacks
    self.told = told
  }

  /// Answers, by the fallback's words when the model declined and there is one.
  public func ask(
    _ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelAnswer {
    // Pieces that were passed on cannot be replaced by another model's.
    guard let other = fallbacks[call.name], !call.piecesAreFinal else {
      return try await inner.ask(call, pieces: pieces)
    }
    let declined: Result<ModelAnswer, ModelFault>
    do {
      let answer = try await inner.ask(call, pieces: pieces)
      guard case .refusal = answer.reply.stop else { return answer }
      declined = .success(answer)
    } catch let fault as ModelFault where fault.kind == .refused {
      declined = .failure(fault)
    }
    told(.fellBack(call.name, to: other))
    var second = ModelCall(call.request, of: other, for: call.purpose)
    second.beforeResend = call.beforeResend
    do {
      return try await inner.ask(second, pieces: pieces)
    } catch let fault as ModelFault where [.budget, .noModel, .auth].contains(fault.kind) {
      // Without a second opinion the first holds.
      return try declined.get()
    }
  }
}
