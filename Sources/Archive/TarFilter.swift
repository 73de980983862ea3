public import Base
internal import CArchive

/// Makes a tar of those entries of another that are wanted, with owners, modes and links as they are.
public enum TarFilter {
  /// Reads a tar to its end; fails when more than `limit` bytes are wanted.
  public static func filter(_ reader: TarStream, limit: Int, keep: (TarEntry) -> Bool)
    throws(BelayError) -> [UInt8]
  {
    let writer = try MemoryTar()
    while let entry = try reader.next() {
      guard keep(entry), let raw = reader.currentEntry else { continue }
      guard let content = try reader.content(limit: limit - writer.count) else {
        throw BelayError(.sandbox, "more than \(limit) bytes are wanted of a tar stream")
      }
      try writer.put(raw, content)
    }
    return try writer.finish()
  }
}

/// A tar in memory.
private final class MemoryTar {
  private final class Bytes {
    var all: [UInt8] = []
  }

  private let archive: OpaquePointer
  private let bytes = Bytes()

  var count: Int { bytes.all.count }

  init() throws(BelayError) {
    guard let archive = archive_write_new() else {
      throw BelayError(.internal, "out of memory for libarchive")
    }
    self.archive = archive
    archive_write_set_format_pax_restricted(archive)
    archive_write_set_options(archive, "hdrcharset=BINARY")
    let context = Unmanaged.passUnretained(bytes).toOpaque()
    let opened = archive_write_open(
      archive, context, nil,
      { _, context, buffer, length in
        guard let context, let buffer else { return -1 }
        let bytes = Unmanaged<Bytes>.fromOpaque(context).takeUnretainedValue()
        bytes.all += UnsafeRawBufferPointer(start: buffer, count: length)
        return length
      }, nil)
    guard opened == ARCHIVE_OK else { throw fault() }
  }

  deinit { archive_write_free(archive) }

  func put(_ entry: OpaquePointer, _ content: [UInt8]) throws(BelayError) {
    guard archive_write_header(archive, entry) >= ARCHIVE_WARN else { throw fault() }
    guard !content.isEmpty else { return }
    guard archive_write_data(archive, content, content.count) == content.count else {
      throw fault()
    }
  }

  func finish() throws(BelayError) -> [UInt8] {
    guard archive_write_close(archive) == ARCHIVE_OK else { throw fault() }
    return bytes.all
  }

  private func fault() -> BelayError {
    let words = archive_error_string(archive).map { String(cString: $0) } ?? "no reason given"
    return BelayError(.internal, "writing a tar stream: \(words)")
  }
}
