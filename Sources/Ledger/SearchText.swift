/// What full-text search sees of a file, and how a query is cut into the same words.
enum SearchText {
  /// More than this of one file is not indexed.
  static let limit = 4 << 20

  /// The file as text; in JSON the escapes of line ends and tabs part words as the characters would.
  static func of(_ content: [UInt8]) -> String {
    let part = content.prefix(limit)
    guard let first = part.first(where: { !isSpace($0) }), first == 0x7B || first == 0x5B,
      part.contains(0x5C)
    else { return String(decoding: part, as: UTF8.self) }
    var bytes = Array(part)
    var index = 0
    while index + 1 < bytes.count {
      if bytes[index] == 0x5C {
        if [0x6E, 0x72, 0x74].contains(bytes[index + 1]) { bytes[index + 1] = 0x20 }
        index += 1
      }
      index += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The words of a text: runs of ASCII letters and digits, lower case, and of everything beyond ASCII.
  static func words(_ text: String) -> Set<String> {
    var words: Set<String> = []
    for word in text.utf8.split(whereSeparator: { !isWord($0) }) {
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

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
    default: false
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }
}
