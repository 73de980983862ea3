public import Base
public import Stats

/// A mean score with its interval, from trials that decided nothing.
public struct Measurement: Sendable, Hashable, Codable {
  /// The mean over tasks.
  public let score: Double
  /// Where the truth lies on these tasks, at 90 %.
  public let interval: Interval
  /// Trials behind it.
  public let trials: Int
}

/// What the sealed tasks said, once.
public struct VaultFigures: Sendable, Hashable, Codable {
  /// A sealed task.
  public struct Task: Sendable, Hashable, Codable {
    /// Its name.
    public let name: String
    /// The champion's mean score on it less the baseline's.
    public let difference: Double
  }

  /// The tasks with at least one trial of each side.
  public let tasks: [Task]
  /// The mean difference.
  public let mean: Double
  /// The paired t interval at 95 %: over families where some tasks share one, else over tasks; nil where all are of
  /// one family.
  public let interval: Interval?
  /// The mean score of the baseline.
  public let baseline: Double
  /// The mean score of the champion.
  public let champion: Double
  /// Trials behind it.
  public let trials: Int
}

extension VaultFigures {
  /// How many groups of its tasks stand for themselves: families by the tasks' names, and tasks without one.
  package func clusters(_ families: [String: String]) -> Int {
    Set(Self.clusters(tasks, families)).count
  }

  /// Where the truth lies: over families where some tasks share one, else over tasks; nil where all are of one
  /// family, of which nothing can be said beyond it.
  package func bound(confidence: Double, families: [String: String]) -> Interval? {
    Self.interval(of: tasks, families: families, confidence: confidence)
  }

  static func interval(of tasks: [Task], families: [String: String], confidence: Double)
    -> Interval?
  {
    let values = zip(tasks, clusters(tasks, families)).map {
      (difference: $0.difference, cluster: $1)
    }
    return ClusteredError.interval(values, confidence: confidence)
  }

  // The group of each task, numbered as they come.
  private static func clusters(_ tasks: [Task], _ families: [String: String]) -> [Int] {
    var numbers: [String: Int] = [:]
    return tasks.map { task in
      let name = families[task.name].map { "family \($0)" } ?? "task \(task.name)"
      let number = numbers[name] ?? numbers.count
      numbers[name] = number
      return number
    }
  }
}

/// The figures of the morning.
public struct NightReport: Sendable, Hashable, Codable {
  /// What ended the night.
  public enum Stop: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its trials: what is left of them pays for no further race.
    case rollouts
    /// The most edits were asked for, and what is left of them taught all that it could.
    case proposals
    /// Too long without an adoption.
    case noGain = "no-gain"
    /// The money.
    case cost
    /// The tokens.
    case tokens
    /// The time.
    case deadline
    /// Nothing was left that seemed worth a trial, though there were trials left.
    case exhausted
  }

  /// What one harness solved late in the night, against what it solved too long before to be compared with.
  public struct Drift: Sendable, Hashable, Codable {
    /// The harness.
    public let candidate: CandidateID
    /// The gate tasks that were tried at both times.
    public let tasks: Int
    /// How much more it solves on them now.
    public let difference: Double
    /// Where the truth lies, at 95 %.
    public let interval: Interval
  }

  /// The candidate that is handed over.
  public let candidate: CandidateID
  /// Its mean score over the gate tasks, from fresh trials; nil when there was none to tell.
  public let score: Double?
  /// Where the truth lies on these tasks, at 90 %.
  public let interval: Interval?
  /// Trials behind it.
  public let trials: Int
  /// Adoptions that stand.
  public let adoptions: Int
  /// Whether its adoption still waits for a person.
  public let isAwaited: Bool
  /// The baseline on the gate tasks; nil when it has no trials there.
  public let baseline: Measurement?
  /// Between these lies the gain on the gate tasks: deflated for having been chosen there, and as measured.
  public let bracket: Interval?
  /// What the sealed tasks say; nil when they could not be asked.
  public let vault: VaultFigures?
  /// Why the sealed tasks say nothing; nil when they do.
  public let unverified: String?
  /// Whether the model is what it was; nil where no harness was tried early and late.
  public let drift: Drift?
  /// Adoptions that were taken back.
  public let rolledBack: [CandidateID]
  /// Edits that were adopted and taken off again as needless.
  public let pruned: [EditID]
  /// What ended the night.
  public let stop: Stop
}
