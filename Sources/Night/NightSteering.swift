public import Base
public import Climb
public import Dialect
internal import Fleet
public import Model

/// What a person may say to a night while it goes on.
public struct NightSteering: Sendable {
  let run: RunID
  let desk: Desk
  let hold: Hold
  let models: RunModels?
  /// The most trials at once that this process can run.
  let slots: Int

  /// Takes a word in, when the night can do something with it; false when it changes nothing.
  public func say(_ word: Steering) async throws(BelayError) -> Bool {
    let world = await desk.world
    guard world.phase != .over else {
      throw BelayError(.usage, "the night is over", place: "\(run)", hint: word.order.afterwards)
    }
    guard try word.order.changes(world) else { return false }
    if case .retune(let new) = word.order { try await retune(new, world) }
    switch word.order {
    case .pause(let isHard): hold.set(isHard)
    case .resume: hold.set(false)
    default: break
    }
    await desk.post(.steered(word))
    return true
  }

  private func retune(_ new: Retuning, _ world: World) async throws(BelayError) {
    if let wanted = new.slots, wanted > slots {
      throw BelayError(
        .usage, "the night's process has \(slots) slots and cannot run \(wanted) trials at once",
        place: "\(run)",
        hint: "end it with Ctrl-C, then: belay run --resume \(run) --slots \(wanted)")
    }
    if let cost = new.costUSD { models?.limit(cost, world.rules.stops.tokens) }
  }
}

extension Steering.Order {
  /// What there is to do instead once the night is over.
  var afterwards: String {
    if case .approve = self { "belay promote CAND --as champion" } else { "belay report" }
  }

  /// The most trials at once that it asks for; nil where it does not.
  var slots: Int? { if case .retune(let new) = self { new.slots } else { nil } }

  /// Whether the order changes anything in this world; what cannot be followed is an error.
  public func changes(_ world: World) throws(BelayError) -> Bool {
    switch self {
    case .pause(let isHard): return isHard || world.phase != .paused
    case .resume: return world.phase == .paused
    case .hint(let text): return !world.hints.contains(text)
    case .veto(let component):
      let known = Set(world.pool.entries.flatMap { $0.proposal.edit.components })
      guard known.contains(component) else {
        throw BelayError(
          .notFound, "no edit changes this component", place: component.printable(),
          hint: "belay tree")
      }
      return true
    case .branch(let candidate):
      guard world.candidates.contains(where: { $0.id == candidate }) else {
        throw BelayError(.notFound, "no such candidate in this night", hint: "belay tree")
      }
      return world.incumbent != candidate
    case .retune(let new):
      return new.rollouts.map { $0 != world.rules.rollouts } ?? false
        || new.costUSD.map { $0 != world.rules.stops.costUSD } ?? false
        || new.slots.map { $0 != world.rules.slots } ?? false
        || new.proposals.map { $0 != world.rules.stops.proposals } ?? false
    case .approve(let candidate), .reject(let candidate):
      guard
        world.races.contains(where: { $0.opening.candidate == candidate && $0.state == .waiting })
      else {
        throw BelayError(
          .notFound, "no candidate of this name waits for an answer", hint: "belay status")
      }
      // The first answer holds, also while the night did not come to act on it yet.
      return world.openQuestions.contains(candidate)
    }
  }
}

/// Holds model calls back while a night is paused hard: nothing is lost, and nothing more is paid.
public final class Hold: Sendable {
  private let state = Locked(
    (isHeld: false, waiting: [Int: CheckedContinuation<Void, Never>](), next: 0))

  /// Nothing is held.
  public init() {}

  /// Whether calls are held back.
  public var isHeld: Bool { state.withLock { $0.isHeld } }

  func set(_ isHeld: Bool) {
    let freed = state.withLock { state in
      state.isHeld = isHeld
      guard !isHeld else { return [CheckedContinuation<Void, Never>]() }
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for continuation in freed { continuation.resume() }
  }

  /// Returns once nothing is held, or at once when the task is cancelled.
  func pass() async {
    let number = state.withLock { state -> Int? in
      guard state.isHeld else { return nil }
      state.next += 1
      return state.next
    }
    guard let number else { return }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isFree = state.withLock { state in
          guard state.isHeld, !Task.isCancelled else { return true }
          state.waiting[number] = continuation
          return false
        }
        if isFree { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
    }
  }
}

/// Asks a model, but not while the night is held.
public struct HeldAsking: ModelAsking {
  private let inner: any ModelAsking
  private let hold: Hold

  /// Answers by `inner` whenever `hold` lets it.
  public init(_ inner: any ModelAsking, hold: Hold) {
    self.inner = inner
    self.hold = hold
  }

  /// Waits while the night is held, then asks.
  public func ask(
    _ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelAnswer {
    await hold.pass()
    try Task.checkCancellation()
    return try await inner.ask(call, pieces: pieces)
  }
}
