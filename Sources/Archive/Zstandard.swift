public import Base
internal import CZstd

/// Zstandard frames for blobs: one frame each, with its length in front.
public enum Zstandard {
  /// Packs bytes into one frame; level 1 is the fastest, 19 the smallest.
  public static func compress(_ bytes: [UInt8], level: Int32 = 1) throws(BelayError) -> [UInt8] {
    let context = Contexts.shared.take()
    defer { Contexts.shared.put(context) }
    var code = 0
    let frame = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) {
      out, count in
      code = bytes.withUnsafeBytes { bytes in
        ZSTD_compressCCtx(
          context.packer, out.baseAddress, out.count, bytes.baseAddress, bytes.count, level)
      }
      count = ZSTD_isError(code) == 0 ? code : 0
    }
    guard ZSTD_isError(code) == 0 else { throw fault(code) }
    return frame
  }

  /// Unpacks one frame; a frame that claims more than `limit` bytes, or lies, is refused before memory is taken.
  public static func decompress(_ frame: [UInt8], limit: Int) throws(BelayError) -> [UInt8] {
    let claimed = frame.withUnsafeBytes { ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
    guard claimed < UInt64.max - 1, claimed <= UInt64(max(limit, 0)) else {
      throw BelayError(
        .internal, "expected a zstd frame of at most \(limit) bytes", hint: "belay db check")
    }
    let context = Contexts.shared.take()
    defer { Contexts.shared.put(context) }
    var code = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(claimed)) { out, count in
      code = frame.withUnsafeBytes { frame in
        ZSTD_decompressDCtx(
          context.unpacker, out.baseAddress, out.count, frame.baseAddress, frame.count)
      }
      count = ZSTD_isError(code) == 0 ? code : 0
    }
    guard ZSTD_isError(code) == 0 else { throw fault(code) }
    guard bytes.count == Int(claimed) else {
      throw BelayError(.internal, "the zstd frame is shorter than it says", hint: "belay db check")
    }
    return bytes
  }

  private static func fault(_ code: Int) -> BelayError {
    let words = ZSTD_getErrorName(code).map { String(cString: $0) } ?? "code \(code)"
    return BelayError(.internal, "zstd: \(words)", hint: "belay db check")
  }
}

// @unchecked: a context is used by whoever took it out of the pool and by nobody else.
private final class ZstdContext: @unchecked Sendable {
  let packer: OpaquePointer
  let unpacker: OpaquePointer

  init() {
    guard let packer = ZSTD_createCCtx(), let unpacker = ZSTD_createDCtx() else {
      fatalError("out of memory for zstd")
    }
    self.packer = packer
    self.unpacker = unpacker
  }

  deinit {
    ZSTD_freeCCtx(packer)
    ZSTD_freeDCtx(unpacker)
  }
}

// Making a context costs more than packing a small log; a handful of them serves all threads.
private struct Contexts: Sendable {
  static let shared = Contexts()
  private let free = Locked<[ZstdContext]>([])

  func take() -> ZstdContext { free.withLock { $0.popLast() } ?? ZstdContext() }

  func put(_ context: ZstdContext) {
    free.withLock { if $0.count < 16 { $0.append(context) } }
  }
}
