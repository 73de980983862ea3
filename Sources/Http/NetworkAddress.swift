internal import CSystem
internal import Dispatch

/// The address of a machine: 4 bytes, or 16.
public struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
  /// The bytes, the highest first.
  public let bytes: [UInt8]

  /// An address; nil for another number of bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    // An IPv4 address in the clothes of an IPv6 one is what it is.
    let mapped = bytes.count == 16 && bytes.starts(with: Self.mapped)
    self.bytes = mapped ? Array(bytes.suffix(4)) : bytes
  }

  /// An address in digits; nil for a name and for anything else.
  public init?(_ text: String) {
    var found = [UInt8](repeating: 0, count: 17)
    let digits =
      text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    guard csystem_numeric(digits, &found) == 1 else { return nil }
    self.init(bytes: Array(found[1...].prefix(Int(found[0]))))
  }

  /// 127.0.0.1: this machine, for itself.
  public static let loopback = NetworkAddress(trusted: [127, 0, 0, 1])
  /// ::1: the same.
  public static let longLoopback = NetworkAddress(
    trusted: [UInt8](repeating: 0, count: 15) + [1])

  private init(trusted: [UInt8]) { bytes = trusted }

  /// Whether only this machine can reach it.
  public var isLoopback: Bool { bytes.count == 4 ? bytes[0] == 127 : self == Self.longLoopback }

  /// Whether it has 16 bytes.
  public var isLong: Bool { bytes.count == 16 }

  /// Whether it is a machine of the internet: not this one, not one beside it, not a crowd, nobody's.
  public var isPublic: Bool {
    if bytes.count == 4 { return !Self.reserved.contains { Self.isIn($0, bytes) } }
    // 2000::/3 is all that is given out; what carries an IPv4 address inside could lead anywhere.
    return bytes[0] & 0xe0 == 0x20 && !Self.reservedLong.contains { bytes.starts(with: $0) }
  }

  /// The address as people write it.
  public var description: String {
    if bytes.count == 4 { return bytes.map { "\($0)" }.joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2).map {
      String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
    }.joined(separator: ":")
  }

  /// The addresses of a host by its name or number; none when it has none.
  public static func resolve(_ host: String) async -> [NetworkAddress] {
    await withCheckedContinuation { continuation in
      waiting.async { @Sendable in
        var found = [UInt8](repeating: 0, count: 16 * 17)
        let count = Int(max(0, csystem_resolve(host, &found, 16)))
        continuation.resume(
          returning: (0..<count).compactMap { index in
            let start = index * 17
            return NetworkAddress(bytes: Array(found[(start + 1)...].prefix(Int(found[start]))))
          })
      }
    }
  }

  // Asking for a name waits for the network: on threads that may.
  private static let waiting = DispatchQueue(label: "belay.names", attributes: .concurrent)
  private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

  private static let reserved: [(start: [UInt8], length: Int)] = [
    ([0, 0, 0, 0], 8), ([10, 0, 0, 0], 8), ([100, 64, 0, 0], 10), ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16), ([172, 16, 0, 0], 12), ([192, 0, 0, 0], 24), ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24), ([192, 168, 0, 0], 16), ([198, 18, 0, 0], 15), ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24), ([224, 0, 0, 0], 4), ([240, 0, 0, 0], 4),
  ]

  // Documentation, 6to4, and what is below 2001:200 (Teredo and its neighbours).
  private static let reservedLong: [[UInt8]] = [
    [0x20, 0x01, 0x0d, 0xb8], [0x20, 0x02], [0x20, 0x01, 0x00], [0x20, 0x01, 0x01], [0x3f, 0xff],
  ]

  private static func isIn(_ range: (start: [UInt8], length: Int), _ bytes: [UInt8]) -> Bool {
    (0..<range.length).allSatisfy { bit in
      let mask = UInt8(0x80) >> UInt8(bit % 8)
      return bytes[bit / 8] & mask == range.start[bit / 8] & mask
    }
  }
}
