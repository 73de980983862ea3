/// What an entry of an archive is.
public enum ArchiveKind: Sendable, Hashable {
  /// A regular file.
  case file
  /// A directory.
  case directory
  /// A symbolic link with its target.
  case link(String)
  /// Another name of an earlier entry.
  case hardLink(String)
  /// A FIFO, socket or device.
  case special
}

/// The head of one entry of an archive, as whoever wrote it says: nothing in it is to be trusted.
public struct ArchiveEntry: Sendable, Hashable {
  /// The path as written: it may be absolute, hold `..`, or act on a terminal.
  public let path: String
  /// What it is.
  public let kind: ArchiveKind
  /// Bytes of content.
  public let size: Int
  /// Permission bits.
  public let mode: UInt32

  /// The path in its parts when it stays below the folder where the archive is unpacked; else nil.
  public var safeParts: [String]? {
    guard !path.hasPrefix("/"), !path.utf8.contains(0) else { return nil }
    let parts = path.split(separator: "/").filter { $0 != "." }.map(String.init)
    guard !parts.contains(".."), parts.allSatisfy({ $0.utf8.count <= 255 }) else { return nil }
    return parts
  }
}

/// How much of an archive is read before it is refused.
public struct ArchiveLimits: Sendable, Hashable {
  /// Entries.
  public let entries: Int
  /// Bytes of one file.
  public let fileBytes: Int
  /// Bytes of all files together.
  public let totalBytes: Int

  /// Limits; a file over its limit is skipped, the others end the reading.
  public init(entries: Int = 100_000, fileBytes: Int = 64 << 20, totalBytes: Int = 1 << 30) {
    self.entries = entries
    self.fileBytes = fileBytes
    self.totalBytes = totalBytes
  }
}
