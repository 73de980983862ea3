internal import Base
internal import Facts
internal import Harness
internal import Interchange
internal import Platform
internal import Sandbox
internal import Suite

/// The phase that belongs to the agent, with the task's set-up before it.
struct AgentPhase {
  private let assignment: Assignment
  private let step: PreparedStep
  private let index: Int
  private let rules: TrialRules
  private let brain: (any NativeAgent)?
  private let gateway: (any TrialGateway)?

  init(
    _ assignment: Assignment, _ step: PreparedStep, index: Int, rules: TrialRules,
    brain: (any NativeAgent)? = nil, gateway: (any TrialGateway)? = nil
  ) {
    self.assignment = assignment
    self.step = step
    self.index = index
    self.rules = rules
    self.brain = brain
    self.gateway = gateway
  }

  private var place: PreparedPlace { assignment.task.place }
  private var harness: Harness { assignment.harness.harness }

  func run(in box: any SandboxBox, _ result: inout TrialResult) async throws -> AgentEnding {
    var began = ContinuousClock.now
    func note(_ result: inout TrialResult, _ phase: String) {
      result.phases.append(PhaseFact(phase, ContinuousClock.now - began))
      began = ContinuousClock.now
    }
    var phase = PhaseSpec(binds: binds())
    phase.setNetwork(step.step.agent.network, in: assignment.task.task.environment, rules)
    if harness.kind == .native { return try await think(in: box, phase, &result, note) }
    let ended: CommandResult
    let usage: PhaseUsage
    var trouble: ModelLeaseReport.Trouble?
    if let gateway, let port = gateway.modelPort, harness.kind == .program {
      phase.listens.append(port)
      try await box.begin(phase)
      if needsSetUp {
        try await setUp(box)
        try await waitUntilHealthy(box)
        note(&result, "set up")
      }
      let report: ModelLeaseReport
      (ended, usage, report) = try await converse(in: box, through: gateway, port)
      var metered = result.metered ?? TokenUsage()
      metered.add(report.usage)
      result.metered = metered
      trouble = report.trouble
    } else if needsSetUp {
      try await box.begin(phase)
      try await setUp(box)
      try await waitUntilHealthy(box)
      note(&result, "set up")
      ended = try await box.run(try command())
      usage = try await box.end()
    } else {
      (ended, usage) = try await box.perform(phase, try command())
    }
    note(&result, "agent")
    book(usage, &result)
    if ended.output.totalBytes > 0 {
      result.files.append(
        AttemptFile(
          role: "agent_log", path: prefix + "agent/output.txt", content: ended.output.bytes,
          totalBytes: ended.output.totalBytes, indexed: true))
    }
    guard var ending = AgentEnding(ended.ending, usage) else {
      throw BelayError(.sandbox, "the sandbox was lost while the agent ran")
    }
    switch trouble {
    case .runSpent(let reason): throw RunSpent(reason: reason)
    case .providerFailed(let reason): return .native(.providerFailed(reason))
    case .limit(let name, let sentence) where ending.limit == nil:
      ending = .native(.limit(name, sentence))
    case .limit, nil: break
    }
    try await takeSnapshots(box)
    return ending
  }

  private func book(_ usage: PhaseUsage, _ result: inout TrialResult) {
    result.cpu += usage.cpu
    if let peak = usage.peakMemoryBytes {
      result.peakMemoryBytes = max(result.peakMemoryBytes ?? 0, peak)
    }
    if usage.memoryKills ?? 0 > 0 { result.flags.append("memory_limit_hit") }
    if usage.processLimitHits ?? 0 > 0 { result.flags.append("process_limit_hit") }
    if !usage.displaced.isEmpty { result.flags.append("mount_place_taken") }
    if !usage.systemChanges.isEmpty { result.flags.append("system_changed") }
  }

  /// Runs the program with a way to its models, which ends when everything in the phase is dead.
  private func converse(
    in box: any SandboxBox, through gateway: any TrialGateway, _ port: UInt16
  ) async throws -> (CommandResult, PhaseUsage, ModelLeaseReport) {
    let lease = try await gateway.lease(
      ModelVisit(
        attempt: assignment.attempt, seed: assignment.seed, step: index, limits: harness.limits),
      on: box.listener(port))
    do {
      let ended = try await box.run(try command(lease.variables))
      let usage = try await box.end()
      return (ended, usage, await lease.close())
    } catch {
      _ = await lease.close()
      throw error
    }
  }

  /// The same phase for a brain outside of the sandbox.
  private func think(
    in box: any SandboxBox, _ phase: PhaseSpec, _ result: inout TrialResult,
    _ note: (inout TrialResult, String) -> Void
  ) async throws -> AgentEnding {
    guard let brain, let box = box as? any BranchingBox else {
      throw BelayError(
        .usage, "a harness of kind 'native' needs a model", place: harness.name,
        hint: "--model PROVIDER/MODEL")
    }
    try await box.begin(phase)
    if needsSetUp {
      try await setUp(box)
      try await waitUntilHealthy(box)
      note(&result, "set up")
    }
    let report = try await brain.work(
      NativeVisit(
        box: box, harness: assignment.harness, instruction: step.step.instruction,
        environment: TrialEnvironment.agent(
          place, user: step.step.agent.user, seed: assignment.seed),
        directory: place.folder, user: step.step.agent.user,
        programs: place.image == nil ? "/usr/bin/" : "", wall: wall, seed: assignment.seed,
        attempt: assignment.attempt, step: index))
    book(try await box.end(), &result)
    note(&result, "agent")
    result.flags += report.flags.filter { !result.flags.contains($0) }
    var metered = result.metered ?? TokenUsage()
    metered.add(report.usage)
    result.metered = metered
    if let trajectory = report.trajectory {
      result.files.append(
        AttemptFile(
          role: "trajectory", path: prefix + "agent/trajectory.json",
          content: trajectory.atif.utf8(pretty: true), indexed: true))
    }
    if case .runSpent(let reason) = report.ending { throw RunSpent(reason: reason) }
    if case .providerFailed = report.ending { return .native(report.ending) }
    try await takeSnapshots(box)
    return .native(report.ending)
  }

  private var prefix: String { step.step.name.map { "steps/\($0)/" } ?? "" }

  private func binds() -> [SandboxBind] {
    var binds = [SandboxBind(step.brief, at: "/run/belay")]
    if let workdir = step.workdir { binds.append(SandboxBind(workdir, at: "/run/workdir")) }
    switch harness.kind {
    case .oracle:
      if let solution = step.solution { binds.append(SandboxBind(solution, at: "/solution")) }
    case .program:
      if let folder = assignment.harness.folder {
        binds.append(SandboxBind(folder, at: "/harness"))
      }
      if let runtime = harness.runtime { binds.append(SandboxBind(runtime, at: "/runtime")) }
    case .native:
      // What its tools and skills are made of, and nothing of what its brain is told.
      for part in ["tools", "skills"] {
        if let folder = assignment.harness.folder,
          harness.files.contains(where: { $0.path.hasPrefix("\(part)/") })
        {
          binds.append(SandboxBind(Path.join(folder, part), at: "/harness/\(part)"))
        }
      }
    case .nop: break
    }
    return binds
  }

  private func command(_ models: [String: String] = [:]) throws -> CommandSpec {
    var variables = TrialEnvironment.agent(
      place, user: step.step.agent.user, seed: assignment.seed)
    let arguments: [String]
    switch harness.kind {
    case .nop: arguments = [place.program("true")]
    case .oracle:
      guard step.solution != nil else {
        throw BelayError(.usage, "there is no solution to run", place: assignment.task.task.name)
      }
      variables.merge(assignment.task.solutionVariables) { $1 }
      arguments = Script.arguments("/solution/\(step.step.solutionScript)", on: step.solution)
    case .program:
      // What a harness sets itself is meant: it may want another name of the address, or none.
      variables.merge(models.merging(assignment.harness.variables) { $1 }) { $1 }
      variables["BELAY_HARNESS"] = "/harness"
      arguments = harness.command.map { word in
        // A relative file of the harness is looked up in its folder, whatever the working folder is.
        let path = String(Path.absolute(word, from: "/").dropFirst())
        let isOwn = !word.hasPrefix("/") && harness.files.contains { $0.path == path }
        return isOwn ? "/harness/\(path)" : word
      }
    case .native:
      throw BelayError(.internal, "a native harness is no command", place: harness.name)
    }
    return CommandSpec(
      arguments, environment: variables, directory: place.folder, user: step.step.agent.user,
      wall: wall, atLimit: .endsPhase)
  }

  private var wall: Duration {
    let own = [step.step.agent.timeout, harness.limits.wall].compactMap(\.self).min()
    return (own ?? rules.agentWall) * rules.timeoutFactor
  }

  private var healthchecks: [Healthcheck] {
    [assignment.task.task.environment.healthcheck, step.step.healthcheck].compactMap(\.self)
  }

  private var needsSetUp: Bool { index > 0 || step.workdir != nil || !healthchecks.isEmpty }

  private func setUp(_ box: any SandboxBox) async throws {
    if index > 0 {
      // Steps share files; logs belong to one step each.
      try await require(
        box, [place.program("find"), "/logs/agent", "-mindepth", "1", "-delete"], user: "root")
    }
    guard step.workdir != nil else { return }
    try await require(
      box, [place.program("cp"), "-a", "/run/workdir/.", place.folder], user: "root")
    if step.step.hasSetup { try await require(box, ["/bin/bash", "./setup.sh"]) }
  }

  private func require(_ box: any SandboxBox, _ arguments: [String], user: String? = nil)
    async throws
  {
    let ended = try await box.run(
      CommandSpec(
        arguments, environment: TrialEnvironment.agent(place, user: user, seed: assignment.seed),
        directory: place.folder, user: user, wall: assignment.task.task.environment.buildTimeout))
    guard ended.ending == .exited(0) else {
      throw EnvironmentFailure(
        reason: "set-up (\(arguments.joined(separator: " "))) \(ended.ending): "
          + ended.output.text.suffix(400))
    }
  }

  private func waitUntilHealthy(_ box: any SandboxBox) async throws {
    for check in healthchecks {
      try await Health(check: check).wait { timeout in
        let ended = try await box.run(
          CommandSpec(
            ["/bin/bash", "-c", check.command],
            environment: TrialEnvironment.agent(place, user: nil, seed: assignment.seed),
            directory: place.folder, wall: timeout))
        return ended.ending == .exited(0)
      }
    }
  }

  /// Commands that the task wants run between the agent's end and the collection; they may fail.
  private func takeSnapshots(_ box: any SandboxBox) async throws {
    let hooks = step.step.verifier.collect.filter { $0.service == "main" }
    guard !hooks.isEmpty else { return }
    var phase = PhaseSpec()
    phase.setNetwork(nil, in: assignment.task.task.environment, rules)
    try await box.begin(phase)
    for hook in hooks {
      _ = try await box.run(
        CommandSpec(
          ["/bin/bash", "-c", hook.command],
          environment: TrialEnvironment.agent(place, user: hook.user, seed: assignment.seed),
          directory: place.folder, user: hook.user, wall: hook.timeout))
    }
    _ = try await box.end()
  }
}
