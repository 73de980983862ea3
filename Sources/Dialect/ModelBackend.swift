/// Something that answers one request once: a provider over HTTP, or a simulated model in this process.
public protocol ModelBackend: Sendable {
  /// Answers, or throws a `ModelFault`; pieces are told as they come, the last of them is `finished`.
  func reply(
    to request: ModelRequest, pieces: @escaping @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelReply
}
