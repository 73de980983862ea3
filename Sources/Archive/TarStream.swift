public import Base
internal import CArchive

/// The kinds of archives that are read.
public enum ArchiveForm: String, Sendable, Hashable {
  /// A tar stream.
  case tar
  /// A zip file, whose entries may be packed in any way that libarchive knows.
  case zip
}

/// Something in an archive, as the archive claims it.
public struct TarEntry: Sendable, Hashable {
  /// What it is.
  public enum Kind: Sendable, Hashable {
    /// A regular file.
    case file
    /// A folder.
    case folder
    /// A symbolic link.
    case link
    /// A second name of a file that came before.
    case hardLink
    /// A FIFO, a socket or a device.
    case special
  }

  /// Its path, as bytes: never to be used as a path on the host.
  public let path: [UInt8]
  /// What it is.
  public let kind: Kind
  /// Bytes of a regular file.
  public let size: Int
  /// Permission bits.
  public let mode: UInt32
  /// Where a link leads to, as bytes.
  public let target: [UInt8]
}

/// Reads a tar stream that somebody hostile may have filled: entry by entry, in memory, nothing else than
/// tar and nothing packed, and nothing is ever written to the host.
public final class TarStream {
  private let archive: OpaquePointer
  private let form: ArchiveForm
  private var entry: OpaquePointer?

  /// Reads from a descriptor, which stays the caller's; for threads that may wait.
  public init(descriptor: Int32, as form: ArchiveForm = .tar) throws(BelayError) {
    guard let archive = archive_read_new() else {
      throw BelayError(.internal, "out of memory for libarchive")
    }
    self.archive = archive
    self.form = form
    switch form {
    case .tar: archive_read_support_format_tar(archive)
    case .zip: archive_read_support_format_zip(archive)
    }
    archive_read_support_format_empty(archive)
    // Names stay bytes: a conversion would drop those that are not of the locale.
    archive_read_set_options(archive, "hdrcharset=BINARY")
    guard archive_read_open_fd(archive, descriptor, 128 << 10) == ARCHIVE_OK else {
      throw fault()
    }
  }

  deinit { archive_read_free(archive) }

  /// The next entry; nil at the end.
  public func next() throws(BelayError) -> TarEntry? {
    while true {
      let code = archive_read_next_header(archive, &entry)
      if code == ARCHIVE_EOF { return nil }
      guard code == ARCHIVE_OK || code == ARCHIVE_WARN, let entry else {
        if code == ARCHIVE_RETRY { continue }
        throw fault()
      }
      return Self.read(entry)
    }
  }

  /// The bytes of the entry that `next` gave; nil when there are more than `limit`.
  public func content(limit: Int) throws(BelayError) -> [UInt8]? {
    var bytes: [UInt8] = []
    while let piece = try piece(most: limit + 1 - bytes.count) {
      bytes += piece
      if bytes.count > limit { return nil }
    }
    return bytes
  }

  /// The next bytes of the entry that `next` gave; nil after the last.
  func piece(most: Int = .max) throws(BelayError) -> [UInt8]? {
    var chunk = [UInt8](repeating: 0, count: min(64 << 10, most))
    let got = archive_read_data(archive, &chunk, chunk.count)
    guard got >= 0 else { throw fault() }
    return got == 0 ? nil : Array(chunk.prefix(got))
  }

  var currentEntry: OpaquePointer? { entry }

  private static func read(_ entry: OpaquePointer) -> TarEntry {
    let hard = archive_entry_hardlink(entry)
    let kind: TarEntry.Kind =
      if hard != nil {
        .hardLink
      } else {
        switch archive_entry_filetype(entry) {
        case 0o100000: .file
        case 0o040000: .folder
        case 0o120000: .link
        default: .special
        }
      }
    return TarEntry(
      path: bytes(archive_entry_pathname(entry)), kind: kind,
      size: max(0, Int(archive_entry_size(entry))),
      mode: UInt32(archive_entry_perm(entry)) & 0o7777,
      target: bytes(hard ?? archive_entry_symlink(entry)))
  }

  private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
    var bytes: [UInt8] = []
    guard var at = text else { return bytes }
    while at.pointee != 0 {
      bytes.append(UInt8(bitPattern: at.pointee))
      at += 1
    }
    return bytes
  }

  private func fault() -> BelayError {
    let words = archive_error_string(archive).map { String(cString: $0) } ?? "no reason given"
    return BelayError(.usage, "expected a \(form.rawValue) archive: \(words.printable())")
  }
}
