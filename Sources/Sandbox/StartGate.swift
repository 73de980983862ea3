internal import Base

/// Lets a limited number of starts through at once: beyond a few per core, starting more at a time only
/// makes each of them slower (2.3 s for the last of 256, measured).
package final class StartGate: Sendable {
  private struct State {
    var free: Int
    var queue: [CheckedContinuation<Void, Never>] = []
    var first = 0
  }

  private let state: Locked<State>

  package init(width: Int) { state = Locked(State(free: width)) }

  package func pass<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    await enter()
    defer { leave() }
    return try await body()
  }

  private func enter() async {
    await withCheckedContinuation { continuation in
      let free = state.withLock { state in
        if state.free > 0 {
          state.free -= 1
          return true
        }
        state.queue.append(continuation)
        return false
      }
      if free { continuation.resume() }
    }
  }

  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard state.first < state.queue.count else {
        state.free += 1
        return nil
      }
      let next = state.queue[state.first]
      state.first += 1
      if state.first > 512 {
        state.queue.removeFirst(state.first)
        state.first = 0
      }
      return next
    }
    next?.resume()
  }
}
