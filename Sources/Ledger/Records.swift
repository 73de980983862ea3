public import Base

/// A run as it stands.
public struct RunRecord: Sendable, Hashable {
  /// Its id.
  public let id: RunID
  /// How it began.
  public let fact: RunFact
  /// The name of its suite.
  public let suiteName: String
  /// How it last ended; nil while it runs or when its process was killed.
  public let end: RunEndFact?
  /// Trials that were dispatched.
  public let trials: Int
  /// Trials with a final attempt.
  public let finished: Int
  /// Its candidates, in order.
  public let candidates: [CandidateID]
}

/// A candidate: a harness under the id that it has in this lab.
public struct CandidateRecord: Sendable, Hashable {
  /// Its id.
  public let id: CandidateID
  /// Its harness.
  public let harness: Digest
  /// The harness's name.
  public let name: String
  /// The harness's kind.
  public let kind: String
}

/// A harness without the content of its files.
public struct HarnessRecord: Sendable, Hashable {
  /// Its digest.
  public let digest: Digest
  /// Its name.
  public let name: String
  /// Its kind.
  public let kind: String
  /// Its `harness.toml` as JSON.
  public let definition: JSON
  /// Its files, by blob.
  public let files: [HarnessFileRecord]
}

/// One file of a recorded harness.
public struct HarnessFileRecord: Sendable, Hashable {
  /// The path below the harness's folder: not yet safe to print.
  public let path: String
  /// Permission bits.
  public let mode: UInt32
  /// Its content.
  public let blob: Digest
  /// Its length.
  public let bytes: Int
}

/// An event with its place in the ledger.
public struct EventRecord: Sendable, Hashable {
  /// Its number, in order of recording.
  public let id: Int
  /// What was recorded.
  public let fact: EventFact
}

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
}

/// A trial with all its attempts.
public struct TrialDetail: Sendable, Hashable {
  /// The trial.
  public let trial: TrialRecord
  /// Its attempts in order, with their files.
  public let attempts: [AttemptRecord]
}

/// A use of the vault, which every later report counts.
public struct VaultOpening: Sendable, Hashable {
  /// The run that opened it.
  public let run: RunID
  /// When.
  public let at: Timestamp
  /// The suite as it was then.
  public let suite: Digest
}

/// A place where full-text search found the words.
public struct SearchHit: Sendable, Hashable {
  /// The trial.
  public let trial: TrialID
  /// The attempt.
  public let attempt: Int
  /// The file's role.
  public let role: String
  /// The file's path: not yet safe to print.
  public let path: String
  /// The line, from 1.
  public let line: Int
  /// That line, cut to what fits: not yet safe to print.
  public let text: String
}

/// The answer to `sql`.
public struct SQLPage: Sendable, Hashable {
  /// The names of the columns.
  public let columns: [String]
  /// The rows; a blob is shown as `x'…'` of its first bytes.
  public let rows: [[JSON]]
  /// Whether the row cap cut it.
  public let truncated: Bool
}
