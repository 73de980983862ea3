/// Lets as many workers on as the machine bears: worker `n` runs while there are more than `n` slots.
actor SlotGate {
  private var contention: Contention
  private var finished = false
  private var waiting: [Int: CheckedContinuation<Int?, Never>] = [:]

  init(ceiling: Int) { contention = Contention(ceiling: ceiling) }

  /// Waits until the worker may run; answers with the number of slots, or nil when the work is over.
  func admit(_ worker: Int) async -> Int? {
    if finished { return nil }
    if worker < contention.slots { return contention.slots }
    return await withCheckedContinuation { waiting[worker] = $0 }
  }

  /// Folds a finished trial in and wakes the workers that may run now.
  func record(startedAt slots: Int, suffered: Bool) -> Contention.Change? {
    guard let change = contention.record(startedAt: slots, suffered: suffered) else { return nil }
    for worker in waiting.keys.sorted() where worker < contention.slots {
      waiting.removeValue(forKey: worker)?.resume(returning: contention.slots)
    }
    return change
  }

  /// There is no more work: nobody waits any longer.
  func finish() {
    finished = true
    for continuation in waiting.values { continuation.resume(returning: nil) }
    waiting = [:]
  }
}
