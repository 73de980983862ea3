internal import Base
internal import Platform
internal import Sandbox

/// A sandbox that is started by the first thing that needs it: a brain that waits for a model holds no
/// process and no memory of a trial.
final class DeferredBox: SandboxBox {
  private enum State {
    case idle
    case starting
    case started(any SandboxBox)
    case failed(any Error)
    case stopped
  }

  private struct Held {
    var state = State.idle
    var layers: [String]
    var slot: Int
    /// The phase that was asked for, and whether it is begun in the box.
    var phase: PhaseSpec?
    var isBegun = false
    var isBeginning = false
    /// Those who wait until somebody else has started the box or begun the phase.
    var waiting: [CheckedContinuation<Void, Never>] = []
    /// CPU of places that were thrown away.
    var spent = Duration.zero
  }

  /// What all copies of one trial's place share.
  private final class Family: Sendable {
    let provider: any SandboxProvider
    let spec: SandboxSpec
    let scratch: String
    let owner: UInt32?
    let gate: HandsGate?
    /// Folders of saved places, and how many branches there were.
    let held = Locked((folders: [String](), branches: 0, isIn: false))

    init(
      _ spec: SandboxSpec, _ provider: any SandboxProvider, _ scratch: String, _ owner: UInt32?,
      _ gate: HandsGate?
    ) {
      self.gate = gate
      self.spec = spec
      self.provider = provider
      self.scratch = scratch
      self.owner = owner
    }
  }

  private let family: Family
  private let parent: DeferredBox?
  private let held: Locked<Held>

  init(
    _ spec: SandboxSpec, provider: any SandboxProvider, scratch: String, owner: UInt32?,
    gate: HandsGate? = nil
  ) {
    family = Family(spec, provider, scratch, owner, gate)
    parent = nil
    held = Locked(Held(layers: spec.layers, slot: spec.slot))
  }

  private init(branchOf box: DeferredBox, layers: [String], slot: Int, phase: PhaseSpec?) {
    family = box.family
    parent = box
    held = Locked(Held(layers: layers, slot: slot, phase: phase))
  }

  func begin(_ phase: PhaseSpec) async throws {
    held.withLock { held in
      held.phase = phase
      held.isBegun = false
    }
  }

  func run(_ command: CommandSpec) async throws -> CommandResult {
    try await ready(begun: true).run(command)
  }

  func start(_ command: CommandSpec) async throws -> LiveCommand {
    try await ready(begun: true).start(command)
  }

  func end() async throws -> PhaseUsage {
    let begun = held.withLock { held in
      defer {
        held.phase = nil
        held.isBegun = false
      }
      return held.isBegun
    }
    var usage = begun ? try await ready(begun: false).end() : PhaseUsage()
    usage.cpu += held.withLock { held in
      defer { held.spent = .zero }
      return held.spent
    }
    return usage
  }

  func perform(_ phase: PhaseSpec, _ command: CommandSpec) async throws
    -> (command: CommandResult, usage: PhaseUsage)
  {
    held.withLock { $0.phase = nil }
    return try await ready(begun: false).perform(phase, command)
  }

  func fresh(_ target: String) throws -> SandboxFolder {
    guard let box = started else {
      throw BelayError(.internal, "the sandbox was not started", place: target)
    }
    return try box.fresh(target)
  }

  func root() async throws -> SandboxFolder { try await ready(begun: false).root() }

  func stop() async {
    let box = started
    held.withLock { $0.state = .stopped }
    await box?.stop()
    guard parent == nil else { return }
    let wasIn = family.held.withLock { held in
      defer { held.isIn = false }
      return held.isIn
    }
    if wasIn { family.gate?.leave() }
    for folder in family.held.withLock({ $0.folders }) { try? Files.removeTree(folder) }
  }

  private var started: (any SandboxBox)? {
    held.withLock { held in
      if case .started(let box) = held.state { box } else { nil as (any SandboxBox)? }
    }
  }

  /// What is to be done next on the way to a box that can be used.
  private enum Turn {
    case use(any SandboxBox)
    case start(SandboxSpec)
    case begin(any SandboxBox, PhaseSpec)
    case wait
    case fail(any Error)
  }

  /// The box, started and with its phase begun by whoever comes first; the others wait for that.
  private func ready(begun: Bool) async throws -> any SandboxBox {
    while true {
      switch turn(begun: begun) {
      case .use(let box): return box
      case .fail(let error): throw error
      case .wait: await wait()
      case .start(let spec): await start(spec)
      case .begin(let box, let phase): try await begin(phase, in: box)
      }
    }
  }

  private func turn(begun: Bool) -> Turn {
    held.withLock { held -> Turn in
      switch held.state {
      case .idle:
        held.state = .starting
        var spec = family.spec
        spec.layers = held.layers
        spec.slot = held.slot
        return .start(spec)
      case .starting: return .wait
      case .failed(let error): return .fail(error)
      case .stopped: return .fail(BelayError(.sandbox, "the sandbox was stopped"))
      case .started(let box):
        guard begun, !held.isBegun, let phase = held.phase else { return .use(box) }
        if held.isBeginning { return .wait }
        held.isBeginning = true
        return .begin(box, phase)
      }
    }
  }

  private func wait() async {
    await withCheckedContinuation { continuation in
      let isOver = held.withLock { held in
        if case .starting = held.state {} else if !held.isBeginning { return true }
        held.waiting.append(continuation)
        return false
      }
      if isOver { continuation.resume() }
    }
  }

  private func wake(_ change: (inout Held) -> Void) {
    let waiting = held.withLock { held in
      change(&held)
      defer { held.waiting = [] }
      return held.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  private func start(_ spec: SandboxSpec) async {
    let outcome: Result<any SandboxBox, any Error>
    do {
      if parent == nil { try await enter() }
      outcome = .success(try await family.provider.start(spec))
    } catch {
      outcome = .failure(error)
    }
    var orphan: (any SandboxBox)?
    wake { held in
      switch (held.state, outcome) {
      case (.starting, .success(let box)): held.state = .started(box)
      case (.starting, .failure(let error)): held.state = .failed(error)
      // Stopped while it started: nobody else knows of this box.
      case (_, .success(let box)): orphan = box
      case (_, .failure): break
      }
    }
    await orphan?.stop()
  }

  /// One room for the whole family: copies of a place that waited for rooms of their own while they hold
  /// one could wait for each other for ever.
  private func enter() async throws {
    guard let gate = family.gate, !family.held.withLock({ $0.isIn }) else { return }
    try await gate.enter()
    family.held.withLock { $0.isIn = true }
  }

  private func begin(_ phase: PhaseSpec, in box: any SandboxBox) async throws {
    do { try await box.begin(phase) } catch {
      wake { $0.isBeginning = false }
      throw error
    }
    wake { held in
      held.isBeginning = false
      held.isBegun = true
    }
  }
}

extension DeferredBox: BranchingBox {
  func prepare() async throws { _ = try await ready(begun: false) }

  func save() async throws -> SavedPlace {
    guard started != nil else { return SavedPlace(layers: held.withLock { $0.layers }) }
    guard family.spec.image == nil else {
      throw BelayError(
        .sandbox, "places of images cannot be copied for those who work side by side",
        hint: "run this harness with --sandbox process")
    }
    let phase = held.withLock { $0.phase }
    let usage = try await end()
    let root = try await root()
    let folder = Path.join(family.scratch, "saved-\(Files.randomName())")
    family.held.withLock { $0.folders.append(folder) }
    var copy = TreeCopy(owner: family.owner)
    copy.skipsSpecial = true
    copy.maxBytes = family.spec.limits.storageBytes
    copy.maxEntries = family.spec.limits.inodes
    let exact = copy
    try await BlockingWork.run { _ = try root.copy(by: exact, to: folder) }
    held.withLock { held in
      held.phase = phase
      held.spent += usage.cpu
    }
    return SavedPlace(layers: [folder])
  }

  func branch(from saved: SavedPlace) async throws -> any BranchingBox {
    try await enter()
    // Slots of a fleet and of preparations lie below this: every copy has one of its own.
    let number = family.held.withLock { held in
      held.branches += 1
      return held.branches
    }
    return DeferredBox(
      branchOf: self, layers: saved.layers, slot: family.spec.slot + 20_000 * number,
      phase: held.withLock { $0.phase })
  }

  func adopt(_ branch: any BranchingBox) async throws {
    guard let branch = branch as? DeferredBox, branch.family === family else {
      throw BelayError(.internal, "this is no branch of the trial's place")
    }
    let phase = held.withLock { $0.phase }
    let usage = try await end()
    await started?.stop()
    let theirs = branch.held.withLock { held in
      defer {
        held.state = .stopped
        held.isBegun = false
      }
      return (held.state, held.layers, held.slot, held.phase, held.isBegun)
    }
    held.withLock { held in
      (held.state, held.layers, held.slot, held.phase, held.isBegun) = theirs
      held.phase = held.phase ?? phase
      held.spent += usage.cpu
    }
  }

  func discard() async {
    let usage = try? await end()
    if let cpu = usage?.cpu { parent?.held.withLock { $0.spent += cpu } }
    await stop()
  }
}
