public import Base
internal import CSQLite

/// How a database file is opened.
public enum OpenMode: Sendable {
  /// An existing file, for reading.
  case read
  /// For reading and writing; made when there is none.
  case write
}

/// One connection to a SQLite file: it is not Sendable and stays with the actor or lock that owns it.
public final class Connection {
  /// The file.
  public let path: String
  let handle: OpaquePointer
  private var cache: [String: Statement] = [:]
  var limiter: Limiter?

  private init(path: String, handle: OpaquePointer) {
    self.path = path
    self.handle = handle
  }

  deinit {
    cache.removeAll()
    sqlite3_close_v2(handle)
  }

  /// Opens a file in WAL mode with foreign keys on and every commit flushed to the disk.
  ///
  /// A reader waits up to two seconds for the instants in which a writer opens, recovers or closes the file.
  public static func open(_ path: String, _ mode: OpenMode) throws(BelayError) -> sending Connection
  {
    // One connection is used by one thread at a time, which NOMUTEX asks for.
    var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    switch mode {
    case .read: flags |= SQLITE_OPEN_READONLY
    case .write: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    }
    var handle: OpaquePointer?
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK, let handle else {
      let words = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(handle)
      throw .sqlite(code, words, path: path)
    }
    let connection = Connection(path: path, handle: handle)
    sqlite3_busy_timeout(handle, 2000)
    // A file that someone else made must not run code through its schema.
    _ = csqlite_db_config_int(handle, SQLITE_DBCONFIG_DEFENSIVE, 1)
    _ = csqlite_db_config_int(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    if mode == .write {
      try connection.script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
    }
    try connection.script("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;")
    return connection
  }

  /// Runs a statement that gives no rows.
  public func run(_ sql: SQL) throws(BelayError) {
    let statement = try prepared(sql)
    defer { putBack(statement) }
    while try statement.step() {}
  }

  /// Runs a statement; false when a constraint forbids it and nothing was changed.
  public func runIfAllowed(_ sql: SQL) throws(BelayError) -> Bool {
    let statement = try prepared(sql)
    defer { putBack(statement) }
    return try statement.stepIfAllowed()
  }

  /// Reads all rows.
  public func rows<Element>(_ sql: SQL, _ read: (borrowing Row) throws -> Element) throws
    -> [Element]
  {
    let statement = try prepared(sql)
    defer { putBack(statement) }
    var elements: [Element] = []
    while try statement.step() { elements.append(try read(Row(statement.handle))) }
    return elements
  }

  /// Reads the first row; nil when there is none.
  public func first<Element>(_ sql: SQL, _ read: (borrowing Row) throws -> Element) throws
    -> Element?
  {
    let statement = try prepared(sql)
    defer { putBack(statement) }
    return try statement.step() ? try read(Row(statement.handle)) : nil
  }

  /// Hands row after row to `body` until it says false.
  public func each(_ sql: SQL, _ body: (borrowing Row) throws -> Bool) throws {
    let statement = try prepared(sql)
    defer { putBack(statement) }
    while try statement.step() {
      guard try body(Row(statement.handle)) else { return }
    }
  }

  /// Runs statements without values, one behind the other.
  public func script(_ text: String) throws(BelayError) {
    let code = sqlite3_exec(handle, text, nil, nil, nil)
    guard code == SQLITE_OK else { throw fault(code, sql: text) }
  }

  /// Runs `body` in a transaction: all of it is kept, or nothing.
  public func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    try run("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try run("COMMIT")
      return result
    } catch {
      rollBack()
      throw error
    }
  }

  /// Runs `body` against one unchanging state of the file.
  public func snapshot<Result>(_ body: () throws -> Result) throws -> Result {
    try run("BEGIN")
    defer { rollBack() }
    return try body()
  }

  /// Leaves the transaction, if there is one, without keeping anything.
  public func rollBack() {
    if isInTransaction { _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
  }

  /// Whether a transaction is open; a full disk ends it by itself.
  public var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// The row id of the last insert.
  public var lastInsertedID: Int { Int(sqlite3_last_insert_rowid(handle)) }

  /// Rows that the last statement changed.
  public var changes: Int { Int(sqlite3_changes(handle)) }

  /// What stops the running statement from another thread.
  public var interrupter: Interrupter { Interrupter(self) }

  func fault(_ code: Int32, sql: String) -> BelayError {
    .sqlite(code, String(cString: sqlite3_errmsg(handle)), path: path, sql: sql)
  }

  // Prepared statements are kept; one that is in use is out of the cache, so that the same text can run
  // inside itself.
  private func prepared(_ sql: SQL) throws(BelayError) -> Statement {
    let statement: Statement
    if let kept = cache.removeValue(forKey: sql.text) {
      statement = kept
    } else {
      statement = try Statement(sql.text, on: self)
    }
    try statement.bind(sql.values)
    return statement
  }

  private func putBack(_ statement: Statement) {
    statement.reset()
    if cache.count < 200 { cache[statement.text] = statement }
  }
}

@available(*, unavailable)
extension Connection: Sendable {}

// @unchecked: sqlite3_interrupt may be called from any thread while the connection is open, and the
// connection is held here, so that it is.
/// Stops the running statement of a connection from any thread.
public struct Interrupter: @unchecked Sendable {
  private let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  /// The running statement fails with `interrupted`.
  public func interrupt() { sqlite3_interrupt(connection.handle) }
}
