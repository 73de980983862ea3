internal import Base
internal import CSQLite

/// A prepared statement; it never leaves its connection.
final class Statement {
  let text: String
  let handle: OpaquePointer
  private unowned let connection: Connection

  /// Prepares the one statement that the text holds; what stands behind it is refused.
  init(_ text: String, on connection: Connection) throws(BelayError) {
    self.text = text
    self.connection = connection
    var handle: OpaquePointer?
    var rest = 0
    var text = text
    let code = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { bytes in
        var tail: UnsafePointer<CChar>?
        let code = sqlite3_prepare_v3(
          connection.handle, bytes.baseAddress, Int32(bytes.count),
          UInt32(SQLITE_PREPARE_PERSISTENT), &handle, &tail)
        if let tail, let start = bytes.baseAddress { rest = tail - start }
        return code
      }
    }
    guard code == SQLITE_OK else { throw connection.fault(code, sql: text) }
    guard let handle else { throw BelayError(.usage, "expected an SQL statement", place: text) }
    self.handle = handle
    let behind = text.utf8.dropFirst(rest)
    guard behind.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D, 0x3B].contains($0) }) else {
      throw BelayError(.usage, "expected one SQL statement, found more behind it", place: text)
    }
  }

  deinit { sqlite3_finalize(handle) }

  func bind(_ values: [SQLValue]) throws(BelayError) {
    for (index, value) in values.enumerated() {
      let code = bind(value, at: Int32(index + 1))
      guard code == SQLITE_OK else { throw connection.fault(code, sql: text) }
    }
  }

  /// Goes to the next row; false when there is none.
  func step() throws(BelayError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw connection.fault(code, sql: text)
    }
  }

  /// Runs to the end; false when a constraint forbids it.
  func stepIfAllowed() throws(BelayError) -> Bool {
    while true {
      switch sqlite3_step(handle) {
      case SQLITE_ROW: continue
      case SQLITE_DONE: return true
      case let code where code & 0xFF == SQLITE_CONSTRAINT: return false
      case let code: throw connection.fault(code, sql: text)
      }
    }
  }

  func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  // SQLite copies texts and blobs before each call returns.
  private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
    switch value {
    case .null: sqlite3_bind_null(handle, index)
    case .int(let number): sqlite3_bind_int64(handle, index, Int64(number))
    case .double(let number): sqlite3_bind_double(handle, index, number)
    case .text(var text):
      text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { bytes in
          sqlite3_bind_text64(
            handle, index, bytes.baseAddress ?? emptyText, UInt64(bytes.count), csqlite_transient(),
            UInt8(SQLITE_UTF8))
        }
      }
    case .blob(let bytes):
      bytes.isEmpty
        ? sqlite3_bind_zeroblob(handle, index, 0)
        : bytes.withUnsafeBytes { bytes in
          sqlite3_bind_blob64(
            handle, index, bytes.baseAddress, UInt64(bytes.count), csqlite_transient())
        }
    }
  }
}
