internal import Base
internal import Glibc

/// What an extraction left out, and why.
public struct Extraction: Sendable, Hashable {
  /// Files that were written.
  public let files: Int
  /// Their bytes.
  public let bytes: Int
  /// Paths that were left out, each with the reason; not yet safe to print.
  public let skipped: [String]
}

extension TarReader {
  /// Unpacks files and directories below a folder that holds nothing yet.
  ///
  /// Links and special files are left out, so that no path can lead out of the folder; every directory on the way
  /// is opened without following a link and a file is made new or not at all.
  public static func extract(
    descriptor: Int32, below folder: String, limits: ArchiveLimits = ArchiveLimits()
  ) throws -> Extraction {
    let root = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard root >= 0 else { throw BelayError.system("open", errno, place: folder) }
    defer { close(root) }
    var files = 0
    var bytes = 0
    var skipped: [String] = []
    try read(descriptor: descriptor, limits: limits) { entry, reader in
      guard let parts = entry.safeParts else {
        return skipped.append("\(entry.path): leads out of the folder")
      }
      switch entry.kind {
      case .directory:
        if try folderBelow(root, parts).map({ close($0) }) == nil {
          skipped.append("\(entry.path): a file stands in the way")
        }
      case .file:
        guard let name = parts.last else { return skipped.append("\(entry.path): no name") }
        guard let content = try reader.content() else {
          return skipped.append("\(entry.path): larger than \(limits.fileBytes) bytes")
        }
        guard let parent = try folderBelow(root, parts.dropLast()) else {
          return skipped.append("\(entry.path): a file stands in the way")
        }
        defer { close(parent) }
        guard try write(content, name, entry.mode, parent) else {
          return skipped.append("\(entry.path): there is something already")
        }
        files += 1
        bytes += content.count
      case .link, .hardLink: skipped.append("\(entry.path): a link")
      case .special: skipped.append("\(entry.path): a special file")
      }
    }
    return Extraction(files: files, bytes: bytes, skipped: skipped)
  }

  // The directory at these parts, made as needed; nil when something else stands there.
  private static func folderBelow(_ root: Int32, _ parts: some Sequence<String>) throws -> Int32? {
    var at = dup(root)
    for part in parts {
      guard at >= 0 else { break }
      let above = at
      defer { close(above) }
      guard mkdirat(above, part, 0o755) == 0 || errno == EEXIST else {
        throw BelayError.system("mkdir", errno, place: part)
      }
      at = openat(above, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }
    return at >= 0 ? at : nil
  }

  private static func write(_ content: [UInt8], _ name: String, _ mode: UInt32, _ parent: Int32)
    throws -> Bool
  {
    let file = openat(
      parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 0o755)
    guard file >= 0 else {
      if errno == EEXIST || errno == EISDIR { return false }
      throw BelayError.system("open", errno, place: name)
    }
    defer { close(file) }
    var done = 0
    while done < content.count {
      let count = content.withUnsafeBytes { buffer in
        Glibc.write(file, buffer.baseAddress.map { $0 + done }, content.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw BelayError.system("write", errno, place: name) }
      done += count
    }
    return true
  }
}
