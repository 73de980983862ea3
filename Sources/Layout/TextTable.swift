internal import Base

/// Rows under headings that fit a width: columns shrink, then leave, in the order that they allow.
package struct TextTable {
  /// One column of a table.
  package struct Column {
    /// The heading.
    package let title: String
    /// Whether figures line up at the right.
    package var right = false
    /// The least width to which it may shrink; nil for a column that is never cut.
    package var shrinksTo: Int?
    /// Columns with the highest value leave first when the rows are too wide; 0 stays.
    package var leaves = 0

    /// A column under a heading.
    package init(title: String, right: Bool = false, shrinksTo: Int? = nil, leaves: Int = 0) {
      self.title = title
      self.right = right
      self.shrinksTo = shrinksTo
      self.leaves = leaves
    }
  }

  let columns: [Column]
  /// The rows, safe to print.
  package private(set) var rows: [[String]] = []

  /// A table without rows.
  package init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row; whatever could act on the terminal is shown as an escape.
  package mutating func add(_ cells: [String]) { rows.append(cells.map { $0.printable() }) }

  /// The lines of the table, none wider than `width` where the columns allow it.
  ///
  /// `paint` may give a cell its tones: it is handed the row (-1 for the headings), the column and the text
  /// as it is shown.
  package func lines(
    width: Int, paint: (_ row: Int, _ column: Int, _ text: String) -> String = { $2 }
  ) -> [String] {
    let titles = columns.map(\.title)
    var natural = titles.map(DisplayWidth.of)
    for row in rows {
      for (index, cell) in row.enumerated() {
        natural[index] = max(natural[index], DisplayWidth.of(cell))
      }
    }
    // A column without a single value says nothing.
    var shown = columns.indices.filter { index in
      rows.isEmpty || rows.contains { !$0[index].isEmpty }
    }
    func least(_ index: Int) -> Int {
      min(natural[index], columns[index].shrinksTo ?? natural[index])
    }
    func leastTotal() -> Int { shown.reduce(0) { $0 + least($1) } + 2 * max(0, shown.count - 1) }
    while leastTotal() > width,
      let out = shown.filter({ columns[$0].leaves > 0 })
        .max(by: { columns[$0].leaves < columns[$1].leaves })
    {
      shown.removeAll { $0 == out }
    }
    let widths = fitted(shown, natural: natural, width: width, least: least)
    return ([titles] + rows).enumerated().map { place, cells in
      DisplayWidth.cut(
        line(cells, shown: shown, widths: widths) { paint(place - 1, $0, $1) }, to: max(width, 1))
    }
  }

  /// The table in Markdown; nothing in a cell is markup.
  package func markdown() -> String {
    let shown = shownColumns
    func line(_ cells: [String]) -> String {
      "| " + shown.map { Document.escaped(cells[$0]) }.joined(separator: " | ") + " |\n"
    }
    let rule = shown.map { columns[$0].right ? "---:" : "---" }.joined(separator: " | ")
    return line(columns.map(\.title)) + "| \(rule) |\n" + rows.map(line).joined()
  }

  /// The table as comma-separated values; nothing in it is a formula to a spreadsheet.
  package func csv() -> String {
    func field(_ text: String) -> String {
      let begins = text.first.map { "=+-@".contains($0) } ?? false
      let safe = begins && Double(text) == nil ? "'" + text : text
      let isPlain = !safe.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
      return isPlain ? safe : "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
    return ([columns.map(\.title)] + rows).map { cells in
      cells.map(field).joined(separator: ",") + "\r\n"
    }.joined()
  }

  private var shownColumns: [Int] {
    columns.indices.filter { index in rows.isEmpty || rows.contains { !$0[index].isEmpty } }
  }

  private func fitted(_ shown: [Int], natural: [Int], width: Int, least: (Int) -> Int) -> [Int] {
    var widths = natural
    var excess = shown.reduce(0) { $0 + widths[$1] } + 2 * max(0, shown.count - 1) - width
    while excess > 0,
      let widest = shown.filter({ widths[$0] > least($0) }).max(by: { widths[$0] < widths[$1] })
    {
      let step = min(excess, max(1, (widths[widest] - least(widest)) / 2))
      widths[widest] -= step
      excess -= step
    }
    return widths
  }

  private func line(
    _ cells: [String], shown: [Int], widths: [Int], paint: (Int, String) -> String
  ) -> String {
    var out = ""
    for (place, index) in shown.enumerated() {
      let cell = DisplayWidth.cut(cells[index], to: widths[index])
      let space = String(repeating: " ", count: widths[index] - DisplayWidth.of(cell))
      if place > 0 { out += "  " }
      let painted = cell.isEmpty ? cell : paint(index, cell)
      out += columns[index].right ? space + painted : painted + space
    }
    while out.hasSuffix(" ") { out.removeLast() }
    return out
  }
}
