internal import Base
internal import Facts
internal import Layout
internal import Score

extension Matrix {
  /// The grid, one column per harness, with its legend.
  public func text(width: Int) -> String {
    guard !columns.isEmpty else {
      return Prose.text(
        Prose.wrap(
          "no runs to lay side by side yet: belay eval HARNESS --suite SUITE", width: width)
      )
    }
    var lines: [String] = []
    for column in columns {
      lines += Prose.parts(
        [
          "\(heading(column)) = \(column.candidate.name)",
          "\(column.run.suiteName)@\(column.run.fact.suite.short)", "\(column.run.id)",
          column.run.fact.rehearsal ?? "",
        ], width: width, indent: 2)
    }
    var table = TextTable(
      [TextTable.Column(title: "task", shrinksTo: 10)]
        + columns.enumerated().map { index, column in
          TextTable.Column(title: heading(column), leaves: index)
        } + [TextTable.Column(title: "", leaves: columns.count)])
    for row in rows {
      table.add([row.name] + row.cells.map(Self.mark) + [row.isFlaky ? "flaky" : ""])
    }
    let scores = columns.indices.map { index in
      let means = allRows.compactMap { $0.cells[index]?.mean }
      let lacks = allRows.contains { $0.cells[index]?.mean == nil }
      let mean = means.isEmpty ? nil : means.reduce(0, +) / Double(means.count)
      return lacks ? "(\(Figure.percent(mean)))" : Figure.percent(mean)
    }
    table.add(["mean of tasks"] + scores + [""])
    lines += table.lines(width: width)
    lines += Prose.parts(
      [
        "# pass", ". not the full score", "T limit", "E not scored", "? unfinished", "- not run",
        "(mean) tasks are missing",
        vaultOpenings > 0 ? "vault opened \(Figure.plural(vaultOpenings, "time"))" : "",
      ], width: width)
    if let cut = window.sentence(
      allRows.count, "tasks", fewer: isDiffering ? "" : "--changed")
    {
      lines += Prose.wrap(cut, width: width)
    }
    return Prose.text(lines)
  }

  // Twice the same candidate in different runs needs the run in its heading.
  private func heading(_ column: Subject) -> String {
    let same = columns.count { $0.candidate.id == column.candidate.id }
    return same > 1 ? column.label : "\(column.candidate.id)"
  }

  /// The trials of one cell; a dash where it has none.
  static func mark(_ tally: Tally?) -> String { tally?.mark ?? Figure.missing }
}
