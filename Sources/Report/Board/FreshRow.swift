public import Base
public import Facts
internal import Score

/// A candidate of a night on one split, by trials that had no part in choosing it: what stands on a board beside
/// evaluations.
public struct FreshRow: Sendable {
  /// The night's run.
  public let run: RunRecord
  /// The candidate.
  public let candidate: CandidateRecord
  /// The split.
  public let split: Split
  /// The trials, by task.
  public let cells: [Cell]
  /// What the trials were for: report, bank or vault.
  public let basis: String

  /// A candidate of a night by fresh trials.
  public init(
    run: RunRecord, candidate: CandidateRecord, split: Split, cells: [Cell], basis: String
  ) {
    self.run = run
    self.candidate = candidate
    self.split = split
    self.cells = cells
    self.basis = basis
  }

  /// The sums over its tasks.
  var standing: Standing {
    var tally = Tally()
    for cell in cells { tally.add(cell.tally) }
    let means = cells.compactMap(\.tally.mean)
    return Standing(
      run: run.id, candidate: candidate.id, split: split, tasks: cells.count,
      scoredTasks: means.count, meanSum: means.reduce(0, +),
      meanSquares: means.reduce(0) { $0 + $1 * $1 }, lowestMean: means.min(),
      highestMean: means.max(), fewestTrials: cells.map(\.tally.trials).min() ?? 0,
      mostTrials: cells.map(\.tally.trials).max() ?? 0, tally: tally)
  }

  /// The night's conditions, as an evaluation with so many trials would have recorded them.
  var conditions: JSON {
    var conditions = run.fact.conditions
    let most = cells.map(\.tally.trials).max() ?? 0
    if conditions["trials"].isNull { conditions["trials"] = .int(most) }
    return conditions
  }
}

extension Conditions {
  /// What must agree before two rows are ranked in one order: all that a run recorded but its models, which are
  /// part of what is ranked; simulated ones never stand beside real ones.
  static func comparable(_ recorded: JSON) -> JSON {
    guard var members = recorded.object else { return recorded }
    members["models"] = nil
    if RunFact.rehearsal(recorded) != nil { members["simulated"] = true }
    return .object(members)
  }
}
