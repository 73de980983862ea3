public import Base
internal import CArchive
internal import Glibc

/// Reads a tar stream entry by entry; nothing touches the disk unless `extract` is asked to.
public final class TarReader {
  private let archive: OpaquePointer
  private let limits: ArchiveLimits
  private var entries = 0
  private var bytes = 0

  private init(_ archive: OpaquePointer, _ limits: ArchiveLimits) {
    self.archive = archive
    self.limits = limits
  }

  deinit { archive_read_free(archive) }

  /// Hands every entry of the stream on a descriptor to `body`, with a reader that `content(limit:)` may be asked of.
  public static func read(
    descriptor: Int32, limits: ArchiveLimits = ArchiveLimits(),
    _ body: (ArchiveEntry, TarReader) throws -> Void
  ) throws {
    try withUTF8Paths {
      guard let archive = archive_read_new() else {
        throw BelayError(.internal, "no memory for an archive")
      }
      let reader = TarReader(archive, limits)
      // Nothing but tar: filters and other formats are more code that hostile bytes could reach.
      archive_read_support_format_tar(archive)
      guard archive_read_open_fd(archive, descriptor, 64 << 10) == ARCHIVE_OK else {
        throw reader.fault()
      }
      while let entry = try reader.next() { try body(entry, reader) }
    }
  }

  /// The content of the entry that was just handed over; nil when it is longer than a file may be.
  public func content() throws(BelayError) -> [UInt8]? {
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = chunk.withUnsafeMutableBytes {
        archive_read_data(archive, $0.baseAddress, $0.count)
      }
      if count == 0 { return content }
      guard count > 0 else { throw fault() }
      bytes += count
      guard bytes <= limits.totalBytes else {
        throw BelayError(.usage, "the archive holds more than \(limits.totalBytes) bytes")
      }
      guard content.count + count <= limits.fileBytes else { return nil }
      content += chunk[0..<count]
    }
  }

  private func next() throws(BelayError) -> ArchiveEntry? {
    var raw: OpaquePointer?
    switch archive_read_next_header(archive, &raw) {
    case ARCHIVE_EOF: return nil
    case ARCHIVE_OK, ARCHIVE_WARN: break
    default: throw fault()
    }
    guard let raw else { throw fault() }
    entries += 1
    guard entries <= limits.entries else {
      throw BelayError(.usage, "the archive holds more than \(limits.entries) entries")
    }
    return ArchiveEntry(
      path: Self.text(archive_entry_pathname(raw)), kind: Self.kind(raw),
      size: Int(archive_entry_size(raw)), mode: UInt32(archive_entry_perm(raw)))
  }

  private static func kind(_ raw: OpaquePointer) -> ArchiveKind {
    if let target = archive_entry_hardlink(raw) { return .hardLink(text(target)) }
    // The constants of sys/stat.h, which reach this file by two ways and are ambiguous by name.
    switch UInt32(archive_entry_filetype(raw)) {
    case 0o100000: return .file
    case 0o040000: return .directory
    case 0o120000: return .link(text(archive_entry_symlink(raw)))
    default: return .special
    }
  }

  private static func text(_ start: UnsafePointer<CChar>?) -> String {
    start.map { String(cString: $0) } ?? ""
  }

  private func fault() -> BelayError {
    let words = archive_error_string(archive).map { String(cString: $0) } ?? "unknown error"
    return BelayError(.usage, "expected a tar archive: \(words)")
  }

  // In the C locale libarchive gives NULL for every path beyond ASCII; the locale is this thread's alone.
  private static func withUTF8Paths<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard let locale = newlocale(1 << LC_CTYPE, "C.UTF-8", nil) else { return try body() }
    let before = uselocale(locale)
    defer {
      uselocale(before)
      freelocale(locale)
    }
    return try body()
  }
}
