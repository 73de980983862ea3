internal import Base

/// What a night has going on beside its trials; all of it can be ended at once.
final class Errands: Sendable {
  private struct State {
    var tasks: [Int: Task<Void, Never>] = [:]
    /// The last of those whose results are posted in order.
    var last: Task<Void, Never>?
    var next = 0
    var isOver = false
  }

  private let state = Locked(State())

  func start(_ body: @escaping @Sendable () async -> Void) {
    state.withLock { _ = begin(&$0) { await body() } }
  }

  /// The same, but what comes of it is posted after what was started before: it plays no part which of
  /// them was done first.
  func startInOrder<Result: Sendable>(
    _ body: @escaping @Sendable () async -> Result?,
    post: @escaping @Sendable (Result) async -> Void
  ) {
    state.withLock { state in
      let before = state.last
      state.last = begin(&state) {
        let result = await body()
        await before?.value
        if let result { await post(result) }
      }
    }
  }

  private func begin(_ state: inout State, _ body: @escaping @Sendable () async -> Void)
    -> Task<Void, Never>?
  {
    guard !state.isOver else { return nil }
    state.next += 1
    let number = state.next
    let task = Task {
      await body()
      _ = self.state.withLock { $0.tasks.removeValue(forKey: number) }
    }
    state.tasks[number] = task
    return task
  }

  func cancel() {
    let tasks = state.withLock { state in
      state.isOver = true
      return state.tasks.values.map(\.self)
    }
    for task in tasks { task.cancel() }
  }
}
