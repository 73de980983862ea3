public import Base
internal import Stats

/// A race of the night, for those who watch.
public struct RaceRecord: Sendable, Hashable, Codable {
  /// Where it stands.
  public enum State: Sendable, Hashable, Codable {
    /// Pairs are run.
    case open
    /// It says yes, and the checks of its trials are awaited.
    case inspected
    /// It says yes, and a person is awaited.
    case waiting
    /// Its candidate became the incumbent.
    case adopted
    /// Its candidate was refused.
    case refused(Refusal)
    /// Its candidate became the incumbent and was taken back.
    case rolledBack
  }

  /// How it began.
  public let opening: RaceOpening
  /// Where it stands.
  public internal(set) var state = State.open
  /// What it rests on; nil until it says something.
  public internal(set) var figures: RaceFigures?
  /// What the checks of its trials said.
  public internal(set) var verdicts: [GateVerdict] = []
  /// What it rested on when it said yes; nil before.
  public internal(set) var evidence: RaceEvidence?
}

/// Where the edits of a night have got to.
public struct Funnel: Sendable, Hashable, Codable {
  /// Edits that came in and were new.
  public let proposed: Int
  /// Edits that a screen, a judge or a person kept out.
  public let blocked: Int
  /// Edits that candidates carry.
  public let active: Int
  /// Edits that were dropped because of their trials.
  public let dropped: Int
  /// Races that began.
  public let raced: Int
  /// Races that ended in an adoption, those that were taken back included.
  public let adopted: Int
  /// Adoptions that were taken back.
  public let rolledBack: Int
}

extension World {
  /// Where the night stands.
  public var phase: Phase {
    if report != nil { return .over }
    if pauseReason != nil { return .paused }
    if closing != nil { return .closing }
    if screening.begun > 0 { return .climbing }
    return isPiloted ? .proposing : .piloting
  }

  /// What is awaited besides trials, in words.
  public var awaited: [String] {
    let proposers = openProposals.map { "\($0.count) edits of \($0.proposer)" }
    return proposers + openReflections.map { "the judge on \($0)" }
      + openInspections.map { "the checks of \($0)" }
      + openQuestions.map { "a person's word on \($0)" }
  }

  /// Edits that a judge is looking at.
  public var openReflections: [EditID] {
    answers.reflections.keys.filter { answers.reflected[$0] == nil }.sorted()
  }

  /// Candidates whose trials are being checked.
  public var openInspections: [CandidateID] {
    answers.inspections.keys.filter { answers.inspected[$0] == nil }.sorted()
  }

  /// Candidates that wait for a person.
  public var openQuestions: [CandidateID] {
    contests.filter { $0.approval == .asked }.map(\.candidate)
  }

  /// Trials that the last fit of the pooled model knew of.
  public var fitted: Int { screening.fitted }

  /// The most trials that the night comes to, as far as is known.
  public var horizon: Int { accounts.horizon }

  /// What is believed of an edit's effect, in logits; nil for one that nothing carries yet.
  public func belief(of edit: EditID) -> (effect: Double, error: Double)? {
    guard let home = pool.home(of: edit), home.coordinate < model.coordinates else { return nil }
    let weights = home.parts
    let effects = model.effects
    let errors = model.standardErrors
    let effect = weights.reduce(0) { $0 + $1.value * effects[$1.coordinate] }
    let variance = weights.reduce(0) {
      $0 + $1.value * $1.value * errors[$1.coordinate] * errors[$1.coordinate]
    }
    return (effect, variance.squareRoot())
  }

  /// Whether the incumbent carries an edit.
  public func isAdopted(_ edit: EditID) -> Bool { edits(of: incumbent).contains(edit) }

  /// Where the edits have got to.
  public var funnel: Funnel {
    func count(_ states: EditState...) -> Int { pool.entries.count { states.contains($0.state) } }
    let adopted = races.count { $0.state == .adopted }
    let lost = races.count { $0.state == .rolledBack }
    return Funnel(
      proposed: pool.entries.count, blocked: count(.blocked, .vetoed), active: count(.active),
      dropped: count(.dropped), raced: races.count, adopted: adopted + lost, rolledBack: lost)
  }
}
