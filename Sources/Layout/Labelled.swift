internal import Base

/// Lines of a screen with a word at the left that says what they are about.
package enum Labelled {
  /// The columns that labels take.
  package static let column = 10

  /// Lines as a page; whatever is still too wide is cut.
  package static func page(_ lines: [String], width: Int) -> String {
    Prose.text(lines.map { DisplayWidth.cut($0, to: max(width, 1)) })
  }

  /// One paragraph behind its label; an empty one is nothing.
  package static func line(_ label: String, _ text: String, width: Int) -> [String] {
    guard !text.isEmpty else { return [] }
    let lines = Prose.wrap(text, width: max(width - column, 10))
    return lines.enumerated().map { ($0 == 0 ? padded(label) : blank) + $1 }
  }

  /// Parts that are broken between them only; empty parts are left out.
  package static func parts(_ label: String, _ parts: [String], width: Int) -> [String] {
    let lines = Prose.parts(
      parts.filter { !$0.isEmpty }, width: max(width - column, 10), indent: 0)
    return lines.enumerated().map { ($0 == 0 ? padded(label) : blank) + $1 }
  }

  /// Several lines, the first behind the label, each wrapped on its own.
  package static func list(_ label: String, _ texts: [String], width: Int) -> [String] {
    let lines = texts.flatMap { Prose.wrap($0, width: max(width - column, 10), indent: 2) }
    return lines.enumerated().map { ($0 == 0 ? padded(label) : blank) + $1 }
  }

  private static let blank = String(repeating: " ", count: column)

  private static func padded(_ label: String) -> String {
    label + String(repeating: " ", count: max(1, column - label.count))
  }

  /// A proposer's own words in quotes: escaped, and no longer than a line.
  package static func quoted(_ text: String, to length: Int = 70) -> String {
    "\"\(DisplayWidth.cut(text.printable(), to: length))\""
  }
}
