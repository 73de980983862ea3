internal import Base
internal import Facts
internal import Harness
internal import Platform
internal import Sandbox
internal import Suite

/// What one run of a verifier gave.
struct Judgement {
  var reading: RewardReading
  var files: [AttemptFile] = []
  var cpu = Duration.zero
  var peakMemoryBytes: Int?
  var flags: [String] = []
}

/// Runs a verifier when every process of the agent is dead, in a fresh sandbox, and reads its reward by
/// descriptor when the verifier's own processes are dead too.
struct Judge {
  let assignment: Assignment
  let step: PreparedStep
  let provider: any SandboxProvider
  let rules: TrialRules

  private static let rewardFolder = "/logs/verifier"
  private static let rewardNames = ["reward.json", "reward.txt", "rewards.json"]

  func run(beside box: any SandboxBox, carried: [GatheredFile]) async throws -> Judgement {
    guard let place = step.verifierPlace, let environment = step.step.verifier.environment else {
      return try await judgeBeside(box)
    }
    // A separate verifier sees the artifacts at their own paths, and nothing else of the trial.
    let artifacts = try ShownFiles(carried, in: rules.scratch, owner: rules.owner)
    defer { artifacts.remove() }
    let own = try await provider.start(
      SandboxSpec(
        slot: assignment.slot, layers: [artifacts.folder] + place.layers, image: place.image,
        folders: place.ownFolders, limits: rules.limits(for: environment)))
    do {
      let snares = try await Snares.find(in: own.root(), everywhere: true)
      let judgement = try await judge(in: own, place, snares, covers: [])
      await own.stop()
      return judgement
    } catch {
      await own.stop()
      throw error
    }
  }

  private func judgeBeside(_ box: any SandboxBox) async throws -> Judgement {
    // The own solution is judged as an agent is; who did nothing has laid nothing out.
    let snares = try await Snares.find(
      in: box.root(), everywhere: assignment.harness.harness.kind != .nop)
    let trusted = assignment.task.trusted
    let place = assignment.task.place
    guard let accounts = snares.accounts else {
      return try await judge(in: box, place, snares, covers: [trusted])
    }
    let shown = try ShownFiles(
      [GatheredFile(path: "/etc/passwd", mode: 0o644, content: accounts)], in: rules.scratch,
      owner: rules.owner)
    defer { shown.remove() }
    if place.image != nil {
      // An image keeps its own system but for this file.
      let bind = SandboxBind(Path.join(shown.folder, "etc/passwd"), at: "/etc/passwd")
      return try await judge(in: box, place, snares, covers: [trusted], binds: [bind])
    }
    return try await judge(in: box, place, snares, covers: [shown.folder, trusted])
  }

  private func judge(
    in box: any SandboxBox, _ place: PreparedPlace, _ snares: Snares, covers: [String],
    binds: [SandboxBind] = []
  ) async throws -> Judgement {
    if let obstacle = snares.obstacle { return Judgement(reading: .invalid(reason: obstacle)) }
    var phase = PhaseSpec(
      binds: binds + (step.tests.map { [SandboxBind($0, at: "/tests")] } ?? []),
      fresh: [
        FreshMount(Self.rewardFolder, bytes: 64 << 20, inodes: 4096),
        FreshMount(TrialEnvironment.verifierHome, bytes: 64 << 20, inodes: 16384),
      ], covers: covers)
    phase.setNetwork(
      step.step.verifier.network,
      in: step.step.verifier.environment ?? assignment.task.task.environment, rules)
    guard let (ended, usage) = try await perform(phase, in: box, place, snares) else {
      return Judgement(
        reading: .invalid(reason: "what was left for the verifier could not be made harmless"))
    }
    let fresh = try box.fresh(Self.rewardFolder)
    // The reward comes first: nothing that lies beside it takes its share of the budget.
    let rewards = try await Gathering.of(Self.rewardNames, in: fresh, budget: rules.keepOfVerifier)
    let left = try await Gathering.of("/", in: fresh, budget: rules.keepOfVerifier)
    var judgement = Judgement(reading: read(ended, usage, rewards))
    judgement.cpu = usage.cpu
    judgement.peakMemoryBytes = usage.peakMemoryBytes
    judgement.files = files(
      ended, rewards.files + left.files.filter { !Self.rewardNames.contains($0.path) })
    if case .exited(let code) = ended.ending, code != 0 {
      judgement.flags.append("verifier_exit_\(code)")
    }
    return judgement
  }

  /// Runs the test script in a phase of its own, after taking away what was laid out for it; nil when
  /// that could not be done.
  private func perform(
    _ phase: PhaseSpec, in box: any SandboxBox, _ place: PreparedPlace, _ snares: Snares
  ) async throws -> (CommandResult, PhaseUsage)? {
    func script(git: [(String, String)]) -> CommandSpec {
      CommandSpec(
        Script.arguments("/tests/\(step.step.testScript)", on: step.tests),
        environment: TrialEnvironment.verifier(place, step, git: git), directory: place.folder,
        user: step.step.verifier.user, wall: step.step.verifier.timeout * rules.timeoutFactor,
        atLimit: .endsPhase)
    }
    if snares.isEmpty { return try await box.perform(phase, script(git: [])) }
    try await box.begin(phase)
    let git = try await disarm(snares, in: box)
    let ended: CommandResult? =
      if let git { try await box.run(script(git: git)) } else { nil }
    let usage = try await box.end()
    return ended.map { ($0, usage) }
  }

  /// Takes away what was laid out for the verifier; answers with git's settings, or nil when it
  /// could not be done.
  private func disarm(_ snares: Snares, in box: any SandboxBox) async throws -> [(String, String)]?
  {
    let environment = TrialEnvironment.verifier(assignment.task.place, step)
    if let removal = snares.removal {
      let ended = try await box.run(
        CommandSpec(removal, environment: environment, user: "root", wall: .seconds(60)))
      guard ended.ending == .exited(0) else { return nil }
    }
    if snares.repositories.isEmpty { return [] }
    return GitGuard.answers(
      to: try await box.run(GitGuard.listing(of: snares.repositories, environment: environment)))
  }

  private func read(_ ended: CommandResult, _ usage: PhaseUsage, _ left: Gathering)
    -> RewardReading
  {
    switch ended.ending {
    case .timedOut: return .invalid(reason: "the verifier ran into its time limit")
    case .phaseEnded: return .invalid(reason: "the verifier's sandbox was lost")
    case .notStarted(let code):
      return .invalid(reason: "the test script could not be started: \(errnoText(code))")
    case .signaled(9) where usage.memoryKills ?? 0 > 0:
      return .invalid(reason: "the verifier ran out of memory")
    // Whoever was killed had not said its last word; the reward may be that of its killer.
    case .signaled(let signal):
      return .invalid(reason: "the verifier was ended by signal \(signal)")
    case .exited: break
    }
    func content(_ name: String) -> [UInt8]? { left.files.first { $0.path == name }?.content }
    if let odd = left.left.first(where: { $0.name != "rewards.json" }) {
      return .invalid(reason: "\(odd.name) is not a plain file of its own (\(odd.fate.rawValue))")
    }
    return RewardReading.read(
      json: content("reward.json"), txt: content("reward.txt"),
      rewardsJsonPresent: content("rewards.json") != nil, rule: rules.reward)
  }

  private func files(_ ended: CommandResult, _ left: [GatheredFile]) -> [AttemptFile] {
    let prefix = step.step.name.map { "steps/\($0)/" } ?? ""
    var files: [AttemptFile] = []
    if ended.output.totalBytes > 0 {
      files.append(
        AttemptFile(
          role: "verifier_log", path: prefix + "verifier/test-stdout.txt",
          content: ended.output.bytes, totalBytes: ended.output.totalBytes, indexed: true))
    }
    for file in left {
      let isReward = Self.rewardNames.contains(file.path)
      files.append(
        AttemptFile(
          role: isReward ? "reward" : "verifier_file", path: prefix + "verifier/" + file.path,
          content: file.content))
    }
    return files
  }
}
