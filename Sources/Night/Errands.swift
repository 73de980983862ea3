internal import Base

/// What a night has going on beside its trials; all of it can be ended at once.
final class Errands: Sendable {
  private let state = Locked((tasks: [Int: Task<Void, Never>](), next: 0, isOver: false))

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

  func cancel() {
    let tasks = state.withLock { state in
      state.isOver = true
      return state.tasks.values.map(\.self)
    }
    for task in tasks { task.cancel() }
  }
}
