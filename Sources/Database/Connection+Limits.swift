public import Base
internal import CSQLite

/// What a statement of the user's own may do: read, for so long, with values of so many bytes.
final class Limiter {
  var deadline: ContinuousClock.Instant

  init(deadline: ContinuousClock.Instant) { self.deadline = deadline }
}

extension Connection {
  /// Makes every later statement on this connection a read that ends by `deadline`.
  ///
  /// The authorizer refuses everything but reading (also ATTACH, which would open other files), and the length
  /// limit keeps one value from filling the memory.
  public func restrict(until deadline: ContinuousClock.Instant, valueBytes: Int = 64 << 20) {
    let limiter = Limiter(deadline: deadline)
    self.limiter = limiter
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Int32(valueBytes))
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
    sqlite3_set_authorizer(
      handle,
      { _, action, first, second, _, _ in
        switch action {
        case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: SQLITE_OK
        case SQLITE_FUNCTION:
          second.map { String(cString: $0).lowercased() == "load_extension" } ?? true
            ? SQLITE_DENY : SQLITE_OK
        case SQLITE_PRAGMA:
          first.map { readingPragmas.contains(String(cString: $0).lowercased()) } ?? false
            ? SQLITE_OK : SQLITE_DENY
        default: SQLITE_DENY
        }
      }, nil)
    sqlite3_progress_handler(
      handle, 10_000,
      { context in
        guard let context else { return 1 }
        let limiter = Unmanaged<Limiter>.fromOpaque(context).takeUnretainedValue()
        return ContinuousClock.now < limiter.deadline ? 0 : 1
      }, Unmanaged.passUnretained(limiter).toOpaque())
  }

  /// The columns and rows of any statement, at most `rowCap`, and whether there were more.
  public func table(_ text: String, rowCap: Int) throws(BelayError) -> (
    columns: [String], rows: [[SQLValue]], truncated: Bool
  ) {
    let statement = try Statement(text, on: self)
    guard sqlite3_stmt_readonly(statement.handle) != 0 else {
      throw BelayError(
        .usage, "the statement does more than read", place: text, hint: "write a SELECT")
    }
    let count = sqlite3_column_count(statement.handle)
    let columns = (0..<count).map { index in
      sqlite3_column_name(statement.handle, index).map { String(cString: $0) } ?? ""
    }
    var rows: [[SQLValue]] = []
    while try statement.step() {
      guard rows.count < rowCap else { return (columns, rows, true) }
      let row = Row(statement.handle)
      rows.append((0..<Int(count)).map { row.value($0) })
    }
    return (columns, rows, false)
  }
}

private let readingPragmas: Set<String> = [
  "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
  "foreign_key_list", "user_version", "page_count", "page_size", "freelist_count",
]
