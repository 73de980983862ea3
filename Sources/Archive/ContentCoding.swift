public import Base
internal import CArchive

/// How the body of a message is packed (`content-encoding`).
public enum ContentCoding: String, Sendable, Hashable, CaseIterable {
  /// gzip.
  case gzip
  /// Zstandard, in frames that need not say how long they are.
  case zstd

  /// The coding of a header's value; nil when it names none that is known, or several.
  public init?(header value: String) {
    switch value.lowercased() {
    case "gzip", "x-gzip": self = .gzip
    case "zstd": self = .zstd
    default: return nil
    }
  }

  private var filter: Int32 { self == .gzip ? ARCHIVE_FILTER_GZIP : ARCHIVE_FILTER_ZSTD }

  /// Unpacks a body; what is not packed so, is cut, or would become longer than `limit` is refused.
  public func unpack(_ bytes: [UInt8], limit: Int) throws(BelayError) -> [UInt8] {
    guard let archive = archive_read_new() else {
      throw BelayError(.internal, "out of memory for libarchive")
    }
    defer { archive_read_free(archive) }
    archive_read_support_filter_by_code(archive, filter)
    archive_read_support_format_raw(archive)
    archive_read_support_format_empty(archive)
    var failure: BelayError?
    let unpacked = bytes.withUnsafeBytes { packed -> [UInt8] in
      var out: [UInt8] = []
      do throws(BelayError) {
        var entry: OpaquePointer?
        try check(archive_read_open_memory(archive, packed.baseAddress, packed.count), archive)
        let code = archive_read_next_header(archive, &entry)
        guard archive_filter_code(archive, 0) == filter else { throw fault("it is none") }
        guard code != ARCHIVE_EOF else { return [] }
        try check(code, archive)
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
          let count = archive_read_data(archive, &piece, piece.count)
          guard count >= 0 else { throw fault(words(archive)) }
          guard count > 0 else { return out }
          guard out.count + count <= limit else { throw fault("it is longer than \(limit) bytes") }
          out += piece[..<count]
        }
      } catch {
        failure = error
        return []
      }
    }
    if let failure { throw failure }
    return unpacked
  }

  private func check(_ code: Int32, _ archive: OpaquePointer) throws(BelayError) {
    guard code >= ARCHIVE_WARN else { throw fault(words(archive)) }
  }

  private func words(_ archive: OpaquePointer) -> String {
    archive_error_string(archive).map { String(cString: $0) } ?? "no reason given"
  }

  private func fault(_ words: String) -> BelayError {
    BelayError(.usage, "expected a body in \(rawValue): \(words.printable())")
  }
}
