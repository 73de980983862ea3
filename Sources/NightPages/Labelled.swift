package import Base
package import Layout

/// Lines of a screen with a word at the left that says what they are about.
package enum Labelled {
  /// The columns of a label and the space behind it.
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

extension Figure {
  /// A difference in points of the mean score: `+10.7 pp`.
  package static func points(_ value: Double?) -> String { "\(percent(value, signed: true)) pp" }

  /// Thousands apart: `20,400`.
  package static func grouped(_ value: Int) -> String {
    var digits = Array(String(abs(value)))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return (value < 0 ? "-" : "") + String(digits)
  }

  /// The time of day in UTC: `06:51Z`.
  package static func clock(_ time: Timestamp) -> String {
    "\(time.description.dropFirst(11).prefix(5))Z"
  }
}

extension Money {
  /// The money in words; what nobody knows is said and never counted as nothing.
  package var words: String {
    guard known + unknown > 0 else { return "nothing" }
    guard let costUSD else { return "unknown" }
    return Figure.dollars(costUSD)
      + (unknown > 0 ? " and what \(unknown) parts cost is unknown" : "")
  }

  var json: JSON {
    [
      "cost_usd": .number(costUSD), "tokens": .optional(tokens), "parts_known": .int(known),
      "parts_unknown": .int(unknown),
    ]
  }
}
