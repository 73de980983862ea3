internal import Base
internal import Facts
internal import Layout
internal import Score
internal import Stats

extension Leaderboard {
  /// The board, with what it leaves out and why.
  public func text(width: Int) -> String { text(width: width, isPart: false) }

  /// The board; as part of a page that says by itself which rows it shows.
  package func text(width: Int, isPart: Bool) -> String {
    guard let ranked, suite != nil else {
      return Prose.text(
        Prose.wrap("no runs to rank yet: \(hints.first ?? "belay eval --help")", width: width))
    }
    var lines = Prose.parts(what(ranked) + facts, width: width, indent: 2)
    let shown = shown
    if let first = shown.first, first.group.differences.isEmpty {
      lines += table(first.rows).lines(width: width)
      for note in notes { lines += Prose.wrap(note, width: width, indent: 2) }
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

  // What is ranked.
  private func what(_ group: Group) -> [String] {
    [
      "\(suiteName ?? "")@\(suite?.short ?? "")",
      "\(group.conditions.split.map { "\($0.rawValue), " } ?? "")"
        + Figure.plural(group.conditions.tasks, "task")
        + (group.conditions.isWhole ? "" : " of \(group.conditions.tasksInSplit)"),
      "\(group.conditions.trialsText) a task",
    ]
  }

  // How to read it, and whether to believe it.
  private var facts: [String] {
    [
      "score in % with its 95% interval over tasks",
      "vault opened \(Figure.plural(vaultOpenings, "time"))",
      ranked.flatMap(Self.rehearsal) ?? "",
    ].filter { !$0.isEmpty }
  }

  private static func rehearsal(_ group: Group) -> String? {
    group.rows.compactMap(\.run.fact.rehearsal).first
  }

  // What the ranked rows do not say themselves, and what does not stand among them.
  private var notes: [String] {
    guard let ranked else { return [] }
    var notes: [String] = []
    if ranked.rows.contains(where: \.isTied) {
      notes.append("= the paired test over tasks cannot tell it from the first row of its place")
    }
    if ranked.rows.contains(where: { $0.evaluations > 1 }) {
      notes.append("n× evaluated n times under these conditions; the newest run stands here")
    }
    for row in ranked.rows where row.mean == nil {
      notes.append(
        "\(row.run.id) \(row.candidate.id) undecided: \(row.reasons.joined(separator: "; "))")
    }
    guard !showsAll else { return notes }
    for group in groups.dropFirst().prefix(5) {
      let first = group.rows.first.map { "\($0.run.id)" } ?? ""
      notes.append(
        "not comparable, \(Figure.plural(group.rows.count, "row")) (\(first)…): \(reason(group))")
    }
    if groups.count > 6 {
      notes.append("and \(groups.count - 6) more groups that are not comparable (--all)")
    }
    if otherDigests > 0 {
      notes.append(
        "not comparable, \(Figure.plural(otherDigests, "row")): another digest of "
          + "\(suiteName ?? "") (--suite DIGEST)")
    }
    return notes
  }

  /// The board in Markdown: its tables, the ranked one first, with what the text says of them.
  package var markdown: String {
    func paragraphs(_ texts: [String]) -> String {
      texts.map { "\n\(Document.escaped($0))\n" }.joined()
    }
    guard ranked != nil else { return paragraphs(["no runs to rank yet"]) }
    var isFirst = true
    return shown.map { group, rows in
      defer { isFirst = false }
      let isRanked = group.differences.isEmpty
      var title = what(group).joined(separator: ", ")
      if !isRanked { title += "; not comparable: \(reason(group))" }
      var said = isFirst ? facts : []
      if let mark = Self.rehearsal(group), !said.contains(mark) { said.append(mark) }
      return "\n**\(Document.escaped(title))**\n"
        + (said.isEmpty ? "" : paragraphs([said.joined(separator: "; ")]))
        + "\n\(table(rows).markdown())" + (isRanked ? paragraphs(notes) : "")
    }.joined() + paragraphs(marks)
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
