public import Base
public import Stats

/// What a trial is for.
public enum TrialPurpose: Sendable, Hashable {
  /// Teaches the model about the edits that its candidate carries; counted from 0.
  case screen(number: Int)
  /// The candidate's side of a pair of the race.
  case race(pair: Int)
  /// The control's side: the n-th trial of the control on the task.
  case bank(visit: Int)
  /// A figure of the report and nothing else.
  case report
}

/// One trial to be run.
public struct TrialOrder: Sendable, Hashable {
  /// Its number, in dispatch order.
  public let id: TrialID
  /// Who runs.
  public let candidate: CandidateID
  /// The number of the task.
  public let task: Int
  /// What it is for.
  public let purpose: TrialPurpose
  /// 1 for the first attempt.
  public let attempt: Int
}

/// A race as it begins.
public struct RaceOpening: Sendable, Hashable {
  /// What is asked of the candidate.
  public enum Question: String, Sendable, Hashable {
    /// Is it better than the incumbent?
    case better
    /// Is it, being simpler, no worse than the anchor?
    case simpler
  }

  /// The edits that it carries.
  public let edits: [EditID]
  /// Who it is measured against.
  public let control: CandidateID
  /// What is asked.
  public let question: Question
  /// What decides it.
  public let rules: Race.Rules
  /// The gain that the pooled model expects on dev tasks; it chose the candidate and so is no result.
  public let expected: Double
}

/// Why a race ended without an adoption.
public enum Refusal: String, Sendable, Hashable {
  /// Even an optimistic reading misses the target.
  case futile
  /// The cap was met.
  case capped
  /// Too many of its trials broke.
  case crashed
}

/// What a race rested on when it ended.
public struct RaceFigures: Sendable, Hashable {
  /// Pairs that were fed.
  public let pairs: Int
  /// The natural logarithm of the e-value.
  public let logE: Double
  /// The mean difference, pulled towards 0: selected, and so never a result.
  public let shrunk: Double
}

/// The figures of the morning, from trials that decided nothing.
public struct NightReport: Sendable, Hashable {
  /// The candidate that is handed over.
  public let candidate: CandidateID
  /// Its mean score over the gate tasks; nil when there was no trial to tell.
  public let score: Double?
  /// Where the truth lies on these tasks, at 90 %.
  public let interval: Interval?
  /// Trials behind it.
  public let trials: Int
  /// Adoptions that stand.
  public let adoptions: Int
}

/// What the night does next.
public enum Command: Sendable, Hashable {
  /// Ask for so many edits.
  case propose(Int)
  /// Begin to screen, with so many trials.
  case screen(trials: Int)
  /// Run a trial.
  case run(TrialOrder)
  /// Begin a race.
  case race(RaceOpening)
  /// The race's candidate becomes the incumbent.
  case adopt(CandidateID, RaceFigures)
  /// The race's candidate is refused.
  case refuse(CandidateID, Refusal, RaceFigures)
  /// Take an adoption back, its replication having failed.
  case rollBack(CandidateID, logE: Double)
  /// Measure the incumbent afresh, with so many trials on each gate task.
  case measure(CandidateID, trials: Int)
  /// Wait for a person: no trial of a whole block could be judged.
  case pause
  /// The night is over.
  case halt(NightReport)
}

/// What became of a trial.
public enum TrialEnd: Sendable, Hashable {
  /// It was judged; from 0 to 1.
  case scored(Double)
  /// It broke for reasons not its own and says nothing.
  case invalid
}

/// What happened; the world is a fold over these.
public enum NightFact: Sendable, Hashable {
  /// The night began.
  case opened(NightRules)
  /// A command was given.
  case issued(Command)
  /// What the proposer answered; edits that are known already are refused.
  case proposed([Edit])
  /// A trial ended.
  case finished(TrialID, TrialEnd)
  /// A person let a paused night go on.
  case resumed
}
