public import Base

/// How long one phase of an attempt took.
public struct PhaseFact: Sendable, Hashable {
  /// The phase: `prepare`, `agent`, `verify`, …
  public let name: String
  /// Its wall clock, kept to the microsecond.
  public let duration: Duration

  /// A phase that was measured.
  public init(_ name: String, _ duration: Duration) {
    self.name = name
    self.duration = duration
  }
}

/// A file that an attempt left: a log, a trajectory, a reward, an artifact.
public struct AttemptFile: Sendable, Hashable {
  /// What it is: `agent_log`, `verifier_log`, `reward`, `trajectory`, `artifact`, …
  public let role: String
  /// Its path, as it was: not yet safe to print.
  public let path: String
  /// The bytes that were kept.
  public let content: [UInt8]
  /// How long it was; more than was kept when it was cut.
  public let totalBytes: Int
  /// Whether full-text search finds it.
  public let indexed: Bool

  /// A file to keep; `totalBytes` is what there was before it was cut.
  public init(
    role: String, path: String, content: [UInt8], totalBytes: Int? = nil, indexed: Bool = false
  ) {
    self.role = role
    self.path = path
    self.content = content
    self.totalBytes = max(totalBytes ?? content.count, content.count)
    self.indexed = indexed
  }
}

/// One attempt at a trial, with its evidence.
public struct AttemptFact: Sendable, Hashable {
  /// The trial.
  public let trial: TrialID
  /// Which attempt, from 1.
  public let number: Int
  /// Whether the trial ends here: it is not tried again after this.
  public let isFinal: Bool
  /// What became of it.
  public let outcome: Outcome
  /// One sentence; may hold untrusted text.
  public let detail: String
  /// The limit that was met: `wall`, `memory`, …
  public let limit: String?
  /// The agent's exit code.
  public let exitCode: Int?
  /// The reward as the verifier wrote it.
  public let reward: Double?
  /// The reward between 0 and 1; present exactly when the outcome is scored.
  public let score: Double?
  /// Other numbers beside the reward.
  public let metrics: [String: Double]
  /// What took how long, in order.
  public let phases: [PhaseFact]
  /// What it used.
  public let usage: Usage
  /// Marks for later readers: `reward_from_txt`, …
  public let flags: [String]
  /// The steps of a multi-step task, or null.
  public let steps: JSON
  /// When it started.
  public let startedAt: Timestamp
  /// When it ended.
  public let endedAt: Timestamp
  /// What it left.
  public let files: [AttemptFile]

  /// An attempt to record.
  public init(
    trial: TrialID, number: Int, isFinal: Bool, outcome: Outcome, detail: String,
    limit: String? = nil, exitCode: Int? = nil, reward: Double? = nil, score: Double? = nil,
    metrics: [String: Double] = [:], phases: [PhaseFact] = [], usage: Usage, flags: [String] = [],
    steps: JSON = .null, startedAt: Timestamp, endedAt: Timestamp, files: [AttemptFile] = []
  ) {
    self.trial = trial
    self.number = number
    self.isFinal = isFinal
    self.outcome = outcome
    self.detail = detail
    self.limit = limit
    self.exitCode = exitCode
    self.reward = reward
    self.score = score
    self.metrics = metrics
    self.phases = phases
    self.usage = usage
    self.flags = flags
    self.steps = steps
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.files = files
  }
}
