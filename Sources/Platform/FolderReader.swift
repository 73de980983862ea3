public import Base
internal import CSystem
internal import Glibc

/// Reads folders that somebody hostile may have written: by descriptor, never following a link, never
/// waiting for a FIFO, names as bytes.
public struct FolderReader: Sendable {
  /// What stands behind a name.
  public struct Entry: Sendable {
    /// Regular file, folder, link or something special.
    public let kind: FileKind
    /// Bytes, as the file claims.
    public let size: Int
    /// Permission bits.
    public let mode: UInt32
    /// How many names it has.
    public let links: Int
  }

  private let folder: SharedDescriptor

  /// Reads below an open folder.
  public init(_ folder: SharedDescriptor) { self.folder = folder }

  /// The names in it, without `.` and `..`; at most `limit`, and whether that was all.
  public func names(limit: Int) throws(BelayError) -> (names: [[UInt8]], complete: Bool) {
    let own = openat(folder.raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0, let stream = fdopendir(own) else { throw .system("open folder", errno) }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name == [46] || name == [46, 46] { continue }
      if names.count == limit { return (names, false) }
      names.append(name)
    }
    return (names, true)
  }

  /// The names in it with what they stand for, without `.` and `..`; at most `limit`, and whether that
  /// was all. One call for a whole folder, where `entry` is one for each name.
  public func kinds(limit: Int) throws(BelayError) -> (
    entries: [(name: [UInt8], kind: FileKind)], complete: Bool
  ) {
    let own = openat(folder.raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0, let stream = fdopendir(own) else { throw .system("open folder", errno) }
    defer { closedir(stream) }
    var entries: [(name: [UInt8], kind: FileKind)] = []
    while let found = readdir(stream) {
      let name = withUnsafeBytes(of: &found.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name == [46] || name == [46, 46] { continue }
      if entries.count == limit { return (entries, false) }
      let kind: FileKind? =
        switch Int(found.pointee.d_type) {
        case DT_DIR: .directory
        case DT_REG: .regular
        case DT_LNK: .link
        case DT_UNKNOWN: entry(name)?.kind
        default: .special
        }
      if let kind { entries.append((name, kind)) }
    }
    return (entries, true)
  }

  /// What a name stands for; nil when there is nothing.
  public func entry(_ name: [UInt8]) -> Entry? {
    var status = stat()
    guard fstatat(folder.raw, Self.text(name), &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      return nil
    }
    return Entry(
      kind: Files.kind(status.st_mode), size: Int(status.st_size),
      mode: status.st_mode & 0o7777, links: Int(status.st_nlink))
  }

  /// The folder below this one.
  public func folder(_ name: [UInt8]) throws(BelayError) -> FolderReader {
    FolderReader(try open(name, directory: true))
  }

  /// The bytes of a regular file with one name, at most `limit`; nil when there are more.
  public func file(_ name: [UInt8], limit: Int) throws(BelayError) -> [UInt8]? {
    let file = try open(name, directory: false)
    var status = stat()
    guard fstat(file.raw, &status) == 0, Files.kind(status.st_mode) == .regular else {
      throw BelayError(.usage, "not a regular file any more")
    }
    var bytes = [UInt8](repeating: 0, count: min(limit, max(0, Int(status.st_size))) + 1)
    var done = 0
    while done < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        read(file.raw, buffer.baseAddress.map { $0 + done }, buffer.count - done)
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw .system("read", errno) }
      if got == 0 { break }
      done += got
    }
    if done > limit { return nil }
    bytes.removeLast(bytes.count - done)
    return bytes
  }

  /// Where a link points to, as bytes.
  public func link(_ name: [UInt8]) -> [UInt8] {
    var target = [CChar](repeating: 0, count: 4096)
    let count = readlinkat(folder.raw, Self.text(name), &target, target.count)
    return target.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
  }

  private func open(_ name: [UInt8], directory: Bool) throws(BelayError) -> SharedDescriptor {
    let raw = csystem_open_beneath(folder.raw, Self.text(name), directory ? 1 : 0)
    guard raw >= 0 else { throw .system("open", errno) }
    return SharedDescriptor(owning: raw)
  }

  private static func text(_ name: [UInt8]) -> [CChar] {
    name.map { CChar(bitPattern: $0) } + [0]
  }
}
