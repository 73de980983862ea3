/// Takes known keys out of texts that come from outside, before they are shown or recorded.
public struct KeyScrubber: Sendable {
  private let secrets: [(name: String, bytes: [UInt8])]

  /// Knows these keys; one too short to be told from ordinary words is left alone.
  public init(_ keys: [String: SecretKey]) {
    secrets = keys.map { name, key in (name, key.reveal { Array($0.utf8) }) }
      .filter { $0.bytes.count >= 8 }
      .sorted { $0.bytes.count > $1.bytes.count }
  }

  /// The text with the name of a key in place of the key.
  public func scrub(_ text: String) -> String {
    guard !secrets.isEmpty else { return text }
    let bytes = Array(text.utf8)
    let clean = scrub(bytes)
    return clean.count == bytes.count && clean == bytes
      ? text : String(decoding: clean, as: UTF8.self)
  }

  /// The bytes with the name of a key in place of the key.
  public func scrub(_ bytes: [UInt8]) -> [UInt8] {
    secrets.reduce(bytes) { bytes, secret in
      Self.replace(secret.bytes, with: Array("(key \(secret.name))".utf8), in: bytes)
    }
  }

  private static func replace(_ needle: [UInt8], with other: [UInt8], in bytes: [UInt8]) -> [UInt8]
  {
    guard bytes.count >= needle.count, let first = needle.first else { return bytes }
    var out: [UInt8] = []
    var copied = 0
    var at = 0
    while at <= bytes.count - needle.count {
      if bytes[at] == first, bytes[at..<at + needle.count].elementsEqual(needle) {
        out += bytes[copied..<at]
        out += other
        at += needle.count
        copied = at
      } else {
        at += 1
      }
    }
    return copied == 0 ? bytes : out + bytes[copied...]
  }
}
