internal import Base

extension Document {
  /// The page for a terminal: a word at the left, what there is to say beside it.
  public func text(width: Int) -> String {
    var lines = Prose.parts([title] + parts + [notice ?? ""], width: width, indent: 2)
    for section in sections { lines += section.lines(width: width) }
    return Labelled.page(lines, width: width)
  }

  /// The page as Markdown, which no text from outside can mark up.
  public var markdown: String {
    var out = "# \(([title] + parts).map(Self.escaped).joined(separator: ", "))\n"
    if let notice { out += "\n> **\(Self.escaped(notice))**\n" }
    for section in sections {
      out += "\n## \(Self.escaped(section.label.uppercasedFirst))\n"
      for block in section.blocks {
        let text = Self.markdown(block)
        if !text.isEmpty { out += "\n\(text)" }
      }
    }
    return out
  }

  private static func markdown(_ block: Block) -> String {
    switch block {
    case .paragraph(let text): return escaped(text) + "\n"
    case .list(let texts): return texts.map { "- \(escaped($0))\n" }.joined()
    case .steps(let counts, let after): return escaped(Block.words(counts, after)) + "\n"
    case .tally(let counts, let more):
      return Block.words(counts, more: more).map { "- \(escaped($0))\n" }.joined()
    case .table(let table):
      func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |\n" }
      var out = row(table.columns.map { escaped($0.title) })
      out += row(table.columns.map { $0.isFigure ? "---:" : "---" })
      for cells in table.rows { out += row(cells.map(escaped)) }
      return table.note.isEmpty ? out : "\(out)\n\(escaped(table.note))\n"
    case .interval: return ""
    case .commands(let lines): return lines.map { "- \(code($0))\n" }.joined()
    }
  }

  // A fence longer than any in the text, so that none ends it.
  private static func code(_ text: String) -> String {
    let shown = text.printable()
    var longest = 0
    var run = 0
    for character in shown {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    return longest == 0 ? "`\(shown)`" : "\(fence) \(shown) \(fence)"
  }

  /// A text in Markdown in which nothing is markup: neither links nor HTML.
  package static func escaped(_ text: String) -> String {
    var out = ""
    for character in text.printable() {
      if "\\`*_{}[]<>()#|!&~".contains(character) { out.append("\\") }
      out.append(character)
    }
    return out
  }
}

extension Document.Section {
  fileprivate func lines(width: Int) -> [String] {
    let room = max(width - Labelled.column, 10)
    let blank = String(repeating: " ", count: Labelled.column)
    var lines: [String] = []
    for block in blocks {
      switch block {
      case .paragraph(let text): lines += Prose.wrap(text, width: room, indent: 2)
      case .list(let texts):
        lines += texts.flatMap { Prose.wrap($0, width: room, indent: 2) }
      case .steps(let counts, let after):
        lines += Prose.wrap(Document.Block.words(counts, after), width: room, indent: 2)
      case .tally(let counts, let more):
        lines += Prose.parts(Document.Block.words(counts, more: more), width: room, indent: 2)
      case .table(let table): lines += table.lines(width: room)
      case .interval(let interval): lines += interval.lines(width: room)
      case .commands(let commands): lines += Prose.parts(commands, width: room)
      }
    }
    return lines.enumerated().map { index, line in
      guard index == 0 else { return blank + line }
      let word = label.printable()
      return word + String(repeating: " ", count: max(1, Labelled.column - word.count)) + line
    }
  }
}

extension Document.Table {
  fileprivate func lines(width: Int) -> [String] {
    var leaves = columns.count
    var text = TextTable(
      columns.map { column in
        leaves -= 1
        return TextTable.Column(
          title: column.title.printable(), right: column.isFigure,
          shrinksTo: column.yields ? 12 : nil,
          leaves: column.yields && column.title != columns.first(where: \.yields)?.title
            ? leaves + 1 : 0)
      })
    for row in rows { text.add(row) }
    return text.lines(width: width) + (note.isEmpty ? [] : Prose.wrap(note, width: width))
  }
}

extension Document.Interval {
  /// Where the picture of it begins and ends: whole tens of points around it and 0.
  var span: ClosedRange<Double> {
    let low = (min(self.low, 0, mean) * 10).rounded(.down) / 10
    let high = (max(self.high, 0, mean) * 10).rounded(.up) / 10
    return low...max(high, low + 0.1)
  }

  /// One line with the interval drawn beside 0.
  fileprivate func lines(width: Int) -> [String] {
    let span = span
    func end(_ value: Double) -> String {
      value == 0 ? "0" : Figure.fixed(value * 100, 0, signed: true)
    }
    let (from, to) = (end(span.lowerBound), end(span.upperBound))
    let columns = min(50, width - from.count - to.count - 2)
    guard columns >= 12, mean.isFinite, low.isFinite, high.isFinite else { return [] }
    func place(_ value: Double) -> Int {
      let share = (value - span.lowerBound) / (span.upperBound - span.lowerBound)
      return min(max(Int((share * Double(columns - 1)).rounded()), 0), columns - 1)
    }
    var drawing = [Character](repeating: ".", count: columns)
    for at in place(low)...max(place(high), place(low)) { drawing[at] = "=" }
    drawing[place(low)] = "["
    drawing[place(high)] = "]"
    drawing[place(0)] = "0"
    drawing[place(mean)] = "*"
    let line = "\(from) \(String(drawing)) \(to)"
    let ends =
      "  \(Figure.percent(low, signed: true)) to \(Figure.percent(high, signed: true)) pp"
    return DisplayWidth.of(line + ends) <= width ? [line + ends] : [line]
  }
}

extension String {
  /// The text with a capital at its beginning.
  package var uppercasedFirst: String { prefix(1).uppercased() + dropFirst() }
}
