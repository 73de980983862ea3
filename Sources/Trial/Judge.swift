internal import Base
internal import Facts
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

  func run(beside box: any SandboxBox, carried: [GatheredFile]) async throws -> Judgement {
    guard let place = step.verifierPlace, let environment = step.step.verifier.environment else {
      return try await judge(in: box, assignment.task.place, covers: [assignment.task.trusted])
    }
    // A separate verifier sees the artifacts at their own paths, and nothing else of the trial.
    let artifacts = try CarriedArtifacts(carried, in: rules.scratch, owner: rules.owner)
    defer { artifacts.remove() }
    let own = try await provider.start(
      SandboxSpec(
        slot: assignment.slot, layers: [artifacts.folder] + place.layers,
        limits: rules.limits(for: environment)))
    do {
      let judgement = try await judge(in: own, place, covers: [])
      await own.stop()
      return judgement
    } catch {
      await own.stop()
      throw error
    }
  }

  private func judge(in box: any SandboxBox, _ place: PreparedPlace, covers: [String]) async throws
    -> Judgement
  {
    let binds = step.tests.map { [SandboxBind($0, at: "/tests")] } ?? []
    let (ended, usage) = try await box.perform(
      PhaseSpec(
        binds: binds,
        fresh: [
          FreshMount(Self.rewardFolder, bytes: 64 << 20, inodes: 4096),
          FreshMount(TrialEnvironment.verifierHome, bytes: 64 << 20, inodes: 16384),
        ], covers: covers),
      CommandSpec(
        Script.arguments("/tests/\(step.step.testScript)", on: step.tests),
        environment: TrialEnvironment.verifier(place, step), directory: place.folder,
        wall: step.step.verifier.timeout * rules.timeoutFactor, atLimit: .endsPhase))
    let left = try await Gathering.of(
      "/", in: try box.fresh(Self.rewardFolder), budget: rules.keepOfVerifier)
    var judgement = Judgement(reading: read(ended, usage, left))
    judgement.cpu = usage.cpu
    judgement.peakMemoryBytes = usage.peakMemoryBytes
    judgement.files = files(ended, left)
    if case .exited(let code) = ended.ending, code != 0 {
      judgement.flags.append("verifier_exit_\(code)")
    }
    return judgement
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
    case .signaled, .exited: break
    }
    func content(_ name: String) -> [UInt8]? { left.files.first { $0.path == name }?.content }
    if let odd = left.left.first(where: { ["reward.json", "reward.txt"].contains($0.name) }) {
      return .invalid(reason: "\(odd.name) is not a plain file of its own (\(odd.fate.rawValue))")
    }
    return RewardReading.read(
      json: content("reward.json"), txt: content("reward.txt"),
      rewardsJsonPresent: content("rewards.json") != nil, rule: rules.reward)
  }

  private func files(_ ended: CommandResult, _ left: Gathering) -> [AttemptFile] {
    let prefix = step.step.name.map { "steps/\($0)/" } ?? ""
    var files: [AttemptFile] = []
    if ended.output.totalBytes > 0 {
      files.append(
        AttemptFile(
          role: "verifier_log", path: prefix + "verifier/test-stdout.txt",
          content: ended.output.bytes, totalBytes: ended.output.totalBytes, indexed: true))
    }
    for file in left.files {
      let isReward = ["reward.json", "reward.txt", "rewards.json"].contains(file.path)
      files.append(
        AttemptFile(
          role: isReward ? "reward" : "verifier_file", path: prefix + "verifier/" + file.path,
          content: file.content))
    }
    return files
  }
}
