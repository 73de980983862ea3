/// Runs many trials at once on this machine: one worker for each slot, each with one trial at a time.
///
/// A worker's number is its slot: whoever conducts a trial may tie a uid to it, since no two trials that
/// are alive share a number.
public struct Fleet: Sendable {
  /// The most trials at once.
  public let slots: Int

  /// What a worker is given beside its work.
  public struct Place: Sendable {
    /// The worker's number, from 0.
    public let slot: Int
    /// How many slots were in use when the trial began.
    public let slotsInUse: Int
  }

  /// What became of one piece of work, as far as the fleet cares.
  public enum Ending: Sendable {
    /// Nothing that speaks of the machine.
    case fine
    /// The wall clock ended it or its sandbox failed.
    case suffered
  }

  /// A fleet with a ceiling of slots.
  public init(slots: Int) { self.slots = max(1, slots) }

  /// Takes work from `next` until there is none, and conducts it; slots adapt to what the machine bears.
  ///
  /// `next` is called by one worker at a time, so work is handed out in one order. A `stop` at its first
  /// stage ends the handing out, at its second cancels what runs. An error ends the whole fleet.
  public func run<Work: Sendable>(
    stop: StopSignal, next: @escaping @Sendable () async throws -> Work?,
    conduct: @escaping @Sendable (Work, Place) async throws -> Ending,
    onChange: @escaping @Sendable (Contention.Change) async -> Void
  ) async throws {
    let slots = slots
    let whole = Task {
      let gate = SlotGate(ceiling: slots)
      let source = Source(next: next)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<slots {
          group.addTask {
            while stop.stage == .running, !Task.isCancelled,
              let inUse = await gate.admit(worker),
              let work = try await source.take()
            {
              let ending = try await conduct(work, Place(slot: worker, slotsInUse: inUse))
              let change = await gate.record(startedAt: inUse, suffered: ending == .suffered)
              if let change { await onChange(change) }
            }
            await gate.finish()
          }
        }
        do {
          // Not `waitForAll`: it throws when all are done, and until then the others would go on.
          while try await group.next() != nil {}
        } catch {
          // Workers that wait for a slot would hold the group open.
          group.cancelAll()
          await gate.finish()
          throw error
        }
      }
    }
    stop.onChange { if $0 == .stopping { whole.cancel() } }
    try await withTaskCancellationHandler {
      try await whole.value
    } onCancel: {
      whole.cancel()
    }
  }
}

/// Hands work out in one order, to one worker at a time, and nothing more after the end.
private actor Source<Work: Sendable> {
  private let next: @Sendable () async throws -> Work?
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var busy = false
  private var dry = false

  init(next: @escaping @Sendable () async throws -> Work?) { self.next = next }

  func take() async throws -> Work? {
    // An actor lets others in while it awaits: without this turn-taking `next` would run twice at once.
    while busy { await withCheckedContinuation { waiting.append($0) } }
    if dry {
      if !waiting.isEmpty { waiting.removeFirst().resume() }
      return nil
    }
    busy = true
    defer {
      busy = false
      if !waiting.isEmpty { waiting.removeFirst().resume() }
    }
    let work = try await next()
    if work == nil { dry = true }
    return work
  }
}
