internal import Base
internal import Database
public import Facts

extension LedgerReader {
  /// Cells in order of run, candidate, split and task.
  public func cells(_ filter: CellFilter = CellFilter()) throws -> [Cell] {
    try read { connection in
      let tasks = try connection.taskNames(filter)
      var cells: [Cell] = []
      try connection.each(
        """
        SELECT run, candidate, split, task, \(raw: Tally.columnList) FROM tally
        WHERE \(filter.condition) ORDER BY run, candidate, split, task
        """
      ) { row in
        let run = row.int(0)
        let place = TaskPlace(run: run, task: row.int(3))
        guard let task = tasks[place] else { return true }
        cells.append(
          Cell(
            run: RunID(run), candidate: CandidateID(row.int(1)), task: task.digest,
            taskName: task.name, split: Split.numbered(row.int(2)), tally: Tally(row, from: 4)))
        return true
      }
      return cells
    }
  }

  /// One row per run, candidate and split, added up in the database.
  public func standings(_ filter: CellFilter = CellFilter()) throws -> [Standing] {
    try read { connection in
      try connection.rows(
        """
        SELECT run, candidate, split, count(*), count(mean), total(mean), total(mean * mean),
          min(mean), max(mean), min(trials), max(trials), \(raw: Tally.sumList)
        FROM (SELECT *, CASE WHEN scored > 0 THEN score_sum / scored END AS mean
          FROM tally WHERE \(filter.condition))
        GROUP BY run, candidate, split
        """
      ) { row in
        Standing(
          run: RunID(row.int(0)), candidate: CandidateID(row.int(1)),
          split: Split.numbered(row.int(2)), tasks: row.int(3), scoredTasks: row.int(4),
          meanSum: row.double(5), meanSquares: row.double(6), lowestMean: row.optionalDouble(7),
          highestMean: row.optionalDouble(8), fewestTrials: row.int(9), mostTrials: row.int(10),
          tally: Tally(row, from: 11))
      }
    }
  }
}

struct TaskPlace: Hashable {
  let run: Int
  let task: Int
}

extension CellFilter {
  var condition: SQL {
    var parts: [SQL] = ["1"]
    if let runs { parts.append("run IN (\(list(runs.map(\.number))))") }
    if let candidates {
      parts.append("candidate IN (\(list(candidates.map(\.number))))")
    }
    if let suite {
      parts.append(
        """
        run IN (SELECT run.id FROM run JOIN suite ON suite.id = run.suite
          WHERE suite.digest = \(suite))
        """)
    }
    if let types {
      let names = SQL.joined(types.map { "\($0.rawValue)" }, by: ", ")
      parts.append("run IN (SELECT id FROM run WHERE type IN (\(names)))")
    }
    if let split { parts.append("split = \(Optional(split).number)") }
    if let task { parts.append("task = (SELECT id FROM task WHERE digest = \(task))") }
    return SQL.joined(parts, by: " AND ")
  }

  private func list(_ numbers: [Int]) -> SQL {
    .joined(numbers.map { "\($0)" }, by: ", ")
  }
}

extension Connection {
  // The names are read once per run and not joined to every cell.
  fileprivate func taskNames(_ filter: CellFilter) throws -> [TaskPlace: (
    digest: Digest, name: String
  )] {
    var names: [TaskPlace: (digest: Digest, name: String)] = [:]
    try each(
      """
      SELECT run.id, suite_task.task, task.digest, suite_task.name
      FROM (SELECT DISTINCT run FROM tally WHERE \(filter.condition)) AS asked
      JOIN run ON run.id = asked.run JOIN suite_task ON suite_task.suite = run.suite
      JOIN task ON task.id = suite_task.task
      """
    ) { row in
      names[TaskPlace(run: row.int(0), task: row.int(1))] = (try row.digest(2), row.text(3))
      return true
    }
    return names
  }
}
