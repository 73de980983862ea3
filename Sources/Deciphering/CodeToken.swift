/// A piece of a line of code or of a command, whatever the language.
package enum CodeToken: Hashable {
  /// A name or a bare word, in lower case; signs that belong to names of files stay in it.
  case word(String)
  /// What stands in quotes.
  case literal(String)
  /// A number.
  case number(String)
  /// A sign or a few that belong together.
  case sign(String)

  package var word: String? { if case .word(let text) = self { text } else { nil } }
  package var literal: String? { if case .literal(let text) = self { text } else { nil } }
  package var number: String? { if case .number(let text) = self { text } else { nil } }

  package func isSign(_ text: String) -> Bool { self == .sign(text) }
  package func isWord(_ words: Set<String>) -> Bool { word.map(words.contains) ?? false }

  /// The pieces of one line.
  package static func line(_ text: some StringProtocol) -> [CodeToken] {
    let bytes = Array(text.utf8)
    var tokens: [CodeToken] = []
    var at = 0
    func piece(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    while at < bytes.count {
      let byte = bytes[at]
      if isWordByte(byte) {
        var end = at
        while end < bytes.count, isWordByte(bytes[end]) { end += 1 }
        let word = piece(at..<end)
        let isNumber =
          (0x30...0x39).contains(byte)
          && word.allSatisfy { $0.isHexDigit || $0 == "_" || $0 == "x" }
        tokens.append(isNumber ? .number(word.replacing("_", with: "")) : .word(word.lowercased()))
        at = end
      } else if byte == 0x22 || byte == 0x27 {
        var end = at + 1
        while end < bytes.count, bytes[end] != byte { end += bytes[end] == 0x5C ? 2 : 1 }
        if end < bytes.count {
          // f"…", r'…' and the like.
          if case .word(let prefix)? = tokens.last, prefix.utf8.count <= 2, at > 0,
            isWordByte(bytes[at - 1])
          {
            tokens.removeLast()
          }
          tokens.append(.literal(piece((at + 1)..<end)))
          at = end + 1
        } else {
          tokens.append(.sign(piece(at..<(at + 1))))
          at += 1
        }
      } else if byte <= 0x20 {
        at += 1
      } else {
        let pair = at + 1 < bytes.count ? piece(at..<(at + 2)) : ""
        if [
          "==", "!=", "=~", "<=", ">=", "&&", "||", "->", "=>", "${", "$(", "[[", "]]", ">>", "**",
        ].contains(pair) {
          tokens.append(.sign(pair))
          at += 2
        } else {
          tokens.append(.sign(piece(at..<(at + 1))))
          at += 1
        }
      }
    }
    return tokens
  }

  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...: true
    default: false
    }
  }
}
