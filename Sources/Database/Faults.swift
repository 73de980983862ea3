internal import Base
internal import CSQLite

extension BelayError {
  /// SQLite's error with what to do about it; the statement is named, its values are not.
  static func sqlite(_ code: Int32, _ words: String, path: String, sql: String? = nil) -> BelayError
  {
    let (kind, message, hint): (ErrorKind, String, String?) =
      switch code & 0xFF {
      case SQLITE_FULL:
        (.internal, "the disk is full", "free some space and run the same command again")
      case SQLITE_BUSY, SQLITE_LOCKED:
        (.busy, "the database is held by another process", "try again in a moment")
      case SQLITE_INTERRUPT: (.interrupted, "the statement was stopped", nil)
      case SQLITE_CORRUPT, SQLITE_NOTADB:
        (.internal, "the database is damaged", "belay db check, then restore a backup")
      case SQLITE_IOERR:
        (
          .internal, "the database could not be read or written",
          "look at the disk's free space and health, then run belay db check"
        )
      case SQLITE_CANTOPEN:
        (.notFound, "the database cannot be opened", "look at the folder's permissions")
      case SQLITE_READONLY: (.internal, "the database cannot be written", nil)
      case SQLITE_AUTH: (.usage, "the statement does more than read", "write a SELECT")
      case SQLITE_ERROR: (.usage, "the statement is not valid", nil)
      case SQLITE_TOOBIG: (.usage, "a value is larger than allowed", nil)
      default: (.internal, "the database refused", nil)
      }
    let said =
      sql.map { "SQLite \(code): \(words), in: \(abridged($0))" } ?? "SQLite \(code): \(words)"
    return BelayError(kind, message, place: path, hint: hint, cause: Said(description: said))
  }

  private static func abridged(_ sql: String) -> String {
    sql.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(200).description
  }
}

private struct Said: Error, CustomStringConvertible {
  let description: String
}

// A pointer that is not null tells SQLite an empty text from NULL.
nonisolated(unsafe) let emptyText: UnsafePointer<CChar> = {
  let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
  byte.initialize(to: 0)
  return UnsafePointer(byte)
}()
