public import Base

/// All trials of one run, candidate and task, added up: what leaderboards and matrices are made of.
public struct Cell: Sendable, Hashable {
  /// The run.
  public let run: RunID
  /// The candidate.
  public let candidate: CandidateID
  /// The task.
  public let task: Digest
  /// The task's name.
  public let taskName: String
  /// The task's split in the run's suite.
  public let split: Split?
  /// Sums over the trials.
  public let tally: Tally

  /// The sum over the trials of one place.
  package init(
    run: RunID, candidate: CandidateID, task: Digest, taskName: String, split: Split?, tally: Tally
  ) {
    self.run = run
    self.candidate = candidate
    self.task = task
    self.taskName = taskName
    self.split = split
    self.tally = tally
  }
}

/// Sums over trials.
public struct Tally: Sendable, Hashable {
  /// Trials that were dispatched.
  public var trials = 0
  /// Trials with a final attempt.
  public var finished = 0
  /// Trials whose final attempt is scored.
  public var scored = 0
  /// Scored trials with the full score.
  public var passes = 0
  /// Sum of scores.
  public var scoreSum = 0.0
  /// Sum of squared scores.
  public var scoreSquares = 0.0
  /// Attempts that were not the final one.
  public var retries = 0
  /// Final attempts by outcome; outcomes that did not occur are absent.
  public var byOutcome: [Outcome: Int] = [:]
  /// Wall clock of all attempts in milliseconds.
  public var wallMs = 0
  /// CPU of all attempts in milliseconds.
  public var cpuMs = 0
  /// Tokens sent in attempts that know it.
  public var inputTokens = 0
  /// Sent tokens from a cache in attempts that know it.
  public var cachedTokens = 0
  /// Tokens received in attempts that know it.
  public var outputTokens = 0
  /// Attempts that know their tokens.
  public var tokensKnown = 0
  /// Money of the attempts that know it.
  public var costSum = 0.0
  /// Attempts that know their cost.
  public var costKnown = 0

  /// Nothing yet.
  public init() {}

  /// The mean score; nil when nothing is scored.
  public var mean: Double? { scored > 0 ? scoreSum / Double(scored) : nil }
  /// Money of all attempts; nil when no attempt knows it.
  public var costUSD: Double? { costKnown > 0 ? costSum : nil }
}

/// One candidate of one run on one split, folded over its tasks: a row of a leaderboard.
public struct Standing: Sendable, Hashable {
  /// The run.
  public let run: RunID
  /// The candidate.
  public let candidate: CandidateID
  /// The split; nil in a suite without splits.
  public let split: Split?
  /// Tasks with a dispatched trial.
  public let tasks: Int
  /// Tasks with a scored trial.
  public let scoredTasks: Int
  /// Sum over the scored tasks of their mean score.
  public let meanSum: Double
  /// Sum over the scored tasks of the square of their mean score.
  public let meanSquares: Double
  /// The lowest mean score of a task; nil when none is scored.
  public let lowestMean: Double?
  /// The highest mean score of a task; nil when none is scored.
  public let highestMean: Double?
  /// The fewest dispatched trials of a task.
  public let fewestTrials: Int
  /// The most dispatched trials of a task.
  public let mostTrials: Int
  /// Sums over all its trials.
  public let tally: Tally

  /// A row, added up.
  package init(
    run: RunID, candidate: CandidateID, split: Split?, tasks: Int, scoredTasks: Int,
    meanSum: Double, meanSquares: Double, lowestMean: Double?, highestMean: Double?,
    fewestTrials: Int, mostTrials: Int, tally: Tally
  ) {
    self.run = run
    self.candidate = candidate
    self.split = split
    self.tasks = tasks
    self.scoredTasks = scoredTasks
    self.meanSum = meanSum
    self.meanSquares = meanSquares
    self.lowestMean = lowestMean
    self.highestMean = highestMean
    self.fewestTrials = fewestTrials
    self.mostTrials = mostTrials
    self.tally = tally
  }
}

/// Which cells; nil means all.
public struct CellFilter: Sendable, Hashable {
  /// Of these runs.
  public var runs: [RunID]?
  /// Of these candidates.
  public var candidates: [CandidateID]?
  /// Of runs on this suite.
  public var suite: Digest?
  /// Of tasks in this split.
  public var split: Split?
  /// Of this task.
  public var task: Digest?
  /// Of runs of these types.
  public var types: [RunType]?

  /// All cells that fit every part that is given.
  public init(
    runs: [RunID]? = nil, candidates: [CandidateID]? = nil, suite: Digest? = nil,
    split: Split? = nil, task: Digest? = nil, types: [RunType]? = nil
  ) {
    self.runs = runs
    self.candidates = candidates
    self.suite = suite
    self.split = split
    self.task = task
    self.types = types
  }
}

/// Which trials; nil means all.
public struct TrialFilter: Sendable, Hashable {
  /// Of this run.
  public var run: RunID?
  /// Of this candidate.
  public var candidate: CandidateID?
  /// Of this task.
  public var task: Digest?
  /// Whose latest attempt ended so.
  public var outcome: Outcome?
  /// Of tasks in this split.
  public var split: Split?
  /// With or without a final attempt.
  public var finished: Bool?

  /// All trials that fit every part that is given.
  public init(
    run: RunID? = nil, candidate: CandidateID? = nil, task: Digest? = nil,
    outcome: Outcome? = nil, split: Split? = nil, finished: Bool? = nil
  ) {
    self.run = run
    self.candidate = candidate
    self.task = task
    self.outcome = outcome
    self.split = split
    self.finished = finished
  }
}
