internal import Base
internal import Facts
internal import Harness
internal import Sandbox
internal import Suite

/// The course of one attempt: its sandbox, and what is known of it so far.
struct Course {
  let assignment: Assignment
  let provider: any SandboxProvider
  let rules: TrialRules
  let brain: (any NativeAgent)?
  let hands: HandsGate?
  let gateway: (any TrialGateway)?
  var result = TrialResult(.sandboxFailed, "the trial did not begin")
  /// Why the verifier gave no valid reward twice; nil when it did.
  var brokenVerdict: String?
  private var judged: [JudgedStep] = []
  /// What the last step left for a verifier with a place of its own.
  private var carried: [GatheredFile] = []
  private var limitMet: String?
  private var refused = false

  init(
    _ assignment: Assignment, provider: any SandboxProvider, rules: TrialRules,
    brain: (any NativeAgent)? = nil, gateway: (any TrialGateway)? = nil, hands: HandsGate? = nil
  ) {
    self.hands = hands
    self.assignment = assignment
    self.provider = gateway.map { ProxiedSandbox(base: provider, gateway: $0) } ?? provider
    self.rules = rules
    self.brain = brain
    self.gateway = gateway
  }

  private var prepared: PreparedTask { assignment.task }
  private var isNative: Bool { assignment.harness.harness.kind == .native }

  /// From start to verdict; the sandbox is gone afterwards, whatever happened.
  mutating func run() async -> TrialResult {
    let box: any SandboxBox
    do {
      let began = ContinuousClock.now
      let spec = SandboxSpec(
        slot: assignment.slot, layers: prepared.place.layers, image: prepared.place.image,
        folders: prepared.place.ownFolders, limits: rules.limits(for: prepared.task.environment))
      box =
        isNative
        ? DeferredBox(
          spec, provider: provider, scratch: rules.scratch, owner: rules.owner, gate: hands)
        : try await provider.start(spec)
      note("start", since: began)
    } catch {
      return fail(error)
    }
    do {
      try await perform(in: box)
      try await regrade(box)
    } catch {
      result = fail(error)
    }
    let began = ContinuousClock.now
    await box.stop()
    note("stop", since: began)
    return result
  }

  @inline(never)
  private mutating func perform(in box: any SandboxBox) async throws {
    for (index, step) in prepared.steps.enumerated() {
      var ending = AgentEnding.exited(0)
      do {
        ending = try await AgentPhase(
          assignment, step, index: index, rules: rules, brain: brain, gateway: gateway
        ).run(in: box, &result)
      } catch let failure as EnvironmentFailure {
        // Before the first step nobody but the task can be at fault. Before a later one it may be what
        // the agent left, and the rule of a verifier that gives no reward finds out.
        if index > 0 { return refuse(failure.reason, step) }
        result.outcome = .sandboxFailed
        result.detail = failure.reason
        return
      }
      apply(ending)
      guard ending.providerFailure == nil else { return }
      carried = try await keepFiles(of: step, from: box)
      let judgement = try await judge(step, box, carried)
      guard case .valid(let reward, let score, let metrics, let warnings) = judgement else {
        if case .invalid(let reason) = judgement {
          refuse("no valid reward, twice: \(reason)", step)
        }
        return
      }
      for warning in warnings.map(\.rawValue) where !result.flags.contains(warning) {
        result.flags.append(warning)
      }
      judged.append(
        JudgedStep(
          name: step.step.name, ending: ending, reward: reward, score: score, metrics: metrics))
      if !isGoodEnough(step.step, reward: reward, metrics: metrics) { break }
    }
    settle()
  }

  private mutating func apply(_ ending: AgentEnding) {
    limitMet = ending.limit ?? limitMet
    refused = refused || ending.isRefusal
    result.outcome =
      ending.providerFailure != nil
      ? .providerFailed : refused ? .refusal : limitMet != nil ? .limit : .completed
    result.limit = limitMet
    result.exitCode = ending.exitCode
    result.detail = ending.sentence
  }

  @inline(never)
  private mutating func keepFiles(of step: PreparedStep, from box: any SandboxBox) async throws
    -> [GatheredFile]
  {
    let began = ContinuousClock.now
    let kept = try await Keeping(step: step, budget: rules.keep).collect(from: box)
    // What a native agent left is no trace of it: its brain wrote that outside of the sandbox.
    var files = isNative ? kept.files.map(\.withoutRoleOfTrace) : kept.files
    if !isNative, let derived = DerivedTrace(of: files, logs: result.files, step.step.name) {
      // A trajectory that was left and is none is kept beside, and marked like any.
      let isLeft = files.contains { $0.role == "trajectory" }
      files = files.map(\.withoutRoleOfTrace) + [derived.file]
      for flag in [derived.flag] + (isLeft ? ["trajectory_invalid"] : [])
      where !result.flags.contains(flag) {
        result.flags.append(flag)
      }
    }
    result.files += files
    result.flags += kept.flags
    result.reported.add(files)
    note("collect", since: began)
    return kept.carried
  }

  @inline(never)
  private mutating func judge(
    _ step: PreparedStep, _ box: any SandboxBox, _ carried: [GatheredFile]
  ) async throws -> RewardReading {
    let judge = Judge(assignment: assignment, step: step, provider: provider, rules: rules)
    var reading = RewardReading.invalid(reason: "not judged")
    for attempt in 1...2 {
      try _Concurrency.Task.checkCancellation()
      let began = ContinuousClock.now
      let judgement = try await judge.run(beside: box, carried: carried)
      note(attempt == 1 ? "verify" : "verify again", since: began)
      result.cpu += judgement.cpu
      raisePeak(judgement.peakMemoryBytes)
      result.files += judgement.files
      result.flags += judgement.flags
      reading = judgement.reading
      if case .valid = reading {
        if attempt == 2 { result.flags.append("verified_at_second_try") }
        return reading
      }
    }
    return reading
  }

  /// Judges a pass once more where it was asked for; whoever is stopped meanwhile has not been judged.
  @inline(never)
  private mutating func regrade(_ box: any SandboxBox) async throws {
    guard assignment.isRegraded, result.score ?? 0 >= 0.5, let last = judged.last,
      prepared.steps.indices.contains(judged.count - 1)
    else { return }
    let began = ContinuousClock.now
    let regrading = Regrading(
      assignment: assignment, step: prepared.steps[judged.count - 1], provider: provider,
      rules: rules, hands: isNative ? hands : nil)
    var flag = RegradeFlag.unclear
    do {
      let judgement = try await regrading.judge(box, carried: carried)
      result.cpu += judgement.cpu
      if case .valid(_, let score, _, _) = judgement.reading {
        flag = score >= min(last.score, 0.5) ? .held : .lost
      }
    } catch {
      if error is CancellationError || _Concurrency.Task.isCancelled { throw error }
    }
    result.flags.append(flag.rawValue)
    note("regrade", since: began)
  }

  private mutating func refuse(_ reason: String, _ step: PreparedStep) {
    brokenVerdict = reason
    result.outcome = .verifierFailed
    result.detail = (step.step.name.map { "step \($0): " } ?? "") + reason
  }

  private func isGoodEnough(_ step: Step, reward: Double, metrics: [String: Double]) -> Bool {
    step.minimumRewards.allSatisfy { key, least in
      // A plain number means the key `reward`, as which Harbor takes what reward.txt says.
      let own = key == rules.reward.key ? reward : metrics[key]
      return (own ?? (key == "reward" ? reward : -.infinity)) >= least
    }
  }

  private mutating func settle() {
    guard let last = judged.last else { return }
    var combined = (reward: last.reward, metrics: last.metrics)
    if prepared.task.isMultiStep {
      if prepared.task.rewardStrategy == .mean { combined = JudgedStep.mean(judged) }
      result.steps = judged.map(\.json)
    }
    result.reward = combined.reward
    result.score = rules.reward.score(combined.reward)
    result.metrics = combined.metrics
  }

  private mutating func note(_ phase: String, since began: ContinuousClock.Instant) {
    result.phases.append(PhaseFact(phase, ContinuousClock.now - began))
  }

  private mutating func raisePeak(_ bytes: Int?) {
    guard let bytes else { return }
    result.peakMemoryBytes = max(result.peakMemoryBytes ?? 0, bytes)
  }

  private func fail(_ error: any Error) -> TrialResult {
    var failed = result
    failed.reward = nil
    failed.score = nil
    if let spent = error as? RunSpent {
      failed.outcome = .cancelled
      failed.detail = spent.reason
      failed.flags.append(TrialResult.runSpent)
    } else if error is CancellationError || _Concurrency.Task.isCancelled {
      failed.outcome = .cancelled
      failed.detail = "stopped before it was judged"
    } else {
      failed.outcome = .sandboxFailed
      failed.detail = "\(error)"
    }
    return failed
  }
}

/// A step that was judged.
struct JudgedStep {
  let name: String?
  let ending: AgentEnding
  let reward: Double
  let score: Double
  let metrics: [String: Double]

  var json: JSON {
    [
      "name": .optional(name), "reward": .number(reward), "score": .number(score),
      "metrics": .object(metrics.mapValues { .number($0) }),
      "exit_code": .optional(ending.exitCode), "limit": .optional(ending.limit),
    ]
  }

  /// The mean of each key over the steps; a key that a step lacks counts as 0.
  static func mean(_ steps: [JudgedStep]) -> (reward: Double, metrics: [String: Double]) {
    let count = Double(steps.count)
    var metrics: [String: Double] = [:]
    for key in Set(steps.flatMap(\.metrics.keys)) {
      metrics[key] = steps.reduce(0) { $0 + ($1.metrics[key] ?? 0) } / count
    }
    return (steps.reduce(0) { $0 + $1.reward } / count, metrics)
  }
}

extension AttemptFile {
  /// The file as one that an agent left, where it is called as the trace is.
  fileprivate var withoutRoleOfTrace: AttemptFile {
    guard role == "trajectory" else { return self }
    return AttemptFile(
      role: "agent_file", path: path + ".left", content: content, totalBytes: totalBytes,
      indexed: indexed)
  }
}
