internal import Base

/// The lexical side of a Dockerfile: logical lines, words, variables.
enum DockerfileLines {
  /// Lines with continuations joined and comments dropped, each with the number that it begins on.
  static func logical(_ text: String) -> (lines: [(Int, String)], usesOtherEscape: Bool) {
    var lines: [(Int, String)] = []
    var current = ""
    var start = 0
    var usesOtherEscape = false
    let raw = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    for (index, line) in raw.enumerated() {
      let bare = line.drop(while: \.isWhitespace)
      if bare.hasPrefix("#") {
        let directive = bare.lowercased().filter { !$0.isWhitespace }
        if lines.isEmpty, current.isEmpty, directive == "#escape=`" { usesOtherEscape = true }
        continue
      }
      if bare.isEmpty { continue }
      if current.isEmpty { start = index + 1 }
      let ended = trimmedEnd(line)
      if ended.hasSuffix("\\") {
        current += ended.dropLast() + " "
        continue
      }
      current += line
      lines.append((start, current.trimmed))
      current = ""
    }
    if !current.trimmed.isEmpty { lines.append((start, current.trimmed)) }
    return (lines, usesOtherEscape)
  }

  /// Words with quotes and backslashes taken off, as ENV, ARG and COPY read them.
  ///
  /// What stood in single quotes keeps its dollar signs, as `\$`.
  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var inside = false
    var quote: Character?
    var characters = Substring(text)
    while let character = characters.popFirst() {
      if character == "\\", quote != "'" {
        guard let next = characters.popFirst() else { break }
        word += next == "$" ? "\\$" : String(next)
        inside = true
      } else if let open = quote {
        if character == open {
          quote = nil
        } else {
          word += open == "'" && character == "$" ? "\\$" : String(character)
        }
      } else if character == "\"" || character == "'" {
        quote = character
        inside = true
      } else if character.isWhitespace {
        if inside { words.append(word) }
        word = ""
        inside = false
      } else {
        word.append(character)
        inside = true
      }
    }
    if inside { words.append(word) }
    return words
  }

  /// The text as a JSON list of strings, the exec form; nil when it is not one.
  static func list(_ text: String) -> [String]? {
    guard text.hasPrefix("["), let json = try? JSON.parse(text), let elements = json.array else {
      return nil
    }
    let words = elements.compactMap(\.string)
    return words.count == elements.count && !words.isEmpty ? words : nil
  }

  /// `name=value` cut at the first `=`.
  static func pair(_ word: String) -> (String, String?) {
    guard let equals = word.firstIndex(of: "=") else { return (word, nil) }
    return (String(word[..<equals]), String(word[word.index(after: equals)...]))
  }

  /// The whole text as one value, quotes taken off.
  static func unquoted(_ text: String) -> String { words(text).joined(separator: " ") }

  /// Replaces `$NAME`, `${NAME}`, `${NAME:-word}` and `${NAME:+word}`; `\$` stays a dollar sign.
  static func filled(_ text: String, from variables: [String: String]) -> String {
    var out = ""
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if character == "\\", rest.first == "$" {
        out.append("$")
        rest.removeFirst()
      } else if character == "$", rest.first == "{" {
        guard let close = rest.firstIndex(of: "}") else {
          out.append("$")
          continue
        }
        out += expansion(rest[rest.index(after: rest.startIndex)..<close], variables)
        rest = rest[rest.index(after: close)...]
      } else if character == "$", let first = rest.first, isName(first), !first.isNumber {
        let name = rest.prefix { isName($0) }
        out += variables[String(name)] ?? ""
        rest = rest[name.endIndex...]
      } else {
        out.append(character)
      }
    }
    return out
  }

  /// Whether a command begins a here-document.
  static func startsHereDocument(_ text: String) -> Bool {
    guard let at = text.firstRange(of: "<<") else { return false }
    let next = text[at.upperBound...].first
    // `<<<` feeds a string, and `$((1<<2))` shifts: neither waits for more lines.
    return text[..<at.lowerBound].allSatisfy { $0 != "(" }
      && (next.map { isName($0) && !$0.isNumber || $0 == "-" || $0 == "\"" || $0 == "'" } ?? false)
  }

  private static func expansion(_ inner: Substring, _ variables: [String: String]) -> String {
    let name = inner.prefix { isName($0) }
    let value = variables[String(name)]
    let operation = inner[name.endIndex...]
    if operation.hasPrefix(":-") {
      return value?.isEmpty == false ? value ?? "" : String(operation.dropFirst(2))
    }
    if operation.hasPrefix(":+") {
      return value?.isEmpty == false ? String(operation.dropFirst(2)) : ""
    }
    return value ?? ""
  }

  private static func isName(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || character == "_")
  }

  private static func trimmedEnd(_ text: some StringProtocol) -> String {
    var text = String(text)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
