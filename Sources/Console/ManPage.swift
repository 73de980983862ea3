internal import Base

extension Program {
  /// The manual page in roff, section 1, with every command.
  public func manPage() -> String {
    var roff = Roff()
    roff.raw(".TH \(name.uppercased()) 1 \"\" \"\(name) \(version)\" \"User Commands\"")
    roff.section("NAME")
    roff.raw("\(name) \\- \(Roff.escape(summary))")
    roff.section("SYNOPSIS")
    roff.raw(".B \(name)")
    roff.text("COMMAND [OPTIONS]")
    roff.section("EXAMPLES")
    for example in examples { roff.item(example.line, example.meaning) }
    roff.section("COMMANDS")
    for leaf in leaves {
      roff.raw(".SS \(Roff.escape(leaf.usage(name)))")
      roff.text(leaf.command.summary + ".")
      if !leaf.command.discussion.isEmpty { roff.text(leaf.command.discussion) }
      for parameter in leaf.ownParameters.map(\.declaration) {
        roff.item(parameter.label.trimmed, parameter.explained)
      }
      for example in leaf.command.examples {
        roff.item(example.line, example.meaning)
      }
    }
    roff.section("GLOBAL OPTIONS")
    for option in globalOptions { roff.item(option.label.trimmed, option.explained) }
    for topic in topics {
      roff.section(topic.name.uppercased())
      roff.verbatim(topic.text)
    }
    return roff.page
  }
}

/// Writes roff: whatever the text holds, it cannot be taken for a request.
struct Roff {
  private(set) var page = ""

  mutating func raw(_ line: String) { page += line + "\n" }

  mutating func section(_ name: String) { raw(".SH \(Self.escape(name))") }

  mutating func text(_ words: String) {
    for (index, line) in HelpLayout.filled(words).enumerated() {
      if line.isEmpty {
        raw(".PP")
      } else {
        if index > 0 { raw(".br") }
        raw(Self.escape(line.trimmed))
      }
    }
  }

  mutating func item(_ name: String, _ words: String) {
    raw(".TP")
    raw("\\fB\(Self.escape(name))\\fR")
    text(words)
  }

  mutating func verbatim(_ words: String) {
    raw(".nf")
    for line in words.split(separator: "\n", omittingEmptySubsequences: false) {
      raw(Self.escape(String(line)))
    }
    raw(".fi")
  }

  static func escape(_ text: String) -> String {
    var out = ""
    for character in text {
      switch character {
      case "\\": out += "\\e"
      case "-": out += "\\-"
      case "'": out += "\\(aq"
      case "\"": out += "\\(dq"
      default: out.append(character)
      }
    }
    return out.hasPrefix(".") ? "\\&" + out : out
  }
}
