internal import Base

/// The cells of a table of other people's making, row by row.
enum TableRows {
  private static let limit = 200_000

  /// The rows that are not blank, each cell without white space around it; in a CSV a cell may be quoted, and
  /// then hold commas, ends of lines and, doubled, quotes.
  static func read(_ text: String, place: String) throws(BelayError) -> [[String]] {
    let head = text.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }
    guard let head else {
      throw BelayError(.usage, "expected a table with a line of names", place: place)
    }
    let rows =
      head.contains("\t") ? try separated(text, place) : try quoted(text, place)
    return rows.filter { !$0.allSatisfy(\.isEmpty) }
  }

  private static func separated(_ text: String, _ place: String) throws(BelayError) -> [[String]] {
    let lines = text.split(whereSeparator: \.isNewline)
    try check(lines.count, place)
    return lines.map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0).trimmed }
    }
  }

  private static func quoted(_ text: String, _ place: String) throws(BelayError) -> [[String]] {
    var rows: [[String]] = []
    var cells: [String] = []
    var cell = ""
    // Where the quote was opened that is open now.
    var opened: Int?
    var line = 1
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if character.isNewline { line += 1 }
      switch character {
      case "\"" where opened != nil && rest.first == "\"":
        rest.removeFirst()
        cell.append("\"")
      case "\"" where opened != nil: opened = nil
      // A quote within a cell that does not begin with one is a quote like any other character.
      case "\"" where cell.allSatisfy(\.isWhitespace):
        cell = ""
        opened = line
      case "," where opened == nil:
        cells.append(cell.trimmed)
        cell = ""
      case _ where opened == nil && character.isNewline:
        rows.append(cells + [cell.trimmed])
        cells = []
        cell = ""
        try check(rows.count, place)
      default: cell.append(character)
      }
    }
    if let opened {
      throw BelayError(
        .usage, "the quote that opens in line \(opened) is never closed", place: place)
    }
    return rows + [cells + [cell.trimmed]]
  }

  private static func check(_ rows: Int, _ place: String) throws(BelayError) {
    guard rows <= limit else {
      throw BelayError(.usage, "a table of more than \(limit) lines", place: place)
    }
  }
}
