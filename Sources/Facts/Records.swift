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

  /// A run that was read back.
  package init(
    id: RunID, fact: RunFact, suiteName: String, end: RunEndFact?, trials: Int, finished: Int,
    candidates: [CandidateID]
  ) {
    self.id = id
    self.fact = fact
    self.suiteName = suiteName
    self.end = end
    self.trials = trials
    self.finished = finished
    self.candidates = candidates
  }
}

/// What a run says of itself, without anything that has to be counted over its trials.
public struct RunHead: Sendable, Hashable {
  /// Its id.
  public let id: RunID
  /// How it began.
  public let fact: RunFact
  /// The name of its suite.
  public let suiteName: String
  /// How it last ended; nil while it runs or when its process was killed.
  public let end: RunEndFact?

  /// A run that was read back.
  package init(id: RunID, fact: RunFact, suiteName: String, end: RunEndFact?) {
    self.id = id
    self.fact = fact
    self.suiteName = suiteName
    self.end = end
  }
}

extension RunRecord {
  /// What it says of itself.
  public var head: RunHead { RunHead(id: id, fact: fact, suiteName: suiteName, end: end) }
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

  /// A candidate that was read back.
  package init(id: CandidateID, harness: Digest, name: String, kind: String) {
    self.id = id
    self.harness = harness
    self.name = name
    self.kind = kind
  }
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

  /// A harness that was read back.
  package init(
    digest: Digest, name: String, kind: String, definition: JSON, files: [HarnessFileRecord]
  ) {
    self.digest = digest
    self.name = name
    self.kind = kind
    self.definition = definition
    self.files = files
  }
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

  /// A file that was read back.
  package init(path: String, mode: UInt32, blob: Digest, bytes: Int) {
    self.path = path
    self.mode = mode
    self.blob = blob
    self.bytes = bytes
  }
}

/// An event with its place in the ledger.
public struct EventRecord: Sendable, Hashable {
  /// Its number, in order of recording.
  public let id: Int
  /// What was recorded.
  public let fact: EventFact

  /// An event that was read back.
  package init(id: Int, fact: EventFact) {
    self.id = id
    self.fact = fact
  }
}

/// A use of the vault, which every later report counts.
public struct VaultOpening: Sendable, Hashable {
  /// The run that opened it.
  public let run: RunID
  /// When.
  public let at: Timestamp
  /// The suite as it was then.
  public let suite: Digest

  /// A use that was read back.
  package init(run: RunID, at: Timestamp, suite: Digest) {
    self.run = run
    self.at = at
    self.suite = suite
  }
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

  /// A place that was found.
  package init(trial: TrialID, attempt: Int, role: String, path: String, line: Int, text: String) {
    self.trial = trial
    self.attempt = attempt
    self.role = role
    self.path = path
    self.line = line
    self.text = text
  }
}

/// The answer to `sql`.
public struct SQLPage: Sendable, Hashable {
  /// The names of the columns.
  public let columns: [String]
  /// The rows; a blob is shown as `x'…'` of its first bytes.
  public let rows: [[JSON]]
  /// Whether the row cap cut it.
  public let truncated: Bool

  /// The answer as far as it was read.
  package init(columns: [String], rows: [[JSON]], truncated: Bool) {
    self.columns = columns
    self.rows = rows
    self.truncated = truncated
  }
}
