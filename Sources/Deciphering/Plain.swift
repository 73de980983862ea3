/// Text as a reader sees it: letters that only look like others are those, what cannot be seen is gone.
package struct Plain: Sendable {
  /// The text, with its case.
  package let text: String
  /// How many invisible characters stood inside of words, and words of mixed look-alike letters.
  package let disguises: Int

  package init(_ raw: String) {
    guard raw.utf8.contains(where: { $0 >= 0x80 }) else {
      text = raw
      disguises = 0
      return
    }
    var out = String.UnicodeScalarView()
    var tags = String.UnicodeScalarView()
    var disguises = 0
    var isHidden = false
    var hasPlain = false
    var hasLike = false
    for scalar in raw.unicodeScalars {
      if (0xE0020...0xE007E).contains(scalar.value) {
        // Letters that no screen shows and every model reads.
        if let shown = Unicode.Scalar(scalar.value - 0xE0000) { tags.append(shown) }
        disguises += 1
        continue
      }
      if Self.isInvisible(scalar) {
        isHidden = out.last.map(Self.isLetter) ?? false
        continue
      }
      let like = Self.like(scalar)
      let shown = like ?? scalar
      if isHidden, Self.isLetter(shown), shown.isASCII { disguises += 1 }
      isHidden = false
      if Self.isLetter(shown) {
        let isAccent = (0xC0...0x17F).contains(scalar.value)
        if like == nil || isAccent {
          hasPlain = hasPlain || scalar.isASCII || isAccent
        } else {
          hasLike = true
        }
      } else {
        if hasPlain && hasLike { disguises += 1 }
        (hasPlain, hasLike) = (false, false)
      }
      out.append(shown)
    }
    if hasPlain && hasLike { disguises += 1 }
    if !tags.isEmpty {
      out.append("\n")
      out.append(contentsOf: tags)
    }
    text = String(out)
    self.disguises = disguises
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII
      ? (0x30...0x39).contains(scalar.value) || (0x41...0x5A).contains(scalar.value)
        || (0x61...0x7A).contains(scalar.value)
      : scalar.properties.isAlphabetic
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xAD, 0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x200B...0x200F,
      0x202A...0x202E, 0x2060...0x206F, 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0,
      0xE0000...0xE0FFF:
      true
    // Marks on top of letters.
    case 0x300...0x36F, 0x483...0x489, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF: true
    default: false
    }
  }

  private static let looks: [Unicode.Scalar: Unicode.Scalar] = {
    let pairs: [(String, String)] = [
      ("аеорсухіјѕһԁԛԝӏкмтвгпѵԍ", "aeopcyxijshdqwlkmtbrnvg"),
      ("АВЕКМНОРСТУХІЈЅԚԜӀ", "ABEKMHOPCTYXIJSQWI"),
      ("αβγεικνορτυχωϲϳ", "abyeiknoptuxwcj"), ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
      ("ıɑɡɩʟʀǀⅼⅰⅴⅹⅽⅾⅿօոսհցզ", "iagilrllivxcdmonuhgq"), ("‘’‚‛“”„‟", "''''\"\"\"\""),
      ("‐‑‒–—―−⁄∕／", "-------///"), ("∶：․‥", "::.."),
    ]
    var looks: [Unicode.Scalar: Unicode.Scalar] = [:]
    for (odd, plain) in pairs {
      for (left, right) in zip(odd.unicodeScalars, plain.unicodeScalars) { looks[left] = right }
    }
    return looks
  }()

  private static func like(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    guard !scalar.isASCII else { return nil }
    if let look = looks[scalar] { return look }
    switch scalar.value {
    case 0xFF01...0xFF5E: return Unicode.Scalar(scalar.value - 0xFEE0)
    case 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: return " "
    // Bold, italic, script and other letters of mathematics: 52 of each style; then digits.
    case 0x1D400...0x1D6A3:
      let index = (scalar.value - 0x1D400) % 52
      return Unicode.Scalar(index < 26 ? 0x41 + index : 0x61 + index - 26)
    case 0x1D7CE...0x1D7FF: return Unicode.Scalar(0x30 + (scalar.value - 0x1D7CE) % 10)
    case 0x24B6...0x24CF: return Unicode.Scalar(0x41 + scalar.value - 0x24B6)
    case 0x24D0...0x24E9: return Unicode.Scalar(0x61 + scalar.value - 0x24D0)
    case 0xC0...0x17F:
      // A letter with a mark is that letter here.
      let base = "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTsaaaaaaaceeeeiiiidnooooo ouuuuyty".unicodeScalars
      guard scalar.value <= 0xFF else { return nil }
      let index = base.index(base.startIndex, offsetBy: Int(scalar.value - 0xC0))
      return base[index] == " " ? nil : base[index]
    default: return nil
    }
  }
}

/// Words of a text: runs of letters and digits, in lower case; lines that every script begins with are left out.
package enum Words {
  package static func of(_ text: String) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    func close() {
      if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
      word.removeAll(keepingCapacity: true)
    }
    for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: true) {
      if isPreamble(line) { continue }
      for byte in line {
        switch byte {
        case 0x30...0x39, 0x61...0x7A, 0x80...: word.append(byte)
        case 0x41...0x5A: word.append(byte + 32)
        default: close()
        }
      }
      close()
    }
    return words
  }

  /// `#!…`, `import …`, `from … import …`, `set -…`: the same everywhere, and of no task.
  private static func isPreamble(_ line: Substring.UTF8View.SubSequence) -> Bool {
    let start = line.drop { $0 == 0x20 || $0 == 0x09 }
    return ["#!/", "import ", "from ", "set -"].contains { start.starts(with: $0.utf8) }
      && (!start.starts(with: "from ".utf8) || Substring(line).contains(" import "))
  }

  /// A number for a row of words.
  package static func mark(_ words: ArraySlice<String>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for word in words {
      for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      hash = (hash ^ 0x20) &* 0x100_0000_01B3
    }
    return hash
  }
}
