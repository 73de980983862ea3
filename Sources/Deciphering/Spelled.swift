internal import Base
/// Puts together what a text spells out in pieces.
package enum Spelled {
  /// The text with names of short texts (`x=/te`, `y = "sts"`) replaced where they are used (`$x`, `${x}`, `{x}`,
  /// `x + y`).
  package static func out(_ text: String) -> String {
    var values: [String: String] = [:]
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var statements: [String] = []
      for raw in line.split(separator: ";", omittingEmptySubsequences: false) {
        var statement = String(raw)
        if !values.isEmpty, statement.contains("$") || statement.contains("{") {
          statement = replaced(statement, values)
        }
        if statement.contains("+") {
          for (name, value) in values where statement.contains(name) {
            statement = sums(statement, name, value)
          }
        }
        statements.append(statement)
        if let (name, value) = assignment(statement) { values[name] = value }
      }
      lines.append(statements.joined(separator: ";"))
    }
    return lines.joined(separator: "\n")
  }

  /// The text with `chr(47)` and the like as the literals that they are.
  package static func signs(_ text: String) -> String {
    // One after the other: what is put in stands in quotes and makes no other of them.
    ["chr(", "fromCharCode(", "CHR("].reduce(text) { signs($0, by: $1) }
  }

  private static func signs(_ text: String, by name: String) -> String {
    var out = ""
    var rest = text[...]
    while let found = rest.firstRange(of: name) {
      let digits = rest[found.upperBound...].prefix { $0.isASCII && $0.isNumber }
      let after = rest[digits.endIndex...]
      guard let code = UInt8(digits), (0x20..<0x7F).contains(code), code != 0x22, code != 0x27,
        code != 0x5C, after.first == ")"
      else {
        out += rest[..<found.upperBound]
        rest = rest[found.upperBound...]
        continue
      }
      var before = rest[..<found.lowerBound]
      if before.hasSuffix("String.") { before = before.dropLast(7) }
      out += "\(before)'\(Character(Unicode.Scalar(code)))'"
      rest = after.dropFirst()
    }
    return out + rest
  }

  /// `name=text`, `name = "text"`
  private static func assignment(_ line: String) -> (String, String)? {
    let parts = line.trimmed.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    var name = String(parts[0]).trimmed
    for word in ["export ", "local ", "const ", "let ", "var ", "my $", "readonly "]
    where name.hasPrefix(word) {
      name = String(name.dropFirst(word.count))
    }
    guard (1...40).contains(name.utf8.count),
      name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
    else { return nil }
    var value = String(parts[1]).trimmed
    if let quote = value.first, quote == "\"" || quote == "'" {
      guard value.count >= 2, value.last == quote, value.count(where: { $0 == quote }) == 2 else {
        return nil
      }
      value = String(value.dropFirst().dropLast())
    } else if parts[0].hasSuffix(" ") {
      return nil
    }
    guard (1...60).contains(value.utf8.count), !value.contains("$("), !value.contains("`"),
      !value.contains("\n")
    else { return nil }
    return (name, value)
  }

  /// `$name`, `${name}` and `{name}`, all at once: what is put in is not looked at again.
  private static func replaced(_ line: String, _ values: [String: String]) -> String {
    var out: [Character] = []
    var rest = line[...]
    while let next = rest.popFirst() {
      guard next == "$" || next == "{" else {
        out.append(next)
        continue
      }
      let isOpen = next == "{" || rest.first == "{"
      let body = next == "$" && isOpen ? rest.dropFirst() : rest
      let name = body.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      let after = body[name.endIndex...]
      if let value = values[String(name)], !isOpen || after.first == "}" {
        out += Array(value)
        rest = isOpen ? after.dropFirst() : after
      } else {
        out.append(next)
      }
    }
    return String(out)
  }

  /// `name + …` and `… + name` as a literal.
  private static func sums(_ line: String, _ name: String, _ value: String) -> String {
    line.replacing("+ \(name)", with: "+ \"\(value)\"").replacing(
      "(\(name) +", with: "(\"\(value)\" +"
    )
    .replacing(" \(name) +", with: " \"\(value)\" +")
  }

  /// `r-e-c-o-n`, `r e c o n`: single letters with one sign between them.
  package static func letters(_ bytes: [UInt8]) -> [String] {
    var texts: [String] = []
    var run: [UInt8] = []
    var sign: UInt8 = 0
    func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    func close() {
      if run.count >= 5 { texts.append(String(decoding: run, as: UTF8.self)) }
      run.removeAll()
      sign = 0
    }
    for (at, byte) in bytes.enumerated() where isLetter(byte) {
      let before = at > 0 ? bytes[at - 1] : 0x0A
      let after = at + 1 < bytes.count ? bytes[at + 1] : 0x0A
      guard !isLetter(before), !isLetter(after) else {
        close()
        continue
      }
      let follows = !run.isEmpty && at >= 2 && before == sign && isLetter(bytes[at - 2])
      if !follows { close() }
      run.append(byte)
      if [0x2D, 0x20, 0x2E, 0x5F, 0x2C, 0x2A, 0x7C, 0x2F].contains(after) { sign = after }
    }
    close()
    // Words that were spelled one after the other belong together.
    return texts.isEmpty ? [] : [texts.joined(separator: " ")]
  }
}
