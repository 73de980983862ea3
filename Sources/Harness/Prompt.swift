/// A prompt file: what stands before its first `## ` heading, and its sections.
public struct Prompt: Sendable, Hashable {
  /// One section, a component of its own.
  public struct Section: Sendable, Hashable {
    /// The heading without its marks.
    public let title: String
    /// The heading's line, from 1.
    public let line: Int
    /// What stands below the heading, without empty lines around it.
    public let body: String
    /// Whether it is shown; a knob may switch it off.
    public var isOn = true
  }

  /// The path below the harness's folder.
  public let path: String
  /// What stands before the first section, without empty lines around it.
  public let preamble: String
  /// The sections in their order.
  public var sections: [Section]

  /// Takes a file apart. Headings inside fenced code are none.
  public init(path: String, text: String) {
    self.path = path
    var preamble: [Substring] = []
    var sections: [Section] = []
    var open: (title: String, line: Int, body: [Substring])?
    var fence: Substring?
    func close() {
      guard let open else { return }
      sections.append(
        Section(title: open.title, line: open.line, body: Prompt.trimmed(open.body)))
    }
    for (index, raw) in text.rawLines.enumerated() {
      let line = raw.hasSuffix("\r") ? raw.dropLast() : raw
      let mark = line.drop { $0 == " " }.prefix { $0 == "`" || $0 == "~" }
      if let opened = fence {
        if mark.hasPrefix(opened) { fence = nil }
      } else if mark.hasPrefix("```") || mark.hasPrefix("~~~") {
        fence = mark
      } else if line.hasPrefix("## ") {
        close()
        let title = line.dropFirst(3).split(separator: " ").joined(separator: " ")
        open = (title, index + 1, [])
        continue
      }
      if open == nil { preamble.append(line) } else { open?.body.append(line) }
    }
    close()
    self.preamble = Prompt.trimmed(preamble)
    self.sections = sections
  }

  /// The prompt as a model is shown it: without the sections that are switched off.
  public var text: String {
    var blocks = preamble.isEmpty ? [] : [preamble]
    for section in sections where section.isOn {
      blocks.append("## \(section.title)\(section.body.isEmpty ? "" : "\n\n\(section.body)")")
    }
    return blocks.joined(separator: "\n\n")
  }

  private static func trimmed(_ lines: [Substring]) -> String {
    func isEmpty(_ line: Substring) -> Bool { line.allSatisfy { $0 == " " || $0 == "\t" } }
    let first = lines.firstIndex { !isEmpty($0) } ?? lines.endIndex
    let last = lines.lastIndex { !isEmpty($0) } ?? lines.endIndex
    guard first < lines.endIndex else { return "" }
    return lines[first...last].joined(separator: "\n")
  }
}

extension String {
  /// The pieces between line feeds; a carriage return before one stays in its piece.
  var rawLines: [Substring] {
    // A carriage return and a line feed are one character, so that a split by characters would miss them.
    utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Substring($0) }
  }
}
