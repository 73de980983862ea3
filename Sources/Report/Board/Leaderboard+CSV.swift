internal import Base
internal import Facts
internal import Layout
internal import Score
internal import Stats

extension Leaderboard {
  /// The rows of some boards as comma-separated values under one heading; what text tells by titles and marks
  /// stands in columns of its own, called as in the records, and what is unknown is empty.
  package static func csv(_ boards: [Leaderboard]) -> String {
    var table = TextTable(
      [
        "suite", "suite_digest", "split", "comparable", "differs_in", "rehearsal", "rank", "tied",
        "run", "candidate", "fresh_trials_of_a_night", "chosen_on_these_tasks", "evaluations",
        "harness", "models", "score", "low", "high", "undecided", "trials_scored", "trials",
        "cost_usd_per_attempt", "tokens_per_attempt", "wall_ms_per_attempt", "started_at",
        "verified",
      ].map { TextTable.Column(title: $0) })
    for board in boards {
      for (group, rows) in board.shown {
        for row in rows {
          table.add(board.cells(of: group) + row.cells)
        }
      }
    }
    return table.csv()
  }

  private func cells(of group: Group) -> [String] {
    [
      suiteName ?? "", suite?.hex ?? "", group.conditions.split?.rawValue ?? "",
      group.differences.isEmpty ? "yes" : "no", group.differences.joined(separator: "; "),
    ]
  }
}

extension Leaderboard.Row {
  fileprivate var cells: [String] {
    func text(_ number: Double?) -> String { number.map { JSON.number($0).text() } ?? "" }
    let score = score
    return [
      run.fact.rehearsal ?? "", rank.map { "\($0)" } ?? "", isTied ? "yes" : "no", "\(run.id)",
      "\(candidate.id)", basis ?? "", isChosen ? "yes" : "no", "\(evaluations)", candidate.name,
      models.joined(separator: " "), text(score?.mean), text(score?.interval.low),
      text(score?.interval.high), reasons.joined(separator: "; "),
      "\(standing.tally.scored)", "\(standing.tally.trials)", text(costEach),
      tokensEach.map { "\($0)" } ?? "", wallEach.map { "\($0)" } ?? "", "\(run.fact.startedAt)",
      verified?.text ?? "",
    ]
  }
}
