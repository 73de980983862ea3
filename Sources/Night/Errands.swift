internal import Base

/// What a night has going on beside its trials; all of it can be ended at once.
final class Errands: Sendable {
  private let state = Locked((tasks: [Int: Task<Void, Never>](), next: 0, isOver: false))

  private let line = Locked<Task<Void, Never>?>(nil)

  func start(_ body: @escaping @Sendable () async -> Void) {
    let number = state.withLock { state -> Int? in
      guard !state.isOver else { return nil }
      state.next += 1
      return state.next
    }
    guard let number else { return }
    let task = Task {
      await body()
      _ = state.withLock { $0.tasks.removeValue(forKey: number) }
    }
    state.withLock { state in
      if state.isOver { task.cancel() } else { state.tasks[number] = task }
    }
  }

  /// The same, but what comes of it is posted after what was started before: it plays no part which of
  /// them was done first.
  func startInOrder<Result: Sendable>(
    _ body: @escaping @Sendable () async -> Result?,
    post: @escaping @Sendable (Result) async -> Void
  ) {
    let before = line.withLock { $0 }
    let task = Task {
      let result = await body()
      await before?.value
      if let result { await post(result) }
    }
    line.withLock { $0 = task }
    start {
      await withTaskCancellationHandler {
        await task.value
      } onCancel: {
        task.cancel()
      }
    }
  }

  func cancel() {
    let tasks = state.withLock { state in
      state.isOver = true
      return state.tasks.values.map(\.self)
    }
    for task in tasks { task.cancel() }
  }
}
