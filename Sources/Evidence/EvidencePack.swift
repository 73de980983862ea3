public import Base

/// What a proposer is shown of the trials: dev tasks alone, bounded, chosen so that causes can be seen.
public struct EvidencePack: Sendable, Hashable {
  /// The dev tasks with what was scored on them.
  public var tasks: [TaskLine]
  /// Failures by cause, the largest group first.
  public var clusters: [FailureCluster]
  /// A passed and a failed trial of one task each, where they part.
  public var pairs: [TrialPair]
  /// Tasks that were tried and never solved.
  public var neverSolved: [String]
  /// The trials that the others speak of, each as one JSON document.
  public var traces: [TraceFile]
  /// What each candidate scored on each dev task, newest candidates first.
  public var scores: [CandidateScore]
  /// How many scored dev trials there are in all.
  public var trials: Int
  /// How many of them have the full score.
  public var passes: Int

  /// A pack; made by `EvidenceReader`, or by hand where nothing was run yet.
  public init(
    tasks: [TaskLine] = [], clusters: [FailureCluster] = [], pairs: [TrialPair] = [],
    neverSolved: [String] = [], traces: [TraceFile] = [], scores: [CandidateScore] = [],
    trials: Int = 0, passes: Int = 0
  ) {
    self.tasks = tasks
    self.clusters = clusters
    self.pairs = pairs
    self.neverSolved = neverSolved
    self.traces = traces
    self.scores = scores
    self.trials = trials
    self.passes = passes
  }
}

/// One dev task and what was scored on it.
public struct TaskLine: Sendable, Hashable {
  /// The task's name.
  public var name: String
  /// The kind of work.
  public var category: String?
  /// Words of its author's for it.
  public var tags: [String]
  /// Scored trials.
  public var trials: Int
  /// Trials with the full score.
  public var passes: Int
  /// The mean score; nil when nothing is scored.
  public var mean: Double?

  /// A line.
  public init(
    name: String, category: String? = nil, tags: [String] = [], trials: Int, passes: Int,
    mean: Double?
  ) {
    self.name = name
    self.category = category
    self.tags = tags
    self.trials = trials
    self.passes = passes
    self.mean = mean
  }
}

/// What one candidate scored on the dev tasks.
public struct CandidateScore: Sendable, Hashable {
  /// The candidate.
  public var candidate: CandidateID
  /// The tasks that it was tried on.
  public var tasks: [TaskLine]

  /// A candidate's scores.
  public init(candidate: CandidateID, tasks: [TaskLine]) {
    self.candidate = candidate
    self.tasks = tasks
  }
}

/// Failed trials that failed for the same kind of reason.
public struct FailureCluster: Sendable, Hashable {
  /// The kind of reason.
  public var cause: FailureCause
  /// Its trials, newest first, as many as were looked at.
  public var trials: [TrialID]
  /// The tasks that it was seen in.
  public var tasks: [String]
  /// What the verifier or the ending said in some of them: untrusted.
  public var samples: [Sample]

  /// One thing that was said.
  public struct Sample: Sendable, Hashable {
    /// The trial.
    public var trial: TrialID
    /// Its task.
    public var task: String
    /// What was said: untrusted.
    public var text: String

    /// A sample.
    public init(trial: TrialID, task: String, text: String) {
      self.trial = trial
      self.task = task
      self.text = text
    }
  }

  /// A group.
  public init(cause: FailureCause, trials: [TrialID], tasks: [String], samples: [Sample]) {
    self.cause = cause
    self.trials = trials
    self.tasks = tasks
    self.samples = samples
  }
}

/// Two trials of one task, of which one passed.
public struct TrialPair: Sendable, Hashable {
  /// The task.
  public var task: String
  /// The trial that passed.
  public var passed: TrialID
  /// The trial that failed.
  public var failed: TrialID
  /// Whether both are of one candidate, so that chance alone parts them.
  public var isSameCandidate: Bool
  /// Where they part; nil when one of them left no steps.
  public var divergence: Divergence?

  /// A pair.
  public init(
    task: String, passed: TrialID, failed: TrialID, isSameCandidate: Bool, divergence: Divergence?
  ) {
    self.task = task
    self.passed = passed
    self.failed = failed
    self.isSameCandidate = isSameCandidate
    self.divergence = divergence
  }
}

/// A trial as a file that a proposer can open.
public struct TraceFile: Sendable, Hashable {
  /// The trial.
  public var trial: TrialID
  /// Its candidate.
  public var candidate: CandidateID
  /// Its task.
  public var task: String
  /// Its score.
  public var score: Double
  /// The document: outcome, verifier's words, and the trajectory with long texts cut.
  public var document: JSON

  /// A file.
  public init(
    trial: TrialID, candidate: CandidateID, task: String, score: Double, document: JSON
  ) {
    self.trial = trial
    self.candidate = candidate
    self.task = task
    self.score = score
    self.document = document
  }

  /// Its name: `t12.json`.
  public var name: String { "\(trial).json" }
}
