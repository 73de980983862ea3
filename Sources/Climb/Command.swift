public import Base
public import Stats

/// A question to a proposer.
public struct ProposalOrder: Sendable, Hashable, Codable {
  /// Its number, from 1.
  public let number: Int
  /// Who is asked; one of the rules' proposers.
  public let proposer: String
  /// For how many edits.
  public let count: Int
}

/// A race as it begins.
public struct RaceOpening: Sendable, Hashable, Codable {
  /// What is asked of the candidate.
  public enum Question: String, Sendable, Hashable, Codable {
    /// Is it better than the incumbent?
    case better
    /// Is it, being simpler, no worse than the anchor?
    case simpler
  }

  /// Its number, from 1.
  public let number: Int
  /// Who is raced.
  public let candidate: CandidateID
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
public enum Refusal: String, Sendable, Hashable, Codable, CaseIterable {
  /// Even an optimistic reading misses the target.
  case futile
  /// The cap was met.
  case capped
  /// Too many of its trials broke.
  case crashed
  /// Its control is no longer the incumbent.
  case overtaken
  /// The night ended, or could not pay for more.
  case unfinished
  /// A check of its trials said no.
  case inspection
  /// It knows dev tasks by heart.
  case memorised
  /// A person said no.
  case rejected
}

/// What a race rested on when it ended.
public struct RaceFigures: Sendable, Hashable, Codable {
  /// Its number.
  public let race: Int
  /// Pairs that were fed.
  public let pairs: Int
  /// The natural logarithm of the e-value.
  public let logE: Double
  /// The natural logarithm of the e-value that adopts.
  public let bar: Double
  /// The mean difference, pulled towards 0: selected, and so never a result.
  public let shrunk: Double
}

/// What the night does next.
public enum Command: Sendable, Hashable, Codable {
  /// Ask a proposer for edits.
  case propose(ProposalOrder)
  /// Look at an edit, by static screens and a judge, before anything carries it.
  case reflect(EditID)
  /// Carry an edit no further, because of what its trials say.
  case drop(EditID, GateVerdict)
  /// Take in what came of all trials up to this one, and decide by it.
  case absorb(through: Int)
  /// All is decided for now: go on with the open races and so many trials of the screening.
  case screen(trials: Int)
  /// Run a trial.
  case run(TrialOrder)
  /// Begin a race.
  case race(RaceOpening)
  /// The race says yes; look at its trials before the candidate is adopted.
  case inspect(CandidateID, RaceFigures)
  /// The race and the checks say yes; compare dev tasks with their twins before the candidate is adopted.
  case twin(CandidateID, RaceFigures)
  /// The race says yes, and a person has to; the climb goes on meanwhile.
  case ask(CandidateID, RaceFigures)
  /// The race's candidate becomes the incumbent.
  case adopt(CandidateID, RaceFigures)
  /// The race's candidate is refused.
  case refuse(CandidateID, Refusal, RaceFigures)
  /// Take an adoption back, its replication having failed.
  case rollBack(CandidateID, logE: Double)
  /// Measure the incumbent afresh, with so many trials on each gate task.
  case measure(CandidateID, trials: Int)
  /// Open the sealed tasks, once: so many trials of the baseline and of the champion on each.
  case openVault(champion: CandidateID, trials: Int)
  /// Wait for a person, and why.
  case pause(String)
  /// The night is over.
  case halt(NightReport)
}
