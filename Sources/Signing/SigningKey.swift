internal import Base
internal import CCrypto

/// An Ed25519 key that signs.
public struct SigningKey: Sendable {
  private let seed: [UInt8]
  /// What others check signatures with.
  public let verifying: VerifyingKey

  /// The key of a seed of 32 bytes, which is the secret; nil for any other length.
  public init?(seed: [UInt8]) {
    guard seed.count == 32, let key = Self.key(seed) else { return nil }
    defer { EVP_PKEY_free(key) }
    var count = 32
    var failed: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 32) { out, initialized in
      failed = unsafe EVP_PKEY_get_raw_public_key(key, out.baseAddress, &count)
      initialized = failed == 1 ? count : 0
    }
    guard let verifying = VerifyingKey(bytes: bytes) else { return nil }
    self.seed = seed
    self.verifying = verifying
  }

  /// The signature of a message: 64 bytes, the same each time.
  public func sign(_ message: [UInt8]) -> [UInt8] {
    guard let key = Self.key(seed), let context = EVP_MD_CTX_new() else {
      fatalError("out of memory for a signature")
    }
    defer {
      EVP_MD_CTX_free(context)
      EVP_PKEY_free(key)
    }
    guard unsafe EVP_DigestSignInit(context, nil, nil, nil, key) == 1 else {
      fatalError("libcrypto has no Ed25519")
    }
    var count = 64
    return [UInt8](unsafeUninitializedCapacity: 64) { out, initialized in
      let isSigned = unsafe message.withUnsafeBufferPointer { message in
        unsafe EVP_DigestSign(
          context, out.baseAddress, &count, message.baseAddress, message.count)
      }
      initialized = isSigned == 1 ? count : 0
    }
  }

  /// The seed as hex, for a file that nobody else can read.
  public var secretText: String { Hex.text(seed) }

  private static func key(_ seed: [UInt8]) -> OpaquePointer? {
    unsafe seed.withUnsafeBufferPointer { seed in
      unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed.baseAddress, seed.count)
    }
  }
}

/// An Ed25519 key that signatures are checked with.
public struct VerifyingKey: Sendable, Hashable {
  /// Its 32 bytes.
  public let bytes: [UInt8]

  /// The key of 32 bytes; nil for any other length.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// The key as hex.
  public var text: String { Hex.text(bytes) }

  /// Whether the signature of this message was made by whoever holds the secret.
  public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    guard signature.count == 64,
      let key = unsafe bytes.withUnsafeBufferPointer({ bytes in
        unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes.baseAddress, bytes.count)
      })
    else { return false }
    defer { EVP_PKEY_free(key) }
    guard let context = EVP_MD_CTX_new() else { return false }
    defer { EVP_MD_CTX_free(context) }
    guard unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
    return unsafe signature.withUnsafeBufferPointer { signature in
      unsafe message.withUnsafeBufferPointer { message in
        unsafe EVP_DigestVerify(
          context, signature.baseAddress, signature.count, message.baseAddress, message.count) == 1
      }
    }
  }
}
