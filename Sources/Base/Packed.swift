/// A value that is written as few bytes, for what there are very many of.
public protocol Packable {
  /// Writes it down.
  func pack(into writer: inout PackWriter)
  /// Reads what was written down; it throws where that cannot be.
  init(from reader: inout PackReader) throws(BelayError)
}

/// A part of a value that is encoded as one text of packed bytes and not as a tree of values.
@propertyWrapper
public struct Packed<Value: Packable> {
  /// The value.
  public var wrappedValue: Value

  /// A value that is packed when it is encoded.
  public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
}

extension Packed: Sendable where Value: Sendable {}
extension Packed: Equatable where Value: Equatable {}
extension Packed: Hashable where Value: Hashable {}

extension Packed: Codable {
  /// Reads the text.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let bytes = PackText.bytes(text) else { throw PackReader.broken }
    var reader = PackReader(bytes)
    wrappedValue = try Value(from: &reader)
    guard reader.isAtEnd else { throw PackReader.broken }
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var writer = PackWriter()
    wrappedValue.pack(into: &writer)
    var container = encoder.singleValueContainer()
    try container.encode(PackText.text(writer.bytes))
  }
}

/// Bytes that values are written to, one behind the other: small numbers take one of them.
public struct PackWriter: Sendable {
  /// What was written.
  public private(set) var bytes: [UInt8] = []

  /// Nothing yet.
  public init() {}

  /// Writes a whole number.
  public mutating func write(_ number: Int) {
    // Small ones of either sign stay small.
    bits(UInt64(bitPattern: Int64(number << 1 ^ number >> 63)))
  }

  /// Writes a number to its last bit.
  public mutating func write(_ number: Double) {
    // Of most numbers only the first bits are set: 0, 1 and halves.
    bits(number.bitPattern.byteSwapped)
  }

  /// Writes a text.
  public mutating func write(_ text: String) {
    let utf8 = Array(text.utf8)
    write(utf8.count)
    bytes += utf8
  }

  private mutating func bits(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}

/// Reads what a `PackWriter` wrote; whatever the bytes are, it takes no more memory than a few times theirs.
public struct PackReader: Sendable {
  private let bytes: [UInt8]
  private var at = 0

  /// At the first byte.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  static var broken: BelayError { BelayError(.internal, "packed values are broken") }

  /// Whether all was read.
  public var isAtEnd: Bool { at == bytes.count }

  /// Reads a whole number.
  public mutating func whole() throws(BelayError) -> Int {
    let value = try bits()
    return Int(truncatingIfNeeded: value >> 1) ^ -Int(truncatingIfNeeded: value & 1)
  }

  /// Reads a number.
  public mutating func number() throws(BelayError) -> Double {
    Double(bitPattern: try bits().byteSwapped)
  }

  /// Reads how many values of at least a byte each follow.
  public mutating func count() throws(BelayError) -> Int {
    let count = try whole()
    guard count >= 0, count <= bytes.count - at else { throw Self.broken }
    return count
  }

  /// Reads a text.
  public mutating func text() throws(BelayError) -> String {
    let count = try count()
    defer { at += count }
    guard let text = String(validating: bytes[at..<(at + count)], as: UTF8.self) else {
      throw Self.broken
    }
    return text
  }

  private mutating func bits() throws(BelayError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
      guard shift < 70 else { break }
    }
    throw Self.broken
  }
}

/// Bytes as text of 64 signs, six bits each.
enum PackText {
  private static let signs = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 64, count: 256)
    for (value, sign) in signs.enumerated() { values[Int(sign)] = UInt8(value) }
    return values
  }()

  static func text(_ bytes: [UInt8]) -> String {
    let signs = signs
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count / 3 * 4 + 4)
    var held: UInt32 = 0
    var count: UInt32 = 0
    for byte in bytes {
      held = held << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        out.append(signs[Int(held >> count & 63)])
      }
    }
    if count > 0 { out.append(signs[Int(held << (6 - count) & 63)]) }
    return String(decoding: out, as: UTF8.self)
  }

  /// Nil for anything that was not written by `text`.
  static func bytes(_ text: String) -> [UInt8]? {
    let values = values
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count / 4 * 3 + 3)
    var held: UInt32 = 0
    var count: UInt32 = 0
    for sign in text.utf8 {
      let value = values[Int(sign)]
      guard value < 64 else { return nil }
      held = held << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        out.append(UInt8(truncatingIfNeeded: held >> count))
      }
    }
    guard count < 6, held & (1 << count - 1) == 0 else { return nil }
    return out
  }
}
