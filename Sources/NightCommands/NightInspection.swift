internal import Base
internal import Calls
internal import Climb
internal import Facts
internal import Ledger
internal import Reflection
internal import Trial

/// Looks at the trials of a race that says yes, before anything is adopted.
///
/// Only pairs that the race has fed count, in the order of their dispatch: what is found hangs neither on
/// which other trials are done nor on when it is looked for.
struct NightInspection {
  let reader: LedgerReader
  let run: RunID

  // So many passes of each side are read step by step.
  private static let read = 200

  func verdicts(
    on candidate: CandidateID, against control: CandidateID, by evidence: RaceEvidence
  ) throws -> [GateVerdict] {
    let own = try trials(of: candidate)
    let theirs = try trials(of: control)
    let mine = try looks(evidence.pairs.compactMap { own[$0.candidate.number] }, withPaths: true)
    let others = try looks(
      evidence.pairs.compactMap { theirs[$0.control.number] }, withPaths: false)
    var steps: [String: [Int]] = [:]
    for look in others where look.score >= 0.5 && look.steps > 0 {
      steps[look.task, default: []].append(look.steps)
    }
    let usual = steps.mapValues { Double($0.sorted()[$0.count / 2]) }
    let again = mine.flatMap { look in
      RegradeFlag.allCases.filter { look.flags.contains($0.rawValue) }
        .map { (trial: look.trial, flag: $0) }
    }
    let judged = again.filter { $0.flag != .unclear }
    return [
      Alarms.tamper(candidate: mine, incumbent: others),
      Alarms.suspicious(mine.filter { $0.steps > 0 }, usualSteps: usual),
      Alarms.regrade(
        judged.map { ($0.trial, $0.flag == .lost) }, unclear: again.count - judged.count),
    ]
  }

  /// The trials of a candidate by their numbers in the night.
  private func trials(of candidate: CandidateID) throws -> [Int: TrialRecord] {
    let filter = TrialFilter(run: run, candidate: candidate, finished: true)
    return try reader.trials(filter, limit: .max).reduce(into: [:]) { $0[$1.fact.index] = $1 }
  }

  private func looks(_ trials: [TrialRecord], withPaths: Bool) throws -> [TrialLook] {
    var left = Self.read
    return try trials.compactMap { trial in
      guard let latest = trial.latest, let score = latest.score else { return nil }
      var steps: [StepFact] = []
      if score >= 0.5, left > 0 {
        left -= 1
        steps = try reader.steps(trial.id, attempt: latest.number)
      }
      let paths = withPaths ? steps.flatMap { Self.paths($0.body["tool_calls"]) } : []
      return TrialLook(
        trial: "\(trial.id)", task: trial.taskName, score: score, steps: steps.count,
        paths: Set(paths), flags: Set(latest.flags))
    }
  }

  /// The absolute paths in what an agent had run.
  private static func paths(_ value: JSON) -> Set<String> {
    switch value {
    case .string(let text): TrialLook.paths(in: text)
    case .array(let values): values.reduce(into: []) { $0.formUnion(paths($1)) }
    case .object(let members): members.values.reduce(into: []) { $0.formUnion(paths($1)) }
    default: []
    }
  }
}
