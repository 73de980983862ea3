public import Base

/// Reads a tar stream entry by entry; nothing touches the disk unless `extract` is asked to.
public final class TarReader {
  private let stream: TarStream
  private let limits: ArchiveLimits
  private var entries = 0
  private var bytes = 0

  private init(_ stream: TarStream, _ limits: ArchiveLimits) {
    self.stream = stream
    self.limits = limits
  }

  /// Hands every entry of the stream on a descriptor to `body`, with a reader that `content(limit:)` may be asked of.
  public static func read(
    descriptor: Int32, as form: ArchiveForm = .tar, limits: ArchiveLimits = ArchiveLimits(),
    _ body: (ArchiveEntry, TarReader) throws -> Void
  ) throws {
    let reader = TarReader(try TarStream(descriptor: descriptor, as: form), limits)
    while let entry = try reader.next() { try body(entry, reader) }
  }

  /// The content of the entry that was just handed over; nil when it is longer than a file may be.
  public func content() throws(BelayError) -> [UInt8]? {
    let left = limits.totalBytes - bytes
    guard let content = try stream.content(limit: min(limits.fileBytes, left)) else {
      guard left > limits.fileBytes else {
        throw BelayError(.usage, "the archive holds more than \(limits.totalBytes) bytes")
      }
      return nil
    }
    bytes += content.count
    return content
  }

  private func next() throws(BelayError) -> ArchiveEntry? {
    guard let entry = try stream.next() else { return nil }
    entries += 1
    guard entries <= limits.entries else {
      throw BelayError(.usage, "the archive holds more than \(limits.entries) entries")
    }
    let target = String(decoding: entry.target, as: UTF8.self)
    let kind: ArchiveKind =
      switch entry.kind {
      case .file: .file
      case .folder: .directory
      case .link: .link(target)
      case .hardLink: .hardLink(target)
      case .special: .special
      }
    return ArchiveEntry(
      path: String(decoding: entry.path, as: UTF8.self), kind: kind, size: entry.size,
      mode: entry.mode)
  }
}
