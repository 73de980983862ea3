internal import Base

/// Lets a limited number of trials have a sandbox at once; the others wait, each until it is let in or
/// given up.
final class HandsGate: Sendable {
  private struct State {
    var free: Int
    var next = 0
    var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
    /// Who was given up before it began to wait.
    var givenUp: Set<Int> = []
  }

  private let state: Locked<State>

  init(width: Int) { state = Locked(State(free: max(1, width))) }

  /// Returns when there is room, which `leave` gives back.
  func enter() async throws {
    let ticket = state.withLock { state in
      state.next += 1
      return state.next
    }
    let isIn = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer = state.withLock { state -> Bool? in
          if state.givenUp.remove(ticket) != nil { return false }
          if state.free > 0 {
            state.free -= 1
            return true
          }
          state.waiting[ticket] = continuation
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
        if let waiting = state.waiting.removeValue(forKey: ticket) { return waiting }
        state.givenUp.insert(ticket)
        return nil
      }
      waiting?.resume(returning: false)
    }
    state.withLock { _ = $0.givenUp.remove(ticket) }
    guard isIn else { throw CancellationError() }
  }

  /// Gives one's room to who has waited longest.
  func leave() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard let first = state.waiting.keys.min() else {
        state.free += 1
        return nil
      }
      return state.waiting.removeValue(forKey: first)
    }
    next?.resume(returning: true)
  }
}
