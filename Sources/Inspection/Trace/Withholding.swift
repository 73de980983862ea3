internal import Base
public import Facts

/// Says of which trials neither the task nor what came of it is told: while a night goes on those on gate tasks,
/// and always those on sealed ones.
public typealias Withholding = (TrialRecord) throws -> Bool

extension TrialRecord {
  /// The trial without its task and its score.
  func discreet() -> TrialRecord {
    TrialRecord(
      id: id, fact: fact, taskName: split.anonymousTask, split: split, attempts: attempts,
      latest: latest?.discreet())
  }

  /// The trial as it stands; where its task is withheld, so is every mark by which that might be known.
  func json(content: Bool, isWithheld: Bool) -> JSON {
    guard isWithheld, case .object(var record) = discreet().json(content: false) else {
      return json(content: content)
    }
    for name in ["task", "task_digest", "score", "seed"] { record[name] = .null }
    record["withheld"] = true
    return .object(record)
  }
}

extension AttemptRecord {
  /// The attempt without what it came to and what it left.
  func discreet() -> AttemptRecord {
    AttemptRecord(
      trial: trial, number: number, isFinal: isFinal, outcome: outcome, detail: "", limit: limit,
      exitCode: exitCode, reward: nil, score: nil, metrics: [:], phases: [], usage: usage,
      flags: flags, steps: .null, startedAt: startedAt, endedAt: endedAt, files: [])
  }
}

extension Split? {
  /// Why single tasks of the split are not told.
  var whyWithheld: String {
    self == .gate
      ? "which gate task it is and how it scored is told when the night is over, lest it is steered by that"
      : "sealed tasks are never told one by one; what they add up to is in the night's report"
  }
}
