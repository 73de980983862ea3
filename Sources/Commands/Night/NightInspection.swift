internal import Base
internal import Calls
internal import Climb
internal import Facts
internal import Ledger
internal import Reflection

/// Looks at the trials of a race that says yes, before anything is adopted.
///
/// Only pairs that the race has fed count, in the order of their dispatch: what is found hangs neither on
/// which other trials are done nor on when it is looked for.
struct NightInspection {
  let reader: LedgerReader
  let run: RunID

  // So many passes of each side are read step by step.
  private static let read = 200

  func verdicts(on candidate: CandidateID, against control: CandidateID, pairs: Int) throws
    -> [GateVerdict]
  {
    let own = Array(try trials(of: candidate).prefix(pairs))
    var places: [Place: TrialRecord] = [:]
    for trial in try trials(of: control) where places[Place(trial)] == nil {
      places[Place(trial)] = trial
    }
    let theirs = own.compactMap { places[Place($0)] }
    let mine = try looks(own, withPaths: true)
    let others = try looks(theirs, withPaths: false)
    var steps: [String: [Int]] = [:]
    for look in others where look.score >= 0.5 && look.steps > 0 {
      steps[look.task, default: []].append(look.steps)
    }
    let usual = steps.mapValues { Double($0.sorted()[$0.count / 2]) }
    return [
      Alarms.tamper(candidate: mine, incumbent: others),
      Alarms.suspicious(mine.filter { $0.steps > 0 }, usualSteps: usual),
    ]
  }

  /// Where two trials are a pair.
  private struct Place: Hashable {
    let task: Digest
    let seed: UInt64

    init(_ trial: TrialRecord) {
      task = trial.fact.task
      seed = trial.fact.seed
    }
  }

  private func trials(of candidate: CandidateID) throws -> [TrialRecord] {
    let filter = TrialFilter(run: run, candidate: candidate, finished: true)
    let all = try reader.trials(filter, limit: 100_000)
    let gate = all.filter { $0.split == .gate }
    return gate.isEmpty ? all : gate
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
