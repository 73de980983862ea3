public import Base
internal import CSQLite

/// One row of a result; it cannot leave the closure that it is handed to.
public struct Row: ~Copyable {
  let statement: OpaquePointer

  init(_ statement: OpaquePointer) { self.statement = statement }

  /// How many columns there are.
  public var count: Int { Int(sqlite3_column_count(statement)) }

  /// Whether a column is NULL.
  public func isNull(_ column: Int) -> Bool {
    sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL
  }

  /// A whole number; 0 for NULL.
  public func int(_ column: Int) -> Int { Int(sqlite3_column_int64(statement, Int32(column))) }

  /// A whole number, or nil for NULL.
  public func optionalInt(_ column: Int) -> Int? { isNull(column) ? nil : int(column) }

  /// Whether a whole number is not 0.
  public func bool(_ column: Int) -> Bool { int(column) != 0 }

  /// A number; 0 for NULL.
  public func double(_ column: Int) -> Double { sqlite3_column_double(statement, Int32(column)) }

  /// A number, or nil for NULL.
  public func optionalDouble(_ column: Int) -> Double? { isNull(column) ? nil : double(column) }

  /// A text; empty for NULL.
  public func text(_ column: Int) -> String {
    guard let start = sqlite3_column_text(statement, Int32(column)) else { return "" }
    let count = Int(sqlite3_column_bytes(statement, Int32(column)))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// A text, or nil for NULL.
  public func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

  /// Bytes; none for NULL.
  public func blob(_ column: Int) -> [UInt8] {
    guard let start = sqlite3_column_blob(statement, Int32(column)) else { return [] }
    let count = Int(sqlite3_column_bytes(statement, Int32(column)))
    return Array(UnsafeRawBufferPointer(start: start, count: count))
  }

  /// A SHA-256; anything that is none is an error of the file.
  public func digest(_ column: Int) throws(BelayError) -> Digest {
    guard let digest = Digest(bytes: blob(column)) else {
      throw BelayError(.internal, "expected a digest of 32 bytes", hint: "belay db check")
    }
    return digest
  }

  /// A JSON text; null for NULL.
  public func json(_ column: Int) throws -> JSON {
    isNull(column) ? .null : try JSON.parse(blob(column))
  }

  /// A moment.
  public func timestamp(_ column: Int) -> Timestamp {
    Timestamp(milliseconds: Int64(int(column)))
  }

  /// The value with the type that it has.
  public func value(_ column: Int) -> SQLValue {
    switch sqlite3_column_type(statement, Int32(column)) {
    case SQLITE_INTEGER: .int(int(column))
    case SQLITE_FLOAT: .double(double(column))
    case SQLITE_TEXT: .text(text(column))
    case SQLITE_BLOB: .blob(blob(column))
    default: .null
    }
  }
}
