public import Base
public import Sandbox
public import Suite

/// What holds for every trial of a run, whichever task and harness.
public struct TrialRules: Sendable, Hashable {
  /// How a verifier's output becomes a score.
  public var reward = RewardRule.standard
  /// Every time limit of a task is multiplied by this.
  public var timeoutFactor = 1.0
  /// The wall clock of an agent whose task and harness set none.
  public var agentWall = Duration.seconds(3600)
  /// Limits where the task sets none.
  public var limits = SandboxLimits()
  /// Whether no phase has a network, whatever the task says.
  public var ignoresNetwork = false
  /// What is kept of one trial's files.
  public var keep = CollectBudget()
  /// What is kept of one verifier's files; a reward is small.
  public var keepOfVerifier = CollectBudget(files: 200, bytes: 8 << 20, fileBytes: 2 << 20)

  /// Where files may lie for the length of a trial.
  public let scratch: String
  /// Who owns files that are shown to trials; nil for the caller.
  public let owner: UInt32?

  /// The usual rules.
  public init(scratch: String, owner: UInt32?) {
    self.scratch = scratch
    self.owner = owner
  }

  /// The limits of one task.
  public func limits(for environment: TaskEnvironment) -> SandboxLimits {
    var limits = limits
    if let memory = environment.memoryMB { limits.memoryBytes = memory << 20 }
    if let storage = environment.storageMB { limits.storageBytes = storage << 20 }
    if let cpus = environment.cpus { limits.cpus = cpus }
    return limits
  }

  /// The rules as they are recorded: rows that differ in them are not compared.
  public var json: JSON {
    [
      "timeout_factor": .number(timeoutFactor),
      "agent_wall_sec": .int(agentWall.milliseconds / 1000),
      "limits": limits.record, "reward": reward.json,
    ]
  }
}

extension SandboxLimits {
  /// The limits as they are recorded.
  var record: JSON {
    [
      "memory_bytes": .int(memoryBytes), "processes": .int(processes), "cpus": .number(cpus),
      "storage_bytes": .int(storageBytes), "inodes": .int(inodes),
    ]
  }
}

extension CollectBudget {
  init(files: Int, bytes: Int, fileBytes: Int) {
    self.init()
    self.files = files
    self.bytes = bytes
    self.fileBytes = fileBytes
  }
}
