import Base
import Dialect

@testable import Model

/// A clock that stands still until a test moves it.
final class ManualClock: Sendable {
  private struct State {
    var now = Duration.seconds(1000)
    var next = 0
    var timers: [(id: Int, due: Duration, fire: @Sendable () -> Void)] = []
  }

  private let state = Locked(State())

  var clock: ModelClock {
    ModelClock(
      now: { self.now },
      after: { duration, fire in
        let id = self.state.withLock { state in
          state.next += 1
          state.timers.append((state.next, state.now + duration, fire))
          return state.next
        }
        return { self.state.withLock { $0.timers.removeAll { $0.id == id } } }
      },
      wall: WallClock { Timestamp(milliseconds: 1_800_000_000_000) })
  }

  var now: Duration { state.withLock { $0.now } }

  var timers: Int { state.withLock { $0.timers.count } }

  /// Moves on and fires what is due, in order.
  func advance(_ duration: Duration) {
    let end = now + duration
    while true {
      let fire = state.withLock { state -> (@Sendable () -> Void)? in
        let index = state.timers.indices.filter { state.timers[$0].due <= end }
          .min { state.timers[$0].due < state.timers[$1].due }
        guard let index else {
          state.now = end
          return nil
        }
        state.now = max(state.now, state.timers[index].due)
        return state.timers.remove(at: index).fire
      }
      guard let fire else { return }
      fire()
    }
  }

  /// Waits until somebody waits, and moves to the first moment that anybody waits for.
  @discardableResult
  func skip() async throws -> Duration {
    for _ in 0..<5000 {
      let due = state.withLock { $0.timers.map(\.due).min() }
      if let due {
        let waited = due - now
        advance(waited)
        return waited
      }
      try await Task.sleep(for: .milliseconds(2))
    }
    throw CancellationError()
  }

  /// Lets time fly wherever somebody waits, until the pilot is cancelled.
  func fly() -> Task<Void, any Error> {
    Task { while !Task.isCancelled { try await self.skip() } }
  }

  /// Runs `body` while time flies wherever somebody waits; what was waited for, in order.
  func flying<Result: Sendable>(
    _ body: @Sendable () async throws -> Result
  ) async rethrows -> Result {
    let pilot = fly()
    defer { pilot.cancel() }
    return try await body()
  }
}

/// A backend that answers from a list: faults first, then `answer` for ever.
final class ScriptedBackend: ModelBackend {
  private let script: Locked<[Result<ModelReply, ModelFault>]>
  private let calls = Locked<[ModelRequest]>([])
  private let pieces: [ReplyEvent]

  init(_ script: [Result<ModelReply, ModelFault>], pieces: [ReplyEvent] = []) {
    self.script = Locked(script)
    self.pieces = pieces
  }

  static func failing(_ faults: [ModelFault], then text: String? = "fine") -> ScriptedBackend {
    ScriptedBackend(faults.map { .failure($0) } + (text.map { [.success(.text($0))] } ?? []))
  }

  var requests: [ModelRequest] { calls.withLock { $0 } }

  func reply(
    to request: ModelRequest, pieces tell: @escaping @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelReply {
    calls.withLock { $0.append(request) }
    for piece in pieces { await tell(piece) }
    let next = script.withLock { script in
      script.count > 1 ? script.removeFirst() : script[0]
    }
    return try next.get()
  }
}

extension ModelReply {
  static func text(_ text: String, stop: StopReason = .done) -> ModelReply {
    ModelReply(model: "m", parts: [.text(text)], stop: stop)
  }
}

extension ModelCall {
  /// A call of `p/m`.
  static func test(_ text: String = "hi", model: String = "p/m") -> ModelCall {
    ModelCall(
      ModelRequest(model: "", turns: [.user(text)]),
      of: ModelName(model) ?? ModelName(provider: "p", model: "m"), for: Purpose(.task))
  }
}
