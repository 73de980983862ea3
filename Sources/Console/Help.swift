internal import Base

/// Lays out help: names in one column, words in the next, wrapped to the width.
struct HelpLayout {
  let width: Int
  let style: Style
  private(set) var text = ""

  init(width: Int, style: Style) {
    self.width = min(max(width, 50), 100)
    self.style = style
  }

  mutating func paragraph(_ words: String) {
    for (index, line) in Self.filled(words).enumerated() {
      if index > 0, line.isEmpty || line.hasPrefix("  ") {
        text += line + "\n"
      } else {
        text += Self.wrap(line, width).joined(separator: "\n") + "\n"
      }
    }
  }

  /// The text with lines joined to paragraphs; an empty line parts them, `- ` and two blanks begin a line of
  /// their own.
  static func filled(_ words: String) -> [String] {
    var lines: [String] = []
    for line in words.split(separator: "\n", omittingEmptySubsequences: false) {
      let stands = line.isEmpty || line.hasPrefix("- ") || line.hasPrefix("  ")
      if let last = lines.last, !stands, !last.isEmpty, !last.hasPrefix("  ") {
        lines[lines.count - 1] += " " + line
      } else {
        lines.append(String(line))
      }
    }
    return lines
  }

  mutating func blank() { text += "\n" }

  mutating func heading(_ words: String) { text += "\n" + style.bold(words + ":") + "\n" }

  /// Rows of a name and what it is; long names get a line of their own.
  mutating func rows(_ rows: [(name: String, help: String)], column: Int? = nil) {
    let most = min(34, width / 2)
    let fit = rows.map(\.name.count).filter { $0 <= most }.max() ?? 0
    let column = (column ?? fit) + 4
    for (name, help) in rows {
      let lines = Self.wrap(help, max(width - column, 24))
      let lead = "  " + name
      var rest = lines[...]
      if lead.count + 2 <= column {
        text += lead + String(repeating: " ", count: column - lead.count) + (lines.first ?? "")
        rest = lines.dropFirst()
      } else {
        text += lead
      }
      text = text.trimmedEnd + "\n"
      for line in rest { text += String(repeating: " ", count: column) + line + "\n" }
    }
  }

  static func wrap(_ words: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in words.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [line]
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension Declaration {
  /// `-n, --limit N`, with room for the letter.
  var label: String {
    guard form != .argument else { return name }
    let letter = short.map { "-\($0), " } ?? "    "
    return letter + "--\(name)" + (form == .option ? " \(value)" : "")
  }

  /// What it is, with its default, its words and its twin in the environment.
  var explained: String {
    var text = help
    if let defaultText { text += " [default: \(defaultText)]" }
    if !choices.isEmpty { text += " [possible values: \(choices.joined(separator: ", "))]" }
    if let environment { text += " [env: \(environment)]" }
    if isRepeated, form == .option { text += " [may be repeated]" }
    return text
  }
}

extension Located {
  /// `belay eval [OPTIONS] HARNESS --suite SUITE`
  func usage(_ program: String) -> String {
    var words = [program] + self.words
    if !command.commands.isEmpty { return (words + ["COMMAND"]).joined(separator: " ") }
    for argument in command.arguments {
      let name = argument.isRepeated ? argument.name + "..." : argument.name
      words.append(argument.isRequired ? name : "[\(name)]")
    }
    words += command.options.filter(\.isRequired).map { "\($0.spelled) \($0.value)" }
    return (words + ["[OPTIONS]"]).joined(separator: " ")
  }
}
