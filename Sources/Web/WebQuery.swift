internal import Base

/// What stands behind the `?` of an address: names and values, of which each screen takes its own.
struct WebQuery: Sendable, Hashable {
  /// The values by name; of equal names the last holds.
  private(set) var values: [String: String]

  /// Values by name.
  init(_ values: [String: String] = [:]) { self.values = values }

  /// Reads `a=1&b=x%20y`; what is no text in UTF-8 is replaced.
  init(encoded: String) {
    values = [:]
    for pair in encoded.split(separator: "&").prefix(32) {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first, !name.isEmpty else { continue }
      values[Self.decoded(name)] = parts.count > 1 ? Self.decoded(parts[1]) : ""
    }
  }

  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    let source = Array(text.utf8)
    var at = 0
    while at < source.count {
      if source[at] == 0x25, at + 2 < source.count,
        let byte = Hex.bytes(
          String(decoding: source[(at + 1)...(at + 2)], as: UTF8.self).lowercased())
      {
        bytes += byte
        at += 3
      } else {
        bytes.append(source[at] == 0x2B ? 0x20 : source[at])
        at += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The text of a value; nil for none and for an empty one.
  subscript(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// The text of a value that a screen cannot do without.
  func required(_ name: String) throws(BelayError) -> String {
    guard let value = self[name] else {
      throw BelayError(.usage, "the address lacks \(name)=")
    }
    return value
  }

  /// A whole number in a range; the default where there is none.
  func whole(_ name: String, _ range: ClosedRange<Int>, default usual: Int) throws(BelayError)
    -> Int
  {
    guard let text = self[name] else { return usual }
    guard let value = Int(text), range.contains(value) else {
      throw BelayError(
        .usage,
        "\(name)=\(text.printable()) is no whole number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return value
  }

  /// One of the words of a type; nil where there is none.
  func word<Word: RawRepresentable & CaseIterable>(_ name: String, _ type: Word.Type)
    throws(BelayError) -> Word? where Word.RawValue == String
  {
    guard let text = self[name] else { return nil }
    guard let word = Word(rawValue: text) else {
      let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw BelayError(.usage, "\(name)=\(text.printable()) is none of: \(known)")
    }
    return word
  }

  /// An id that a type reads.
  func id<ID>(_ name: String, _ read: (String) -> ID?) throws(BelayError) -> ID? {
    guard let text = self[name] else { return nil }
    guard let id = read(text) else {
      throw BelayError(.usage, "\(name)=\(text.printable()) is no id")
    }
    return id
  }

  /// Whether a value is `1`.
  func isOn(_ name: String) -> Bool { values[name] == "1" }
}
