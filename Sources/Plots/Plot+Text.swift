internal import Base
public import Layout

extension Plot {
  /// The figure as lines of characters, none wider than `width`; safe to print.
  public func lines(width: Int, height: Int = 14, ink: Ink) -> [String] {
    switch self {
    case .chart(let chart): chart.lines(width: width, height: height, ink: ink)
    case .forest(let forest): forest.lines(width: width, ink: ink)
    }
  }
}

/// The marks of the first series, the second and so on; hollow ones are expectations.
enum Marks {
  static func tone(_ index: Int) -> Tone {
    [Tone.first, .second, .third, .fourth][index % 4]
  }

  static func character(_ index: Int, isExpectation: Bool, _ ink: Ink) -> Character {
    let solid: [Character] = ink.isUnicode ? ["●", "▲", "■", "◆"] : ["o", "^", "#", "*"]
    let hollow: [Character] = ink.isUnicode ? ["○", "△", "□", "◇"] : ["c", "v", "=", "+"]
    return (isExpectation ? hollow : solid)[index % 4]
  }
}

extension Chart {
  func lines(width: Int, height: Int, ink: Ink) -> [String] {
    var lines = Prose.wrap(title, width: width, indent: 2).map { ink.painted($0, .strong) }
    guard !isEmpty else { return lines + about(width: width, ink: ink) }
    let rows = max(height, 4)
    let scale = Scale(ys, y, count: max(rows / 2, 2))
    let marks = scale.ticks.map { y.text($0, step: scale.step) }
    let margin = (marks.map(DisplayWidth.of).max() ?? 0) + 1
    let columns = max(width - margin - 2, 8)
    let across = Scale(xs, x, count: max(columns / 12, 2))
    lines.append(DisplayWidth.cut(y.label.printable(), to: width))
    var canvas = Canvas(columns: columns, rows: rows, ink: ink)
    draw(on: &canvas, across, scale, ink)
    let drawn = canvas.lines
    var labels = [String?](repeating: nil, count: rows)
    for (tick, text) in zip(scale.ticks, marks) {
      let row = rows - 1 - Int((scale.place(tick) * Double(rows - 1)).rounded())
      labels[row] = labels[row] ?? text
    }
    let wall = ink.isUnicode ? "│" : "|"
    for (row, line) in drawn.enumerated() {
      let label = labels[row] ?? ""
      let space = String(repeating: " ", count: max(0, margin - 1 - DisplayWidth.of(label)))
      let edge = ink.isUnicode && labels[row] != nil ? "┤" : wall
      lines.append(Self.trimmed("\(space)\(label) \(ink.painted(edge, .dim))\(line)"))
    }
    lines += floor(across, margin: margin, columns: columns, ink)
    return lines.map { DisplayWidth.cut($0, to: width) } + legend(width: width, ink: ink)
      + about(width: width, ink: ink)
  }

  private static func trimmed(_ line: String) -> String {
    var line = line
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }

  private func draw(on canvas: inout Canvas, _ across: Scale, _ scale: Scale, _ ink: Ink) {
    func at(_ x: Double, _ y: Double) -> (x: Int, y: Int) {
      canvas.place(across.place(x), scale.place(y))
    }
    // What is drawn first lies on top of what comes later: marks, then whiskers, lines and rules.
    for (index, series) in series.enumerated() {
      let mark = Marks.character(index, isExpectation: series.isExpectation, ink)
      for (point, _) in marked(series, most: canvas.columns / 4) {
        canvas.mark(at(point.x + shift(index), point.y), mark, Marks.tone(index))
      }
    }
    for (index, series) in series.enumerated() {
      let tone = Marks.tone(index)
      for point in series.points {
        if let low = point.low, let high = point.high {
          let x = point.x + shift(index)
          canvas.line(at(x, low), at(x, high), tone, plain: "|")
        }
        if let low = point.lowX, let high = point.highX {
          canvas.line(at(low, point.y), at(high, point.y), tone, plain: "-")
        }
      }
      for (one, two) in zip(series.points, series.points.dropFirst()) {
        switch series.form {
        case .marks: break
        case .line:
          canvas.line(
            at(one.x, one.y), at(two.x, two.y), tone, isBroken: series.isExpectation)
        case .steps:
          canvas.line(
            at(one.x, one.y), at(two.x, one.y), tone, plain: "-", isBroken: series.isExpectation)
        }
      }
      if series.form == .steps, let last = series.points.last {
        canvas.line(
          at(last.x, last.y), at(across.high, last.y), tone, plain: "-",
          isBroken: series.isExpectation)
      }
    }
    for (index, series) in series.enumerated() where series.points.count <= 40 {
      for point in series.points where !point.label.isEmpty {
        canvas.write(
          DisplayWidth.cut(point.label.printable(), to: 16),
          beside: at(point.x + shift(index), point.y),
          Marks.tone(index))
      }
    }
    for rule in rules {
      let y = scale.place(rule.y)
      canvas.line(
        canvas.place(0, y), canvas.place(1, y), .dim, plain: "-", isBroken: true)
    }
  }

  private func floor(_ across: Scale, margin: Int, columns: Int, _ ink: Ink) -> [String] {
    var line = [Character](repeating: ink.isUnicode ? "─" : "-", count: columns)
    var words = [Character](repeating: " ", count: columns + margin + 2)
    var free = 0
    for tick in across.ticks {
      let column = Int((across.place(tick) * Double(columns - 1)).rounded())
      line[column] = ink.isUnicode ? "┬" : "+"
      let text = x.text(tick, step: across.step)
      // The label stands below its mark as far as there is room.
      let start = max(
        0, min(margin + 1 + column - text.count / 2, words.count - text.count))
      guard start >= free else { continue }
      for (offset, character) in text.enumerated() where start + offset < words.count {
        words[start + offset] = character
      }
      free = start + text.count + 1
    }
    let corner = ink.isUnicode ? "└" : "+"
    let space = String(repeating: " ", count: margin)
    let axis = space + ink.painted(corner + String(line), .dim)
    let title = x.label.printable()
    let indent = String(repeating: " ", count: max(0, margin + columns - DisplayWidth.of(title)))
    return [axis, Self.trimmed(String(words)), indent + title]
  }

  private func legend(width: Int, ink: Ink) -> [String] {
    var lines: [String] = []
    for (index, series) in series.enumerated() {
      let mark = String(Marks.character(index, isExpectation: series.isExpectation, ink))
      let wrapped = Prose.wrap(
        series.name + (series.isExpectation ? " (an expectation, no result)" : ""),
        width: max(width - 2, 10))
      for (place, line) in wrapped.enumerated() {
        lines.append((place == 0 ? ink.painted(mark, Marks.tone(index)) : " ") + " " + line)
      }
    }
    for rule in rules {
      lines += Prose.wrap("- - \(rule.label)", width: width, indent: 4)
    }
    return lines
  }

  private func about(width: Int, ink: Ink) -> [String] {
    about.flatMap { Prose.wrap($0, width: width, indent: 2) }.map { ink.painted($0, .dim) }
  }
}

extension Forest {
  func lines(width: Int, ink: Ink) -> [String] {
    var lines = Prose.wrap(title, width: width, indent: 2).map { ink.painted($0, .strong) }
    guard !rows.isEmpty else { return lines + notes(width: width, ink: ink) }
    let names = rows.map { $0.label.printable() }
    let figures = rows.map { "\(axis.text($0.mean)) [\(axis.text($0.low)), \(axis.text($0.high))]" }
    let labelWidth = min(names.map(DisplayWidth.of).max() ?? 0, max(width / 3, 8))
    let figureWidth = figures.map(DisplayWidth.of).max() ?? 0
    let columns = max(width - labelWidth - figureWidth - 4, 8)
    let scale = Scale(rows.flatMap { [$0.low, $0.high] }, axis, count: max(columns / 10, 2))
    let groups = Array(Set(rows.map(\.group))).sorted()
    for (row, (name, figure)) in zip(rows, zip(names, figures)) {
      var canvas = Canvas(columns: columns, rows: 1, ink: ink)
      let index = groups.firstIndex(of: row.group) ?? 0
      func at(_ value: Double) -> (x: Int, y: Int) {
        (canvas.place(scale.place(value), 0).x, canvas.height / 2)
      }
      canvas.mark(
        at(row.mean), Marks.character(index, isExpectation: true, ink), Marks.tone(index))
      canvas.line(at(row.low), at(row.high), Marks.tone(index), plain: "-")
      if let anchor = axis.anchor, anchor < row.low || anchor > row.high {
        canvas.mark(at(anchor), ink.isUnicode ? "┊" : "|", .dim)
      }
      let label = DisplayWidth.cut(name, to: labelWidth)
      let space = String(repeating: " ", count: labelWidth - DisplayWidth.of(label))
      let gap = String(repeating: " ", count: figureWidth - DisplayWidth.of(figure))
      lines.append("\(label)\(space)  \(canvas.lines.joined())  \(gap)\(figure)")
    }
    var words = [Character](repeating: " ", count: columns + 8)
    var free = 0
    for tick in scale.ticks {
      let text = axis.text(tick, step: scale.step)
      let middle = Int((scale.place(tick) * Double(columns - 1)).rounded())
      let start = max(0, middle - text.count / 2)
      guard start >= free, start + text.count <= words.count else { continue }
      for (offset, character) in text.enumerated() { words[start + offset] = character }
      free = start + text.count + 1
    }
    var foot = String(repeating: " ", count: labelWidth + 2) + String(words)
    while foot.hasSuffix(" ") { foot.removeLast() }
    lines.append(foot)
    lines.append(String(repeating: " ", count: labelWidth + 2) + axis.label.printable())
    for (index, group) in groups.enumerated() where !group.isEmpty {
      let mark = String(Marks.character(index, isExpectation: true, ink))
      lines.append("\(ink.painted(mark, Marks.tone(index))) \(group.printable())")
    }
    return lines.map { DisplayWidth.cut($0, to: max(width, 1)) }
      + notes(width: width, ink: ink)
  }

  private func notes(width: Int, ink: Ink) -> [String] {
    about.flatMap { Prose.wrap($0, width: width, indent: 2) }.map { ink.painted($0, .dim) }
  }
}
