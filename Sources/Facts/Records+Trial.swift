public import Base

/// A trial as it stands: what was dispatched, and its latest attempt.
public struct TrialRecord: Sendable, Hashable {
  /// Its id.
  public let id: TrialID
  /// What was dispatched.
  public let fact: TrialFact
  /// The task's name.
  public let taskName: String
  /// The task's split in the run's suite.
  public let split: Split?
  /// How many attempts there were.
  public let attempts: Int
  /// The latest attempt, without its files; nil when there is none yet.
  public let latest: AttemptRecord?

  /// A trial that was read back.
  package init(
    id: TrialID, fact: TrialFact, taskName: String, split: Split?, attempts: Int,
    latest: AttemptRecord?
  ) {
    self.id = id
    self.fact = fact
    self.taskName = taskName
    self.split = split
    self.attempts = attempts
    self.latest = latest
  }

  /// Whether it has its final attempt.
  public var isFinished: Bool { latest?.isFinal ?? false }
}

/// A recorded attempt; its files by blob.
public struct AttemptRecord: Sendable, Hashable {
  /// The trial.
  public let trial: TrialID
  /// Which attempt, from 1.
  public let number: Int
  /// Whether the trial ended here.
  public let isFinal: Bool
  /// What became of it.
  public let outcome: Outcome
  /// One sentence; may hold untrusted text.
  public let detail: String
  /// The limit that was met.
  public let limit: String?
  /// The agent's exit code.
  public let exitCode: Int?
  /// The reward as the verifier wrote it.
  public let reward: Double?
  /// The reward between 0 and 1, when it counts.
  public let score: Double?
  /// Other numbers beside the reward.
  public let metrics: [String: Double]
  /// What took how long, in order.
  public let phases: [PhaseFact]
  /// What it used.
  public let usage: Usage
  /// Marks for later readers.
  public let flags: [String]
  /// The steps of a multi-step task, or null.
  public let steps: JSON
  /// When it started.
  public let startedAt: Timestamp
  /// When it ended.
  public let endedAt: Timestamp
  /// What it left; empty in lists.
  public let files: [FileRecord]

  /// An attempt that was read back.
  package init(
    trial: TrialID, number: Int, isFinal: Bool, outcome: Outcome, detail: String, limit: String?,
    exitCode: Int?, reward: Double?, score: Double?, metrics: [String: Double], phases: [PhaseFact],
    usage: Usage, flags: [String], steps: JSON, startedAt: Timestamp, endedAt: Timestamp,
    files: [FileRecord]
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

/// A file that an attempt left, by blob.
public struct FileRecord: Sendable, Hashable {
  /// What it is.
  public let role: String
  /// Its path: not yet safe to print.
  public let path: String
  /// The content that was kept.
  public let blob: Digest
  /// The bytes that were kept.
  public let bytes: Int
  /// How long it was.
  public let totalBytes: Int
  /// Whether full-text search finds it.
  public let indexed: Bool

  /// A file that was read back.
  package init(
    role: String, path: String, blob: Digest, bytes: Int, totalBytes: Int, indexed: Bool
  ) {
    self.role = role
    self.path = path
    self.blob = blob
    self.bytes = bytes
    self.totalBytes = totalBytes
    self.indexed = indexed
  }
}

/// A trial with all its attempts.
public struct TrialDetail: Sendable, Hashable {
  /// The trial.
  public let trial: TrialRecord
  /// Its attempts in order, with their files.
  public let attempts: [AttemptRecord]

  /// A trial and its attempts.
  package init(trial: TrialRecord, attempts: [AttemptRecord]) {
    self.trial = trial
    self.attempts = attempts
  }
}
