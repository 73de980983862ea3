internal import Base
internal import Facts
package import Layout
internal import Score
internal import Stats

extension Leaderboard {
  /// The board, with what it leaves out and why.
  public func text(width: Int) -> String { text(width: width, isPart: false) }

  /// The board; as part of a page that says by itself which rows it shows.
  package func text(width: Int, isPart: Bool) -> String {
    guard let suiteName, let suite, let ranked else {
      return Prose.text(
        Prose.wrap("no runs to rank yet: \(hints.first ?? "belay eval --help")", width: width))
    }
    var lines = Prose.parts(
      [
        "\(suiteName)@\(suite.short)",
        "\(ranked.conditions.split.map { "\($0.rawValue), " } ?? "")"
          + Figure.plural(ranked.conditions.tasks, "task")
          + (ranked.conditions.isWhole ? "" : " of \(ranked.conditions.tasksInSplit)"),
        "\(ranked.conditions.trialsText) a task", "score in % with its 95% interval over tasks",
        "vault opened \(Figure.plural(vaultOpenings, "time"))",
        ranked.rows.compactMap(\.run.fact.rehearsal).first ?? "",
      ], width: width, indent: 2)
    let shown = shown
    if let first = shown.first, first.group.differences.isEmpty {
      lines += table(first.rows).lines(width: width)
      lines += notes(ranked, width: width)
    }
    if showsAll {
      for (group, rows) in shown where !group.differences.isEmpty {
        lines.append("")
        lines += Prose.wrap(
          "not comparable: \(reason(group))", width: width, indent: 2)
        lines += table(rows).lines(width: width)
      }
    }
    for mark in marks { lines += Prose.wrap(mark, width: width, indent: 2) }
    if !isPart, let cut = window.sentence(allRows, "rows", fewer: "--suite, --split") {
      lines += Prose.wrap(cut, width: width)
    }
    return Prose.text(lines)
  }

  /// What the marks behind candidates mean, of those that are shown.
  package var marks: [String] {
    let rows = rows
    return [
      rows.contains { $0.basis != nil } ? "† of a night, by trials that chose nothing" : nil,
      rows.contains(where: \.isChosen)
        ? "‡ a night chose it by these tasks: its score may overstate, and it has no place among others"
        : nil,
    ].compactMap { $0 }
  }

  private func reason(_ group: Group) -> String {
    let few = group.differences.prefix(3).joined(separator: "; ")
    return group.differences.count > 3 ? "\(few); and \(group.differences.count - 3) more" : few
  }

  private func notes(_ ranked: Group, width: Int) -> [String] {
    var lines: [String] = []
    if ranked.rows.contains(where: \.isTied) {
      lines += Prose.wrap(
        "= the paired test over tasks cannot tell it from the first row of its place", width: width,
        indent: 2)
    }
    if ranked.rows.contains(where: { $0.evaluations > 1 }) {
      lines += Prose.wrap(
        "n× evaluated n times under these conditions; the newest run stands here", width: width,
        indent: 3)
    }
    for row in ranked.rows where row.mean == nil {
      lines += Prose.wrap(
        "\(row.run.id) \(row.candidate.id) undecided: \(row.reasons.joined(separator: "; "))",
        width: width, indent: 2)
    }
    guard !showsAll else { return lines }
    for group in groups.dropFirst().prefix(5) {
      let first = group.rows.first.map { "\($0.run.id)" } ?? ""
      lines += Prose.wrap(
        "not comparable, \(Figure.plural(group.rows.count, "row")) (\(first)…): \(reason(group))",
        width: width, indent: 2)
    }
    if groups.count > 6 {
      lines.append("and \(groups.count - 6) more groups that are not comparable (--all)")
    }
    if otherDigests > 0 {
      lines += Prose.wrap(
        "not comparable, \(Figure.plural(otherDigests, "row")): another digest of "
          + "\(suiteName ?? "") (--suite DIGEST)", width: width, indent: 2)
    }
    return lines
  }

  /// The tables of the page, the ranked one first, each with what sets it apart; for other forms than text.
  package var tables: [(title: String, table: TextTable)] {
    shown.map { group, rows in
      let what =
        "\(suiteName ?? "")@\(suite?.short ?? "")"
        + (group.conditions.split.map { ", \($0.rawValue)" } ?? "")
        + ", \(Figure.plural(group.conditions.tasks, "task")), \(group.conditions.trialsText) a task"
      return (
        group.differences.isEmpty ? what : "\(what); not comparable: \(reason(group))", table(rows)
      )
    }
  }

  private func table(_ rows: [Row]) -> TextTable {
    var table = TextTable([
      TextTable.Column(title: "#", right: true),
      TextTable.Column(title: "run"),
      TextTable.Column(title: "candidate"),
      TextTable.Column(title: "harness", shrinksTo: 8),
      TextTable.Column(title: "model", shrinksTo: 10, leaves: 7),
      TextTable.Column(title: "score", right: true),
      TextTable.Column(title: "interval", right: true),
      TextTable.Column(title: "scored", right: true, leaves: 2),
      TextTable.Column(title: "$/trial", right: true, leaves: 3),
      TextTable.Column(title: "tok/trial", right: true, leaves: 4),
      TextTable.Column(title: "time/trial", right: true, leaves: 5),
      TextTable.Column(title: "date", leaves: 6),
      TextTable.Column(title: "verified", leaves: 1),
    ])
    for row in rows {
      let score = row.score
      let rank = row.rank.map { "\($0)\(row.isTied ? "=" : " ")" } ?? Figure.missing + " "
      let times = row.evaluations > 1 ? " \(row.evaluations)×" : ""
      table.add([
        rank, "\(row.run.id)",
        "\(row.candidate.id)\(row.basis == nil ? "" : "†")\(row.isChosen ? "‡" : "")\(times)",
        row.candidate.name, row.models.joined(separator: " "),
        Figure.percent(score?.mean), Figure.range(score?.interval),
        "\(row.standing.tally.scored)/\(row.standing.tally.trials)",
        Figure.dollars(row.costEach), Figure.count(row.tokensEach),
        Figure.duration(milliseconds: row.wallEach),
        String("\(row.run.fact.startedAt)".prefix(10)), row.verified?.text ?? "",
      ])
    }
    return table
  }
}
