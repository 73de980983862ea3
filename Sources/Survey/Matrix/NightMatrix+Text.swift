internal import Base
internal import Facts
public import Layout
internal import NightReading

extension NightMatrix {
  /// The plain grid.
  public func text(width: Int) -> String { text(width: width, ink: .plain) }

  /// The grid, with its legend.
  public func text(width: Int, ink: Ink) -> String {
    var lines = view.heading(width: width)
    lines += Prose.parts(
      ["\(split.rawValue) tasks"]
        + columns.map { column in
          column.title == "\(column.candidate)" ? "" : "\(column.title) = \(column.candidate)"
        }, width: width, indent: 2)
    guard !rows.isEmpty else {
      let why =
        columns.isEmpty
        ? "no candidate was put together yet"
        : means.contains { $0 != nil }
          ? "no task differs between the columns" : "no trial on these tasks yet"
      return Prose.text(lines + [why])
    }
    var table = TextTable(
      [TextTable.Column(title: "task", shrinksTo: 12)]
        + columns.map {
          TextTable.Column(title: $0.title + ($0.isSelected ? "*" : ""), right: metric != .pass)
        }
        + [
          TextTable.Column(title: columns.count > 1 ? "last-first" : "", right: true, leaves: 1),
          TextTable.Column(title: "", leaves: 2),
        ])
    for row in shown {
      let delta = columns.count > 1 ? row.delta(metric) : nil
      table.add(
        [row.name] + row.cells.map(cell) + [
          delta.map(difference) ?? "", row.isFlaky ? "flaky" : "",
        ]
      )
    }
    if metric == .pass {
      let most = means.compactMap { $0?.tasks }.max() ?? 0
      let means = zip(columns, means).map { column, mean -> String in
        guard let mean, !column.isSelected else { return Figure.missing }
        return Figure.percent(mean.mean) + (mean.tasks < most ? " of \(mean.tasks)" : "")
      }
      table.add(["mean of all tasks"] + means + ["", ""])
    }
    lines += table.lines(width: width) { row, column, text in
      paint(text, row: row, column: column, ink: ink)
    }
    lines += legend(width: width)
    if let cut = window.sentence(rows.count, "tasks", fewer: isChanged ? "" : "--changed") {
      lines += Prose.wrap(cut, width: width)
    }
    return Prose.text(lines)
  }

  private func cell(_ cell: Cell?) -> String {
    guard let cell else { return Figure.missing }
    switch metric {
    case .pass: return Self.marks(cell)
    case .cost: return Figure.dollars(cell.mean(.cost))
    case .time: return Figure.duration(milliseconds: cell.mean(.time).map { Int($0) })
    }
  }

  private func difference(_ value: Double) -> String {
    switch metric {
    case .pass: Figure.percent(value, signed: true)
    case .cost: (value < 0 ? "-" : "+") + Figure.dollars(abs(value))
    case .time: (value < 0 ? "" : "+") + Figure.duration(milliseconds: Int(value))
    }
  }

  private func paint(_ text: String, row: Int, column: Int, ink: Ink) -> String {
    guard ink.colours != .none, row >= 0, row < shown.count else { return text }
    if column == columns.count + 1, let delta = shown[row].delta(metric), abs(delta) > 1e-9 {
      let isGood = metric == .pass ? delta > 0 : delta < 0
      return ink.painted(text, isGood ? .good : .bad)
    }
    guard metric == .pass, column >= 1, column <= columns.count else { return text }
    // Runs of one letter share a tone.
    var out = ""
    var piece = ""
    var tone: Tone?
    for character in text {
      let next: Tone? =
        switch character {
        case "#": .good
        case ".": .dim
        case "T", "E": .warning
        case "R": .bad
        default: nil
        }
      if next != tone {
        out += tone.map { ink.painted(piece, $0) } ?? piece
        piece = ""
        tone = next
      }
      piece.append(character)
    }
    return out + (tone.map { ink.painted(piece, $0) } ?? piece)
  }

  private func legend(width: Int) -> [String] {
    var lines = Prose.parts(
      metric == .pass
        ? [
          "# pass", "+ partial", ". fail", "T limit", "R refusal", "E not scored", "? unfinished",
          "- not run",
        ] : ["of a trial, the mean of those that say", "- unknown or not run"], width: width)
    let isSelected = columns.contains(where: \.isSelected)
    if isSelected {
      lines += Prose.wrap(
        split == .gate
          ? "* trials of its race, which chose or refused it: no mean is told"
          : "* trials of the screening, few for each candidate, which chose: no mean is told",
        width: width, indent: 2)
    }
    if split == .gate {
      lines += Prose.wrap(
        "fresh trials; these tasks chose who was adopted, so that their gains overstate; sealed tasks are "
          + "told as a whole alone: belay report \(view.run.id)", width: width, indent: 2)
    }
    return lines
  }
}
