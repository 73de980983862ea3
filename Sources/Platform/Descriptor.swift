public import Base
internal import Glibc

/// An open file descriptor with one owner, closed when the owner goes.
public struct Descriptor: ~Copyable, Sendable {
  /// The number, valid as long as this value lives.
  public let raw: Int32

  /// Takes ownership of an open descriptor.
  public init(owning raw: Int32) { self.raw = raw }

  deinit { close(raw) }

  /// Gives the number away; whoever takes it closes it.
  public consuming func release() -> Int32 {
    let raw = raw
    discard self
    return raw
  }

  /// Opens a path, close-on-exec; `relativeTo` is a directory that it starts from.
  public static func open(
    _ path: String, _ flags: Int32, mode: UInt32 = 0o600, relativeTo directory: Int32? = nil
  ) throws(BelayError) -> Descriptor {
    while true {
      let raw = openat(directory ?? AT_FDCWD, path, flags | O_CLOEXEC, mode)
      if raw >= 0 { return Descriptor(owning: raw) }
      let code = errno
      guard code == EINTR else {
        throw .system("open", code, place: path, kind: code == ENOENT ? .notFound : .internal)
      }
    }
  }

  /// Reads to the end, or fails when there is more than `limit`.
  public func readAll(limit: Int, place: String = "descriptor") throws(BelayError) -> [UInt8] {
    let (bytes, complete) = try readPrefix(limit: limit, place: place)
    guard complete else {
      throw BelayError(.usage, "larger than the \(limit) bytes allowed", place: place)
    }
    return bytes
  }

  /// Reads up to `limit` bytes and says whether that was all.
  public func readPrefix(limit: Int, place: String = "descriptor") throws(BelayError)
    -> (bytes: [UInt8], complete: Bool)
  {
    var bytes: [UInt8] = []
    var status = stat()
    if fstat(raw, &status) == 0, status.st_size > 0 {
      bytes.reserveCapacity(min(limit, Int(status.st_size)) + 1)
    }
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let want = min(chunk.count, limit + 1 - bytes.count)
      let got = read(raw, &chunk, want)
      if got == 0 { return (bytes, true) }
      if got < 0 {
        if errno == EINTR { continue }
        throw .system("read", errno, place: place)
      }
      bytes += chunk[0..<got]
      if bytes.count > limit {
        bytes.removeLast(bytes.count - limit)
        return (bytes, false)
      }
    }
  }

  /// Writes all bytes.
  public func write(_ bytes: [UInt8], place: String = "descriptor") throws(BelayError) {
    var done = 0
    while done < bytes.count {
      let got = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(raw, buffer.baseAddress.map { unsafe $0 + done }, bytes.count - done)
      }
      if got < 0 {
        if errno == EINTR { continue }
        throw .system("write", errno, place: place)
      }
      done += got
    }
  }
}
