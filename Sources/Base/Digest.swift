internal import CCrypto

/// A SHA-256: the name of a blob, a file tree, a task, a suite, a harness.
public struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// Takes 32 bytes; nil for any other number.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    self.bytes = Array(bytes)
  }

  /// Reads 64 hex digits, with or without `sha256:` in front.
  public init?(_ text: some StringProtocol) {
    let hex = text.hasPrefix("sha256:") ? text.dropFirst(7) : text.dropFirst(0)
    guard let bytes = Hex.bytes(hex), bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  fileprivate init(trusted: [UInt8]) { bytes = trusted }

  /// The digest of some bytes.
  public static func of(_ bytes: some Sequence<UInt8>) -> Digest {
    let done = bytes.withContiguousStorageIfAvailable { buffer in
      [UInt8](unsafeUninitializedCapacity: 32) { out, count in
        unsafe _ = SHA256(buffer.baseAddress, buffer.count, out.baseAddress)
        count = 32
      }
    }
    if let done { return Digest(trusted: done) }
    return of(Array(bytes))
  }

  /// The digest of a text's UTF-8.
  public static func of(_ text: String) -> Digest { of(Array(text.utf8)) }

  /// 64 hex digits.
  public var hex: String { Hex.text(bytes) }
  /// 64 hex digits.
  public var description: String { hex }
  /// The first 12 digits, as shown beside names.
  public var short: String { Hex.text(bytes.prefix(6)) }

  /// Its first eight bytes as a number, for whoever draws by it.
  public var number: UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

  /// Byte order.
  public static func < (left: Digest, right: Digest) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

/// A SHA-256 that is fed piece by piece.
public struct Hasher256: ~Copyable {
  private let context: OpaquePointer

  /// An empty hash.
  public init() {
    guard let context = EVP_MD_CTX_new() else { fatalError("out of memory for a hash") }
    self.context = context
    EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes.
  public mutating func update(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
  }

  /// Adds a text's UTF-8.
  public mutating func update(_ text: String) { update(Array(text.utf8)) }

  /// The digest of all that was added.
  public consuming func finish() -> Digest {
    let bytes = [UInt8](unsafeUninitializedCapacity: 32) { out, count in
      unsafe _ = EVP_DigestFinal_ex(context, out.baseAddress, nil)
      count = 32
    }
    return Digest(trusted: bytes)
  }
}

/// Bytes as lower-case hex digits and back.
public enum Hex {
  /// Two digits a byte.
  public static func text(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var out: [UInt8] = []
    for byte in bytes {
      out.append(digits[Int(byte >> 4)])
      out.append(digits[Int(byte & 15)])
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Reads pairs of digits; nil when there is anything else.
  public static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var out: [UInt8] = []
    out.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      out.append(high << 4 | low)
    }
    return out
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x41 + 10
    case 0x61...0x66: digit - 0x61 + 10
    default: nil
    }
  }
}
