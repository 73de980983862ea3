internal import Base
package import Platform

/// The connection to one supervisor: requests out, answers in, by id.
package final class LauncherChannel: Sendable {
  package struct Answer: Sendable {
    package let message: WireMessage
    package let descriptors: [SharedDescriptor]

    package init(message: WireMessage, descriptors: [SharedDescriptor]) {
      self.message = message
      self.descriptors = descriptors
    }
  }

  private enum Waiting {
    case continuation(CheckedContinuation<Answer, any Error>)
    /// Nobody waits for it alone: it is picked up with the answer to a later request.
    case kept(Answer?)
    /// The asker was cancelled; its answer is dropped when it comes.
    case abandoned
  }

  private struct State {
    var next: UInt32 = 1
    var waiting: [UInt32: Waiting] = [:]
    var token: Reactor.Token?
    var closed = false
  }

  private let link: any LauncherLink
  private let state = Locked(State())

  package init(_ link: any LauncherLink) { self.link = link }

  /// Starts listening; the channel is kept alive until `close` or the other end is gone.
  package func open() {
    let token = link.watch { [self] token in receive(token) }
    state.withLock { $0.token = token }
  }

  package func nextID() -> UInt32 {
    state.withLock { state in
      state.next += 1
      return state.next
    }
  }

  /// Sends a request and waits for its answer. With `onCancel` a cancelled asker leaves at once.
  package func ask(
    _ request: WireWriter, id: UInt32, descriptors: [Int32] = [],
    onCancel: (@Sendable () -> Void)? = nil
  ) async throws -> Answer {
    guard let onCancel else { return try await plainAsk(request, id, descriptors) }
    return try await withTaskCancellationHandler {
      try Task.checkCancellation()
      return try await plainAsk(request, id, descriptors)
    } onCancel: {
      // First: the answer to what is done now must not come before it.
      abandon(id)
      onCancel()
    }
  }

  /// Sends two requests as one packet and waits for the second answer, which comes last: one wake-up.
  package func ask(
    _ first: WireWriter, _ firstID: UInt32, then second: WireWriter, _ secondID: UInt32,
    descriptors: [Int32] = [], onCancel: (@Sendable () -> Void)? = nil
  ) async throws -> (first: Answer, second: Answer) {
    state.withLock { $0.waiting[firstID] = .kept(nil) }
    let last: Answer
    do {
      last = try await ask(
        first.followed(by: second), id: secondID, descriptors: descriptors, onCancel: onCancel)
    } catch {
      state.withLock { _ = $0.waiting.removeValue(forKey: firstID) }
      throw error
    }
    guard case .kept(let kept?) = state.withLock({ $0.waiting.removeValue(forKey: firstID) }) else {
      throw Self.gone
    }
    return (kept, last)
  }

  /// Sends a request whose answer is fetched later with `answer(to:)`.
  package func begin(_ request: WireWriter, id: UInt32, descriptors: [Int32] = []) throws {
    try state.withLock { state in
      if state.closed { throw Self.gone }
      state.waiting[id] = .kept(nil)
    }
    do {
      try link.send(request.bytes, descriptors: descriptors)
    } catch {
      state.withLock { _ = $0.waiting.removeValue(forKey: id) }
      throw error
    }
  }

  /// The answer to a request that was begun; to be asked for once.
  package func answer(to id: UInt32) async throws -> Answer {
    try await withCheckedThrowingContinuation { continuation in
      let found = state.withLock { state -> Result<Answer, any Error>? in
        guard !state.closed, case .kept(let kept) = state.waiting[id] else {
          return .failure(Self.gone)
        }
        state.waiting[id] = kept == nil ? .continuation(continuation) : nil
        return kept.map { .success($0) }
      }
      if let found { continuation.resume(with: found) }
    }
  }

  /// Sends what has no answer.
  package func tell(_ request: WireWriter) { try? link.send(request.bytes, descriptors: []) }

  /// Ends the connection; the supervisor then kills what is left and goes.
  package func close() {
    link.shut()
    finish()
  }

  private func plainAsk(_ request: WireWriter, _ id: UInt32, _ descriptors: [Int32]) async throws
    -> Answer
  {
    try await withCheckedThrowingContinuation { continuation in
      // The continuation is stored before the request is sent: the answer may be back at once.
      let refusal = state.withLock { state -> (any Error)? in
        if state.closed { return Self.gone }
        // Cancelled before it was registered: `abandon` left its mark.
        if case .abandoned = state.waiting.removeValue(forKey: id) { return CancellationError() }
        state.waiting[id] = .continuation(continuation)
        return nil
      }
      if let refusal { return continuation.resume(throwing: refusal) }
      do {
        try link.send(request.bytes, descriptors: descriptors)
      } catch {
        take(id)?.resume(throwing: error)
      }
    }
  }

  private func take(_ id: UInt32) -> CheckedContinuation<Answer, any Error>? {
    state.withLock { state in
      guard case .continuation(let waiting) = state.waiting.removeValue(forKey: id) else {
        return nil
      }
      return waiting
    }
  }

  private func abandon(_ id: UInt32) {
    let waiting = state.withLock { state -> CheckedContinuation<Answer, any Error>? in
      let before = state.waiting.updateValue(.abandoned, forKey: id)
      guard case .continuation(let waiting) = before else { return nil }
      return waiting
    }
    waiting?.resume(throwing: CancellationError())
  }

  private func receive(_ token: Reactor.Token) {
    guard let answers = link.receive() else {
      state.withLock { $0.token = token }
      return close()
    }
    for answer in answers { deliver(answer) }
  }

  private func deliver(_ answer: Answer) {
    let waiting = state.withLock { state -> CheckedContinuation<Answer, any Error>? in
      let id = answer.message.id
      switch state.waiting[id] {
      case .kept:
        state.waiting[id] = .kept(answer)
        return nil
      case .continuation(let waiting):
        state.waiting[id] = nil
        return waiting
      case .abandoned, nil:
        state.waiting[id] = nil
        return nil
      }
    }
    waiting?.resume(returning: answer)
  }

  private func finish() {
    let (token, waiting) = state.withLock { state in
      defer {
        state.closed = true
        state.token = nil
        state.waiting = [:]
      }
      return (state.token, Array(state.waiting.values))
    }
    if let token { link.forget(token) }
    for case .continuation(let continuation) in waiting {
      continuation.resume(throwing: Self.gone)
    }
  }

  private static let gone = BelayError(
    .sandbox, "the sandbox's supervisor is gone", hint: "the trial can be run again")
}
