public import Base
internal import Brain
public import Facts
public import Harness
public import Ledger
internal import Platform
public import Sandbox
public import Suite
internal import Trial

/// What is to be run: one harness on some tasks of a suite.
public struct EvaluationRequest: Sendable {
  /// What for.
  public var type = RunType.eval
  /// The harness.
  public var harness: Harness
  /// The suite.
  public var suite: Suite
  /// The tasks of it.
  public var tasks: [Task]
  /// How often each.
  public var repeats: Int
  /// The seed that the trials' seeds are made from.
  public var seed: UInt64 = 0
  /// The most trials at once.
  public var slots: Int
  /// Every time limit is multiplied by this.
  public var timeoutFactor = 1.0
  /// Whether tasks that ask for a network run without one.
  public var ignoresNetwork = false
  /// What else the user asked for, to be recorded.
  public var settings: [String: JSON] = [:]
  /// The command line.
  public var command: String

  /// A request with the usual settings.
  public init(
    harness: Harness, suite: Suite, tasks: [Task], repeats: Int, slots: Int, command: String
  ) {
    self.harness = harness
    self.suite = suite
    self.tasks = tasks
    self.repeats = repeats
    self.slots = slots
    self.command = command
  }

  /// What two runs must share to be one: a resumed run goes on under its first request.
  var identity: JSON {
    .object(
      settings.merging([
        "harness": .string(harness.digest.hex), "trials": .int(repeats), "seed": .int(Int(seed)),
      ]) { $1 })
  }
}

/// Prepares a request, records it as a run and runs its trials.
public struct Evaluation: Sendable {
  /// The run.
  public let run: RunID
  /// The candidate that its harness is in this lab.
  public let candidate: CandidateID
  /// The trials, done and to be done.
  public let plan: TrialPlan
  /// How many trials run at once at most: the request's slots, or fewer for want of memory.
  public let slots: Int
  /// How many of them have a sandbox at once; as many as there are slots, unless a brain thinks outside.
  public let hands: Int
  /// The task that asks for the most memory, of which so many trials fit.
  public let largest: (task: String, bytes: Int)
  private let ledger: Ledger
  private let harness: PreparedHarness
  private let conduct: Conduct
  private let models: RunModels?

  /// Where an evaluation happens.
  public struct Place: Sendable {
    /// The lab.
    public let lab: Lab
    /// Its ledger, open for writing.
    public let ledger: Ledger
    /// Where sandboxes come from.
    public let provider: any SandboxProvider
    /// What of the host can change a score.
    public let host: HostFingerprint
    let variables: [String: String]
    let owner: UInt32?
    /// Who answers, where a harness asks models.
    public var models: RunModels?

    /// A lab that is open for writing, a provider and the host's environment for templates; `models` are
    /// who answers, where a harness asks models.
    public init(
      lab: Lab, ledger: Ledger, provider: any SandboxProvider, host: HostFingerprint,
      variables: [String: String], owner: UInt32?, models: RunModels? = nil
    ) {
      self.lab = lab
      self.ledger = ledger
      self.provider = provider
      self.host = host
      self.variables = variables
      self.owner = owner
      self.models = models
    }
  }

  /// Makes everything ready and begins the run, or goes on with the one that `resume` finds.
  public static func begin(
    _ request: EvaluationRequest, in place: Place, resume: Bool = false,
    clock: WallClock = .system, progress: @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async throws -> Evaluation {
    let stage = try await Stage.set(
      request.tasks, of: request.suite, for: request.harness, slots: request.slots,
      timeoutFactor: request.timeoutFactor, ignoresNetwork: request.ignoresNetwork, in: place,
      clock: clock, progress: progress)
    let harness = try stage.prepare(request.harness)
    let conditions = stage.conditions(repeats: request.repeats)
    let earlier = resume ? try resumable(request, conditions, in: place.lab) : nil
    try await place.ledger.record(SuiteFact(request.suite))
    try await place.ledger.record(HarnessFact(request.harness))
    let candidate = try await place.ledger.candidate(harness: request.harness.digest)
    let run: RunID
    if let earlier {
      run = earlier.id
      try place.models?.resume(run)
      try await place.ledger.record(
        EventFact(
          run: run, at: clock.now, kind: "resumed", detail: ["finished": .int(earlier.finished)]))
    } else {
      run = try await place.ledger.begin(
        RunFact(
          type: request.type, suite: request.suite.digest, settings: request.identity,
          conditions: conditions,
          opensVault: request.type == .eval && request.tasks.contains { $0.split == .vault },
          startedAt: clock.now,
          owner: .current, command: request.command))
    }
    if let pricing = place.models?.pricing(of: run, at: clock.now) {
      try await place.ledger.record(pricing)
    }
    let before = try earlier.map { try recorded($0.id, in: place.lab) } ?? []
    return Evaluation(
      run: run, candidate: candidate,
      plan: TrialPlan(
        tasks: stage.tasks, repeats: request.repeats, seed: request.seed, recorded: before,
        cancelled: try cancelled(before, in: place.lab)),
      slots: stage.slots, hands: stage.hands, largest: stage.largest, ledger: place.ledger,
      harness: harness, conduct: stage.conduct,
      models: place.models)
  }

  /// Runs what is still to be done.
  public func go(
    stop: StopSignal, watch: @escaping @Sendable (SuiteRun.Event) async -> Void
  ) async throws {
    try await SuiteRun(
      ledger: ledger, run: run, candidate: candidate, harness: harness, plan: plan
    ) { assignment in
      let result = await conduct.run(assignment)
      if let trial = assignment.attempt?.trial { models?.forget(trial) }
      return result
    }.go(slots: slots, stop: stop, watch: watch)
  }

  /// How many attempts at unfinished trials were cancelled: they go on with the answers they had.
  private static func cancelled(_ records: [TrialRecord], in lab: Lab) throws -> [TrialID: Int] {
    let begun = records.filter { !$0.isFinished && $0.attempts > 0 }
    guard !begun.isEmpty else { return [:] }
    let reader = try lab.reader()
    var cancelled: [TrialID: Int] = [:]
    for record in begun {
      cancelled[record.id] = try reader.trial(record.id).attempts
        .count { $0.outcome == .cancelled }
    }
    return cancelled
  }

  private static func resumable(_ request: EvaluationRequest, _ conditions: JSON, in lab: Lab)
    throws -> RunRecord
  {
    let found = try lab.reader().runs(limit: 1000).first { run in
      run.fact.type == request.type && run.fact.suite == request.suite.digest
        && run.fact.settings.text() == request.identity.text()
        && run.fact.conditions.text() == conditions.text()
    }
    guard let found, found.end?.ending != .done else {
      throw BelayError(
        .notFound,
        found.map { "\($0.id) is complete: there is nothing to resume" }
          ?? "no run of this harness, suite and settings to resume",
        hint: found.map { "belay show \($0.id)" } ?? "the same command without --resume")
    }
    return found
  }

  private static func recorded(_ run: RunID, in lab: Lab) throws -> [TrialRecord] {
    var all: [TrialRecord] = []
    try lab.reader().eachTrial(TrialFilter(run: run)) { all.append($0) }
    return all
  }
}
