internal import Base

/// Codes that need no program: a person reads them with a pencil, and a model at sight.
package enum Ciphers {
  /// What the first letters of lines, of sentences and of words read.
  package static let initials = "first letters"
  static let dotted = "Morse's letters"
  static let binary = "zeros and ones"
  static let blank = "blanks and tabs"
  /// Codes that nobody writes by chance.
  package static let names: Set<String> = [dotted, binary, blank]

  /// Morse's letters: dots and strokes, letters parted by blanks and words by a slash.
  package static func morse(_ bytes: [UInt8]) -> [String] {
    var texts: [String] = []
    var run: [UInt8] = []
    for byte in bytes + [0] {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x2D, 0x2E, 0x2F, 0x5F: run.append(byte)
      default:
        if run.count >= 16, let text = letters(run) { texts.append(text) }
        run.removeAll(keepingCapacity: true)
      }
    }
    return texts
  }

  private static func letters(_ run: [UInt8]) -> String? {
    var text = ""
    var count = 0
    let signs = String(decoding: run, as: UTF8.self).replacing("_", with: "-")
      .replacing("/", with: " / ")
    for sign in signs.split(whereSeparator: \.isWhitespace) {
      if sign == "/" {
        if text.last != " " { text.append(" ") }
      } else if let letter = alphabet[String(sign)] {
        text.append(letter)
        count += 1
      }
    }
    // Rules, dots and lists read as the same few letters.
    return count >= 8 && Set(text).count >= 6 ? text.trimmed : nil
  }

  private static let alphabet: [String: Character] = {
    let signs = """
      .- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..
      ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.
      """.split(whereSeparator: \.isWhitespace).map(String.init)
    return Dictionary(
      zip(signs, "abcdefghijklmnopqrstuvwxyz0123456789"), uniquingKeysWith: { first, _ in first })
  }()

  /// Rows of zeros and ones, eight to a letter.
  package static func bits(_ bytes: [UInt8]) -> [String] {
    var texts: [String] = []
    var row: [UInt8] = []
    var gap = 0
    func close() {
      if let text = text(row) { texts.append(text) }
      row.removeAll()
    }
    var at = 0
    while at < bytes.count {
      guard CodeToken.isWordByte(bytes[at]) else {
        gap += 1
        if gap > 4 { close() }
        at += 1
        continue
      }
      var end = at
      while end < bytes.count, CodeToken.isWordByte(bytes[end]) { end += 1 }
      let word = bytes[at..<end]
      if word.count.isMultiple(of: 8), word.allSatisfy({ $0 == 0x30 || $0 == 0x31 }) {
        row += word.map { $0 - 0x30 }
      } else {
        close()
      }
      gap = 0
      at = end
    }
    close()
    return texts
  }

  /// Blanks and tabs at the ends of lines, where nobody sees them.
  package static func blanks(_ bytes: [UInt8]) -> [String] {
    var row: [UInt8] = []
    for line in bytes.split(separator: 0x0A) {
      let end = line.reversed().prefix { $0 == 0x20 || $0 == 0x09 }
      row += end.reversed().map { $0 == 0x09 ? 1 : 0 }
    }
    return [row, row.map { 1 - $0 }].compactMap { text($0) }
  }

  private static func text(_ row: [UInt8]) -> String? {
    guard row.count >= 32, row.contains(0), row.contains(1) else { return nil }
    var bytes: [UInt8] = []
    for at in stride(from: 0, to: row.count - 7, by: 8) {
      bytes.append(row[at..<(at + 8)].reduce(0) { $0 << 1 | $1 })
    }
    return Decoding.readable(bytes)
  }

  /// Words with figures for letters, read as they sound: `b4nk`.
  package static let figured = "figures for letters"

  package static func figures(_ text: String) -> String {
    let words = text.split { $0.isWhitespace || "`\"'(),;:".contains($0) }.filter { word in
      word.contains { $0.isLetter } && word.contains { "0134578".contains($0) }
        && word.utf8.count >= 8
    }
    let plain: [Character: Character] = [
      "0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b",
    ]
    return ["i", "l"].map { one in
      words.map { word in
        String(word.lowercased().map { $0 == "1" ? one : plain[$0] ?? $0 })
      }.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// The first letters of lines, of sentences and of words, a row of each.
  package static func firsts(_ text: String) -> String {
    let lines = text.split(separator: "\n").compactMap { $0.first { $0.isLetter } }
    let sentences = Sentence.all(in: text).compactMap { $0.text.first { $0.isLetter } }
    let words = text.split { !$0.isLetter }.compactMap(\.first)
    return [lines, sentences, words].map { String($0).lowercased() }.joined(separator: "\n")
  }
}
