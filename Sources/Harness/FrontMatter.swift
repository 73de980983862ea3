internal import Base

/// The YAML between two lines of `---` at the top of a skill: keys with texts; what is nested is passed over.
struct FrontMatter {
  struct Field {
    let line: Int
    /// nil when the value is a list or a table.
    let text: String?
  }

  private(set) var fields: [String: Field] = [:]
  private(set) var body = ""
  private(set) var fault: (line: Int, message: String)?

  init(_ text: String) {
    var lines = text.rawLines.map { $0.hasSuffix("\r") ? $0.dropLast() : $0 }
    if let first = lines.first, first.hasPrefix("\u{FEFF}") { lines[0] = first.dropFirst() }
    guard lines.first == "---" else {
      fault = (1, "expected front matter: a line '---', then name and description, then '---'")
      return
    }
    guard let end = lines.dropFirst().firstIndex(of: "---") else {
      fault = (1, "the front matter has no end; expected a line '---'")
      return
    }
    body = lines[(end + 1)...].drop { $0.allSatisfy(\.isWhitespace) }.joined(separator: "\n")
    read(lines[1..<end])
  }

  private mutating func read(_ lines: ArraySlice<Substring>) {
    var at = lines.startIndex
    while at < lines.endIndex {
      let line = lines[at]
      let number = at + 1
      at += 1
      if line.allSatisfy(\.isWhitespace) || line.hasPrefix("#") { continue }
      guard let colon = line.firstIndex(of: ":"), line.first.map({ !$0.isWhitespace }) == true,
        line.index(after: colon) == line.endIndex
          || line[line.index(after: colon)].isWhitespace
      else {
        fault = fault ?? (number, "expected 'key: value', found '\(String(line).printable())'")
        continue
      }
      let key = String(line[..<colon])
      let below = lines[at...].prefix { $0.first == " " || $0.allSatisfy(\.isWhitespace) }
      at = below.endIndex
      if fields[key] != nil { fault = fault ?? (number, "'\(key.printable())' is there twice") }
      let text = value(line[line.index(after: colon)...], below, number)
      fields[key] = Field(line: number, text: text)
    }
  }

  private mutating func value(_ raw: Substring, _ below: ArraySlice<Substring>, _ line: Int)
    -> String?
  {
    let first = raw.trimmed
    if first.hasPrefix("|") || first.hasPrefix(">") {
      return Self.block(below, folds: first.hasPrefix(">"))
    }
    let more = below.map(\.trimmed).filter { !$0.isEmpty }
    if first.isEmpty, let next = more.first, next.hasPrefix("- ") || next.contains(": ") {
      return nil
    }
    if first.hasPrefix("[") || first.hasPrefix("{") { return nil }
    let whole = ([first] + more).filter { !$0.isEmpty }.joined(separator: " ")
    guard let quote = whole.first, quote == "\"" || quote == "'" else {
      return whole.split(separator: " #", maxSplits: 1, omittingEmptySubsequences: false).first
        .map(\.trimmed)
    }
    guard let text = Self.unquoted(whole, quote) else {
      fault = fault ?? (line, "expected a closing \(quote)")
      return nil
    }
    return text
  }

  private static func block(_ lines: ArraySlice<Substring>, folds: Bool) -> String {
    let indent =
      lines.filter { !$0.allSatisfy(\.isWhitespace) }.map { $0.prefix { $0 == " " }.count }.min()
      ?? 0
    let texts = lines.map { String($0.dropFirst(indent)) }
    return texts.joined(separator: folds ? " " : "\n").trimmed
  }

  private static func unquoted(_ text: String, _ quote: Character) -> String? {
    var out = ""
    var rest = text.dropFirst()
    while let next = rest.popFirst() {
      if next == quote {
        guard quote == "'", rest.first == "'" else { return out }
        rest.removeFirst()
        out.append("'")
      } else if quote == "\"", next == "\\", let escaped = rest.popFirst() {
        switch escaped {
        case "n": out.append("\n")
        case "t": out.append("\t")
        default: out.append(escaped)
        }
      } else {
        out.append(next)
      }
    }
    return nil
  }
}
