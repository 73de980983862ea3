public import Base
internal import Brain
public import Harness
internal import Ledger
internal import Platform
internal import Sandbox
public import Suite
public import Trial

/// Tasks made ready in a place, and what conducts trials of them.
public struct Stage: Sendable {
  /// The tasks, in the order in which they were given.
  public let tasks: [PreparedTask]
  /// How many trials run at once at most: as many as were asked for, or fewer for want of memory.
  public let slots: Int
  /// How many of them have a sandbox at once; as many as there are slots, unless a brain thinks outside.
  public let hands: Int
  /// The task that asks for the most memory, of which so many trials fit.
  public let largest: (task: String, bytes: Int)
  /// What conducts a trial.
  public let conduct: Conduct
  private let preparation: Preparation
  private let place: Evaluation.Place
  private let rules: TrialRules
  private let ignoresNetwork: Bool

  /// Makes everything ready for trials of a harness, and of others that need no more of the machine.
  public static func set(
    _ tasks: [Task], of suite: Suite, for harness: Harness, slots: Int,
    timeoutFactor: Double = 1, ignoresNetwork: Bool = false, in place: Evaluation.Place,
    clock: WallClock = .system, progress: @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async throws -> Stage {
    var rules = TrialRules(scratch: place.lab.scratchPath, owner: place.owner)
    rules.reward = suite.reward
    rules.timeoutFactor = timeoutFactor
    rules.ignoresNetwork = ignoresNetwork
    let preparation = try Preparation(
      scratch: place.lab.scratchPath, provider: place.provider, fingerprint: place.host.text,
      host: place.variables, owner: place.owner)
    var prepared: [PreparedTask] = []
    for task in tasks {
      try _Concurrency.Task.checkCancellation()
      prepared.append(try await preparation.prepare(task))
      progress(prepared.count, tasks.count)
    }
    var largest = largest(of: tasks, rules, in: place)
    largest.bytes *= places(of: harness)
    let fitting = max(1, min(slots, Machine.memoryBytes / max(largest.bytes, 1)))
    return Stage(
      tasks: prepared,
      // A brain that waits for its model holds no memory of a sandbox: only those that act have to fit.
      slots: harness.kind == .native ? slots : fitting, hands: fitting, largest: largest,
      conduct: Conduct(
        provider: place.provider, rules: rules,
        brain: place.models.map {
          Brain(
            asking: $0.asking, roster: $0.roster,
            sink: LedgerSteps(place.lab, ledger: place.ledger, clock: clock), clock: clock)
        }, gateway: place.models?.gateway, handsAtOnce: fitting),
      preparation: preparation, place: place, rules: rules, ignoresNetwork: ignoresNetwork)
  }

  /// Makes a harness ready, or finds it ready.
  public func prepare(_ harness: Harness) throws(BelayError) -> PreparedHarness {
    try preparation.prepare(harness)
  }

  /// The layers of a bare system without anything of a task.
  public var bareLayers: [String] { preparation.bareLayers }

  /// All that makes trials comparable, to be recorded; `repeats` is how often each task is tried, where
  /// that was fixed.
  public func conditions(repeats: Int? = nil) -> JSON {
    var conditions: [String: JSON] = [
      "provider": .string(place.provider.name), "host": place.host.json, "rules": rules.json,
      "network": .string(network),
    ]
    if let repeats { conditions["trials"] = .int(repeats) }
    if let models = place.models, !models.roster.aliases.isEmpty {
      conditions["models"] = models.json
    }
    return .object(conditions)
  }

  private var network: String {
    if ignoresNetwork { return "none, against the task's wish" }
    return place.provider.name == "process" ? "none" : "as each task says"
  }

  /// How many sandboxes one trial may hold at once.
  private static func places(of harness: Harness) -> Int {
    let widest = harness.native?.orchestration.steps.map(\.fanOut).max() ?? 1
    return widest > 1 ? widest + 1 : 1
  }

  // Memory is not promised twice: a host that runs out of it would turn its own want into time-outs.
  private static func largest(
    of tasks: [Task], _ rules: TrialRules, in place: Evaluation.Place
  ) -> (task: String, bytes: Int) {
    let holdsFiles = place.provider.name == "process"
    var largest = (task: "", bytes: 0)
    for task in tasks {
      // Files of a trial are held in memory as well, but for a container's. Storage limits are written
      // generously (10 GB is usual) and hardly ever used: what goes beyond the memory's own size is not
      // reserved.
      let limits = rules.limits(for: task.environment)
      let bytes =
        limits.memoryBytes + (holdsFiles ? min(limits.storageBytes, limits.memoryBytes) : 0)
      if bytes > largest.bytes { largest = (task.name, bytes) }
    }
    return largest
  }
}
