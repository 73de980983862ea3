public import Base
internal import Glibc

extension Files {
  /// The SHA-256 of a regular file, read piece by piece; fails when it is larger than `limit`.
  public static func digest(_ path: String, limit: Int = 16 << 30) throws(BelayError) -> Digest {
    let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    var status = stat()
    guard fstat(file.raw, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw BelayError(.usage, "expected a regular file", place: path)
    }
    guard Int(status.st_size) <= limit else {
      throw BelayError(.usage, "larger than the \(limit) bytes allowed", place: path)
    }
    var hasher = Hasher256()
    var chunk = [UInt8](repeating: 0, count: 128 * 1024)
    var total = 0
    while true {
      let got = Glibc.read(file.raw, &chunk, chunk.count)
      if got == 0 { return hasher.finish() }
      if got < 0 {
        if errno == EINTR { continue }
        throw .system("read", errno, place: path)
      }
      total += got
      guard total <= limit else {
        throw BelayError(.usage, "larger than the \(limit) bytes allowed", place: path)
      }
      hasher.update(got == chunk.count ? chunk : Array(chunk[0..<got]))
    }
  }
}
