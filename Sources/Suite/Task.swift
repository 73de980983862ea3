public import Base
internal import Platform

/// One task of a suite: a folder in Harbor's format, read, checked and hashed.
public struct Task: Sendable, Hashable {
  /// `org/name` from `[task]`, else the folder's name.
  public let name: String
  /// The folder, absolute and with links resolved.
  public let folder: String
  /// Harbor's content digest.
  public let digest: Digest
  /// The part of the suite that it belongs to; nil outside of a suite with splits.
  public internal(set) var split: Split?
  /// What it asks for, in a sentence.
  public let description: String
  /// `schema_version` as written, `1.4` when there is none.
  public let schemaVersion: String
  /// Words to search by.
  public let keywords: [String]
  /// What the task says of itself.
  public let metadata: TaskMetadata
  /// The place that the agent works in.
  public internal(set) var environment: TaskEnvironment
  /// Environment of the solution script, templates not resolved.
  public let solutionVariables: [String: String]
  /// What is asked, in order; a single-step task has exactly one step without a name.
  public internal(set) var steps: [Step]
  /// How the steps' rewards make the trial's.
  public let rewardStrategy: RewardStrategy
  /// How its twin is made, when `twin.toml` says so; no part of the digest.
  public let twin: TaskTwin?
  /// `task.toml` as JSON, as it was written.
  public let definition: JSON

  /// The name without its organisation.
  public var shortName: String {
    name.lastIndex(of: "/").map { String(name[name.index(after: $0)...]) } ?? name
  }

  /// Whether `task.toml` declares steps.
  public var isMultiStep: Bool { steps.first?.name != nil }

  /// Whether every step has a solution script that the oracle can run.
  public var hasSolution: Bool { !steps.isEmpty && steps.allSatisfy { $0.solution != nil } }

  /// What goes together into one split: `[metadata] family`, else the task's own short name.
  public var family: String { metadata.family ?? shortName }

  /// Whether `word` is the task's full or short name, or the name of its folder.
  public func isNamed(_ word: String) -> Bool {
    word == name || word == shortName || word == Path.last(folder)
  }
}

/// What a task says of itself in `[metadata]`.
public struct TaskMetadata: Sendable, Hashable {
  /// `category`
  public let category: String?
  /// `difficulty`
  public let difficulty: String?
  /// `family`: variants of one template, which never fall into different splits.
  public let family: String?
  /// `tags`
  public let tags: [String]
  /// `live`: the agent's processes must run while it is judged.
  public let isLive: Bool
  /// The whole table, free keys included.
  public let all: JSON
}

/// How the rewards of a multi-step task's steps make the trial's reward.
public enum RewardStrategy: String, Sendable, Hashable, CaseIterable {
  /// The mean of each key over the steps that were judged; a key that a step lacks counts as 0.
  case mean
  /// The last step's rewards as they are.
  case final
}

/// One thing that the agent is asked to do, and how it is judged; settings of the task are filled in.
public struct Step: Sendable, Hashable {
  /// The folder's name under `steps/`; nil for the only step of a single-step task.
  public let name: String?
  /// What the agent is told: the file without its leading canary lines.
  public let instruction: String
  /// The instruction file as it stands.
  public let instructionSource: String
  /// An ATIF document with context from before, as a path on the host.
  public let trajectory: String?
  /// Folders that make `/tests`, later ones over earlier ones; empty when the verifier's image owns them.
  public let tests: [InputTree]
  /// The script below `/tests` that judges: `test.sh` or `test.bat`.
  public let testScript: String
  /// What makes `/solution`; nil when the oracle has nothing to run.
  public let solution: InputTree?
  /// The script below `/solution`.
  public let solutionScript: String
  /// Files that are put into the working folder before the step runs.
  public let workdir: InputTree?
  /// Whether `workdir/setup.sh` is there, to be run before the agent.
  public let hasSetup: Bool
  /// The agent's limits.
  public let agent: AgentSettings
  /// How it is judged.
  public internal(set) var verifier: VerifierSettings
  /// Rewards below which the remaining steps are not run, by key; a missing reward counts as below.
  public let minimumRewards: [String: Double]
  /// A check before the agent starts, after the step's set-up.
  public let healthcheck: Healthcheck?
  /// What is kept of the trial: `/logs/artifacts` first, then the task's, then the step's.
  public let artifacts: [Artifact]
}

/// A folder of the task that is shown to one phase.
public struct InputTree: Sendable, Hashable {
  /// The folder on the host, absolute.
  public let folder: String
  /// The regular files and links below it that belong to it, as paths with slashes.
  public let files: [String]
  /// Whether `.harborignore` takes something out, so that the folder cannot be mounted as it is.
  public let isPartial: Bool
}

/// `[agent]`
public struct AgentSettings: Sendable, Hashable {
  /// How long it may run; nil for no limit of the task's own.
  public let timeout: Duration?
  /// The user name or number that it runs as; nil for the environment's.
  public let user: String?
  /// The network of this phase, where it differs from the environment's.
  public let network: NetworkPolicy?
}

/// `[verifier]`
public struct VerifierSettings: Sendable, Hashable {
  /// How long the tests may run; Harbor's default is 600 s, also for steps.
  public let timeout: Duration
  /// Environment of the tests, templates not resolved.
  public let variables: [String: String]
  /// The user name or number that they run as; nil for the environment's.
  public let user: String?
  /// The network of this phase, where it differs from the environment's.
  public let network: NetworkPolicy?
  /// The place of its own that a separate verifier runs in; nil when it runs in the agent's.
  public internal(set) var environment: TaskEnvironment?
  /// Whether the separate verifier's image brings `/tests` along.
  public let ownsTests: Bool
  /// Commands that take snapshots of the agent's place before it is judged; their failure is no fault.
  public let collect: [CollectHook]

  /// Whether it runs in a place of its own, to which only artifacts are carried.
  public var isSeparate: Bool { environment != nil }
}

/// `[[verifier.collect]]`
public struct CollectHook: Sendable, Hashable {
  /// The shell command.
  public let command: String
  /// The compose service; `main` is the agent's place.
  public let service: String
  /// How long it may run.
  public let timeout: Duration
  /// The user that it runs as.
  public let user: String?
}

/// One thing to keep of a trial.
public struct Artifact: Sendable, Hashable {
  /// Where it lies inside, a path.
  public let source: String
  /// Where it goes below `artifacts/`, when not at its own path.
  public let destination: String?
  /// Patterns of what is left out of a folder.
  public let exclude: [String]
  /// The compose service that has it; `main` is the agent's place.
  public let service: String

  /// Where it lands below the trial's `artifacts/` folder.
  public var place: String {
    destination
      ?? source.split(separator: "/").filter { $0 != ".." && $0 != "." }.joined(separator: "/")
  }
}
