/// A sentence of a text: its words in small letters, and the hash that it is recognised by.
struct TextSentence: Sendable, Hashable {
  var words: [String]
  var hash: UInt32

  init(words: [String]) {
    self.words = words
    hash = Self.hash(words)
  }

  /// The sentences of a text. Markup, wrapping and case make no difference: words are runs of
  /// letters and digits, and a sentence ends at `.`, `:`, `;`, `!` or `?` before white space, at an
  /// empty line, behind a heading, or where the next line begins an item of a list.
  static func all(in text: String) -> [TextSentence] {
    let bytes = Array(text.utf8)
    var sentences: [TextSentence] = []
    var words: [String] = []
    var word: [UInt8] = []
    var isHeading = bytes.first == 0x23
    func endWord() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word = []
    }
    func endSentence() {
      endWord()
      if !words.isEmpty { sentences.append(TextSentence(words: words)) }
      words = []
    }
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case 0x41...0x5A: word.append(byte + 32)
      case 0x61...0x7A, 0x30...0x39, 0x80...: word.append(byte)
      case 0x2E, 0x3A, 0x3B, 0x21, 0x3F:
        endWord()
        if index + 1 == bytes.count || isBlank(bytes[index + 1]) { endSentence() }
      case 0x0A:
        if isHeading { endSentence() }
        endWord()
        let line = bytes[(index + 1)...].drop { $0 != 0x0A && isBlank($0) || $0 == 0x3E }
        if line.first == nil || line.first == 0x0A || beginsItem(line) { endSentence() }
        isHeading = line.first == 0x23
      default: endWord()
      }
    }
    endSentence()
    return sentences
  }

  private static func beginsItem(_ line: ArraySlice<UInt8>) -> Bool {
    if let sign = line.first, sign == 0x2D || sign == 0x2A || sign == 0x2B {
      return line.dropFirst().first == 0x20
    }
    let digits = line.prefix(3).prefix { (0x30...0x39).contains($0) }
    let rest = line.dropFirst(digits.count)
    return !digits.isEmpty && (rest.first == 0x2E || rest.first == 0x29)
      && rest.dropFirst().first == 0x20
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  // FNV-1a: short, the same everywhere, and no secret depends on it.
  private static func hash(_ words: [String]) -> UInt32 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in words.joined(separator: " ").utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return UInt32(truncatingIfNeeded: hash)
  }
}
