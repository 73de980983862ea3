internal import Base
internal import CArchive

/// Makes a tar of those entries of another that are wanted, with owners, modes and links as they are.
public enum TarFilter {
  /// Reads a tar to its end, hands the new one to `sink` piece by piece, and answers how many entries it
  /// has.
  public static func filter(
    _ reader: TarStream, into sink: @escaping ([UInt8]) throws -> Void,
    keep: (TarEntry) -> Bool
  ) throws -> Int {
    let writer = try TarWriter(sink)
    var count = 0
    while let entry = try reader.next() {
      guard keep(entry), let raw = reader.currentEntry else { continue }
      count += 1
      try writer.begin(raw)
      while let piece = try reader.piece() { try writer.put(piece) }
    }
    try writer.finish()
    return count
  }
}

private final class TarWriter {
  private final class Sink {
    let body: ([UInt8]) throws -> Void
    var failure: (any Error)?

    init(_ body: @escaping ([UInt8]) throws -> Void) { self.body = body }
  }

  private let archive: OpaquePointer
  private let sink: Sink

  init(_ body: @escaping ([UInt8]) throws -> Void) throws {
    guard let archive = archive_write_new() else {
      throw BelayError(.internal, "out of memory for libarchive")
    }
    self.archive = archive
    sink = Sink(body)
    archive_write_set_format_pax_restricted(archive)
    archive_write_set_options(archive, "hdrcharset=BINARY")
    let opened = archive_write_open(
      archive, Unmanaged.passUnretained(sink).toOpaque(), nil,
      { _, context, buffer, length in
        guard let context, let buffer else { return -1 }
        let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
        do {
          try sink.body(Array(UnsafeRawBufferPointer(start: buffer, count: length)))
          return length
        } catch {
          sink.failure = error
          return -1
        }
      }, nil)
    guard opened == ARCHIVE_OK else { throw fault() }
  }

  deinit { archive_write_free(archive) }

  func begin(_ entry: OpaquePointer) throws {
    guard archive_write_header(archive, entry) >= ARCHIVE_WARN else { throw fault() }
  }

  func put(_ bytes: [UInt8]) throws {
    guard archive_write_data(archive, bytes, bytes.count) == bytes.count else { throw fault() }
  }

  func finish() throws {
    guard archive_write_close(archive) == ARCHIVE_OK else { throw fault() }
  }

  private func fault() -> any Error {
    if let failure = sink.failure { return failure }
    let words = archive_error_string(archive).map { String(cString: $0) } ?? "no reason given"
    return BelayError(.internal, "writing a tar stream: \(words)")
  }
}
