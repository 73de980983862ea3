internal import Base

/// One reading of a text: as it is written, with its literals joined, or decoded.
package struct Layer: Sendable {
  /// What it reads.
  package let text: String
  /// How it was got: empty for the text as it is written.
  package let how: String

  package var isDecoded: Bool { !how.isEmpty && how != Decoding.joined }
}

/// Finds what a text says in another code.
package enum Decoding {
  package static let joined = "joined literals"

  /// All readings of a text; those that show nothing new are left out.
  package static func layers(_ text: String) -> [Layer] {
    var layers = [Layer(text: text, how: "")]
    let whole = join(Spelled.out(Spelled.signs(text)))
    if whole != text { layers.append(Layer(text: whole, how: joined)) }
    var seen: Set<String> = [text, whole]
    func add(_ decoded: String, _ how: String) {
      if seen.insert(decoded).inserted { layers.append(Layer(text: decoded, how: how)) }
    }
    for found in coded(whole) {
      add(found.text, found.how)
      for inner in coded(found.text) { add(inner.text, "\(inner.how) in \(found.how)") }
    }
    add(shifted(text, 13), "rot13")
    add(reversed(text), "reversed")
    add(Ciphers.firsts(text), Ciphers.initials)
    add(Ciphers.figures(text), Ciphers.figured)
    // Letters that a program moves along the alphabet: what stands in quotes, by every distance.
    if ["ord(", "charcode", "maketrans", "chr("].contains(where: text.lowercased().contains) {
      let quoted = text.split(separator: "\n").flatMap { CodeToken.line($0).compactMap(\.literal) }
        .filter { $0.utf8.count >= 8 }.joined(separator: "\n")
      for step in 1...25 where step != 13 && !quoted.isEmpty {
        add(shifted(quoted, UInt8(step)), "letters moved by \(step)")
      }
    }
    return layers
  }

  /// Parts that are written in another code and read as text, joined by how they were written.
  private static func coded(_ text: String) -> [(how: String, text: String)] {
    let bytes = Array(text.utf8)
    var found: [(String, [String])] = [
      ("base64", base64(bytes)), ("hex", hex(bytes)), ("base32", base32(bytes)),
      ("numbers", numbers(bytes)),
    ]
    found.append(("escapes", escapes(bytes)))
    found.append(("single letters", Spelled.letters(bytes)))
    found.append((Ciphers.dotted, Ciphers.morse(bytes)))
    found.append((Ciphers.binary, Ciphers.bits(bytes)))
    found.append((Ciphers.blank, Ciphers.blanks(bytes)))
    return found.compactMap { how, texts in
      texts.isEmpty ? nil : (how, texts.joined(separator: "\n"))
    }
  }

  /// The text with literals that stand beside each other, or with a sign between them, made one.
  package static func join(_ text: String) -> String {
    var out: [UInt8] = []
    let bytes = Array(text.utf8)
    var at = 0
    while at < bytes.count {
      if isQuote(bytes[at]), let next = glue(bytes, at) {
        at = next
        continue
      }
      out.append(bytes[at])
      at += 1
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Where the next literal's content begins, when only glue lies between this quote and it.
  private static func glue(_ bytes: [UInt8], _ close: Int) -> Int? {
    var at = close + 1
    var signs = 0
    // "a" + "b", "a" "b", 'a'"b", "a" . "b", "a" .. "b", "a" & "b", "a" / "b", ["a", "b"] after a join.
    while at < bytes.count, at - close < 24 {
      switch bytes[at] {
      case 0x22, 0x27:
        return signs > 0 || at > close + 1 || bytes[close] != bytes[at] ? at + 1 : nil
      case 0x20, 0x09, 0x0A, 0x0D, 0x5C: break
      case 0x2B, 0x2E, 0x26, 0x7E:
        signs += 1
        if signs > 2 { return nil }
      default: return nil
      }
      at += 1
    }
    return nil
  }

  private static func isQuote(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x27 }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
    default: false
    }
  }

  /// Text that a person could read, and not by chance.
  package static func readable(_ bytes: [UInt8]) -> String? {
    guard bytes.count >= 4, let text = String(validating: bytes, as: UTF8.self) else { return nil }
    // So many signs of a keyboard in a row are no chance, be they words or a program.
    if bytes.count >= 20,
      bytes.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x0A || $0 == 0x09 || $0 == 0x0D })
    {
      return text
    }
    let letters = bytes.count { isWord($0) || $0 == 0x20 || $0 == 0x2F || $0 == 0x0A || $0 == 0x2D }
    let odd = bytes.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 && $0 != 0x0D || $0 == 0x7F }
    let small = bytes.count {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x20
    }
    return !odd && letters * 10 >= bytes.count * 8 && small * 2 >= bytes.count ? text : nil
  }

  private static func runs(_ bytes: [UInt8], _ least: Int, _ isIn: (UInt8) -> Bool) -> [[UInt8]] {
    var runs: [[UInt8]] = []
    var run: [UInt8] = []
    for byte in bytes + [0] {
      if isIn(byte) {
        run.append(byte)
      } else {
        if run.count >= least { runs.append(run) }
        run.removeAll(keepingCapacity: true)
      }
    }
    return runs
  }

  private static func base64(_ bytes: [UInt8]) -> [String] {
    var texts: [String] = []
    let runs = runs(bytes, 8) { isWord($0) && $0 < 0x80 || [0x2B, 0x2F, 0x2D, 0x5F].contains($0) }
    for run in runs + [wrapped(runs)] {
      // Words of a language have no capitals inside, and numbers are no code.
      guard run.count >= 12, run.contains(where: { (0x41...0x5A).contains($0) }),
        let text = readable(bits(run, 6) { value64($0) })
      else { continue }
      texts.append(text)
    }
    return texts
  }

  /// A code that is broken into lines.
  private static func wrapped(_ runs: [[UInt8]]) -> [UInt8] {
    let long = runs.filter { $0.count >= 40 }
    return long.count > 1 ? long.flatMap(\.self) : []
  }

  private static func value64(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x41...0x5A: UInt32(byte - 0x41)
    case 0x61...0x7A: UInt32(byte - 0x61 + 26)
    case 0x30...0x39: UInt32(byte - 0x30 + 52)
    case 0x2B, 0x2D: 62
    case 0x2F, 0x5F: 63
    default: nil
    }
  }

  private static func base32(_ bytes: [UInt8]) -> [String] {
    runs(bytes, 16) { (0x41...0x5A).contains($0) || (0x32...0x37).contains($0) }.compactMap { run in
      readable(
        bits(run, 5) { byte in
          byte >= 0x41 ? UInt32(byte - 0x41) : UInt32(byte - 0x32 + 26)
        })
    }
  }

  private static func bits(_ run: [UInt8], _ width: Int, _ value: (UInt8) -> UInt32?) -> [UInt8] {
    var out: [UInt8] = []
    var (held, count): (UInt32, Int) = (0, 0)
    for byte in run {
      guard let value = value(byte) else { return [] }
      held = held << UInt32(width) | value
      count += width
      if count >= 8 {
        count -= 8
        out.append(UInt8(truncatingIfNeeded: held >> UInt32(count)))
        held &= 1 << UInt32(count) - 1
      }
    }
    return out
  }

  private static func hex(_ bytes: [UInt8]) -> [String] {
    runs(bytes, 8) {
      (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0)
    }.compactMap { run in
      let even = run.count.isMultiple(of: 2) ? run : Array(run.dropLast())
      guard let decoded = Hex.bytes(String(decoding: even, as: UTF8.self)),
        decoded.contains(where: { $0 > 0x40 })
      else { return nil }
      return readable(decoded)
    }
  }

  /// `\x68`, `\u0068`, `\150`, `%68`, `&#104;`: rows of at least three, with what stands between them.
  private static func escapes(_ bytes: [UInt8]) -> [String] {
    var texts: [String] = []
    var out: [UInt8] = []
    var (count, gap, at) = (0, 0, 0)
    func number(_ start: Int, _ digits: Int, _ radix: Int) -> UInt8? {
      guard start + digits <= bytes.count,
        let value = Int(
          String(decoding: bytes[start..<(start + digits)], as: UTF8.self), radix: radix),
        (0x20..<0x7F).contains(value)
      else { return nil }
      return UInt8(value)
    }
    func close() {
      if count >= 3 { texts.append(String(decoding: out.dropLast(gap), as: UTF8.self)) }
      out.removeAll()
      (count, gap) = (0, 0)
    }
    while at < bytes.count {
      let next = at + 1 < bytes.count ? bytes[at + 1] : 0
      var (value, length): (UInt8?, Int) = (nil, 0)
      switch (bytes[at], next) {
      case (0x5C, 0x78): (value, length) = (number(at + 2, 2, 16), 4)
      case (0x5C, 0x75): (value, length) = (number(at + 2, 4, 16), 6)
      case (0x5C, 0x30...0x33): (value, length) = (number(at + 1, 3, 8), 4)
      case (0x25, _): (value, length) = (number(at + 1, 2, 16), 3)
      case (0x26, 0x23):
        let digits = bytes[(at + 2)...].prefix { (0x30...0x39).contains($0) }.count
        (value, length) = (number(at + 2, digits, 10), digits + 3)
      default: break
      }
      if let value {
        out.append(value)
        count += 1
        gap = 0
        at += length
      } else {
        if count > 0 {
          out.append(bytes[at])
          gap += 1
          if gap > 12 { close() }
        }
        at += 1
      }
    }
    close()
    return texts
  }

  /// Lists of codes of characters: `[104, 105, …]`, `chr(104) + chr(105)`, `104 105 …`.
  private static func numbers(_ bytes: [UInt8]) -> [String] {
    var texts: [String] = []
    var run: [UInt8] = []
    var last = -1
    func close() {
      if run.count >= 6, let text = readable(run) { texts.append(text) }
      run.removeAll()
    }
    var at = 0
    while at < bytes.count {
      guard (0x30...0x39).contains(bytes[at]) else {
        at += 1
        continue
      }
      let isHex = bytes[at] == 0x30 && at + 1 < bytes.count && bytes[at + 1] | 0x20 == 0x78
      let start = isHex ? at + 2 : at
      var end = start
      while end < bytes.count, isWord(bytes[end]) { end += 1 }
      let value = Int(
        String(decoding: bytes[start..<end], as: UTF8.self), radix: isHex ? 16 : 10)
      let between = last >= 0 ? bytes[last..<at] : []
      let isNear =
        between.count <= 14 && !between.contains { (0x30...0x39).contains($0) }
        && between.contains { $0 == 0x2C || $0 == 0x20 || $0 == 0x28 || $0 == 0x0A }
      if !isNear { close() }
      if let value, value == 10 || (0x20..<0x7F).contains(value) {
        run.append(UInt8(value))
        last = end
      } else {
        close()
        last = -1
      }
      at = max(end, at + 1)
    }
    close()
    return texts
  }

  private static func shifted(_ text: String, _ step: UInt8) -> String {
    String(
      decoding: text.utf8.map { byte in
        switch byte {
        case 0x41...0x5A: (byte - 0x41 + step) % 26 + 0x41
        case 0x61...0x7A: (byte - 0x61 + step) % 26 + 0x61
        default: byte
        }
      }, as: UTF8.self)
  }

  /// Each line backwards.
  private static func reversed(_ text: String) -> String {
    text.split(separator: "\n").map { String($0.reversed()) }.joined(separator: "\n")
  }
}
