/// Puts the head of an answer together from its lines; interim heads (100, 103) are passed over.
struct HeadReader {
  enum Step {
    case more
    case tooLarge
    case whole(HTTPHead)
  }

  private static let start = Array("HTTP/".utf8)

  private var status = 0
  private var version = ""
  private var headers = HTTPHeaders()
  private var size = 0

  mutating func read(_ line: UnsafeBufferPointer<UInt8>, most: Int) -> Step {
    size += line.count
    guard size <= most else { return .tooLarge }
    let text = line.prefix { $0 != 0x0D && $0 != 0x0A }
    if text.isEmpty {
      guard status >= 200 else { return .more }
      return .whole(HTTPHead(status: status, version: version, headers: headers))
    }
    if text.starts(with: Self.start) {
      let words = text.split(separator: 0x20, maxSplits: 2)
      version = String(decoding: words[0].dropFirst(5), as: UTF8.self)
      status = words.count > 1 ? Int(String(decoding: words[1], as: UTF8.self)) ?? 0 : 0
      headers = HTTPHeaders()
    } else if let colon = text.firstIndex(of: 0x3A) {
      let value = text[text.index(after: colon)...].drop(while: Self.isBlank)
      let end = value.lastIndex { !Self.isBlank($0) }.map { $0 + 1 } ?? value.startIndex
      headers.add(
        String(decoding: text[..<colon], as: UTF8.self),
        String(decoding: value[value.startIndex..<end], as: UTF8.self))
    }
    return .more
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
