/// What full-text search sees of a file, and how a query is cut into the same words.
enum SearchText {
  /// More than this of one file is not indexed.
  static let limit = 4 << 20

  /// The different words of a file in the order in which they first come.
  ///
  /// The index keeps no positions, so that a word that comes again adds nothing; leaving it out here, on the
  /// caller's thread, takes most of the work from the writer.
  static func of(_ content: [UInt8]) -> String {
    let count = min(content.count, limit)
    let first = content.first { $0 > 0x20 }
    let isJSON = first == 0x7B || first == 0x5B
    let folded = folded
    var out = [UInt8](repeating: 0, count: count + 1)
    var end = 0
    var start = 0
    var hash = emptyHash
    var seen = SeenWords()
    var index = 0
    while index <= count {
      let byte = index < count ? folded[Int(content[index])] : 0
      if byte != 0 {
        out[end] = byte
        end += 1
        // FNV-1a
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      } else {
        if end > start {
          if seen.insert(hash) {
            out[end] = 0x20
            end += 1
          } else {
            end = start
          }
          start = end
          hash = emptyHash
        }
        // In JSON the escapes of line ends and tabs part words as the characters themselves would.
        if isJSON, index + 1 < count, content[index] == 0x5C {
          let next = content[index + 1]
          if next == 0x6E || next == 0x72 || next == 0x74 { index += 1 }
        }
      }
      index += 1
    }
    return String(decoding: out[0..<end], as: UTF8.self)
  }

  /// The words of a text: runs of ASCII letters and digits, lower case, and of everything beyond ASCII.
  static func words(_ text: String) -> Set<String> {
    var words: Set<String> = []
    for word in text.utf8.split(whereSeparator: { folded[Int($0)] == 0 }) {
      words.insert(String(decoding: word.map(lower), as: UTF8.self))
    }
    return words
  }

  /// The query for FTS5: every word must be there; nil when the text holds no word.
  static func query(_ text: String) -> String? {
    let words = words(text).sorted()
    return words.isEmpty ? nil : words.map { "\"\($0)\"" }.joined(separator: " AND ")
  }

  /// The byte with ASCII capitals made small.
  static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

  private static let emptyHash: UInt64 = 0xcbf2_9ce4_8422_2325

  // Per byte: itself in lower case when it belongs to a word, else 0.
  private static let folded: [UInt8] = (0...255).map { (byte: UInt8) in
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: lower(byte)
    default: 0
    }
  }
}

/// The hashes of the words that came so far: open addressing, because a `Set` costs more than the rest.
private struct SeenWords {
  private var slots = [UInt64](repeating: 0, count: 1024)
  private var count = 0

  /// Whether the word is new; two words with one hash of 64 bits are taken for the same.
  mutating func insert(_ hash: UInt64) -> Bool {
    let mask = slots.count - 1
    var at = Int(truncatingIfNeeded: hash ^ (hash >> 32)) & mask
    while slots[at] != 0 {
      if slots[at] == hash { return false }
      at = (at + 1) & mask
    }
    slots[at] = hash
    count += 1
    if count * 2 > slots.count { grow() }
    return true
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: old.count * 4)
    count = 0
    for hash in old where hash != 0 { _ = insert(hash) }
  }
}
