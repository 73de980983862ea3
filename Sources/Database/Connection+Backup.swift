public import Base
internal import CSQLite

extension Connection {
  /// Copies the whole file as it is at this instant to a path where nothing stands, while others write.
  public func backUp(to target: String) throws(BelayError) {
    let copy = try Connection.open(target, .write)
    guard let backup = sqlite3_backup_init(copy.handle, "main", handle, "main") else {
      throw copy.fault(sqlite3_errcode(copy.handle), sql: "backup")
    }
    // All pages in one step: in WAL mode that reads one snapshot and holds nobody up.
    let stepped = sqlite3_backup_step(backup, -1)
    let finished = sqlite3_backup_finish(backup)
    guard stepped == SQLITE_DONE, finished == SQLITE_OK else {
      throw copy.fault(stepped == SQLITE_DONE ? finished : stepped, sql: "backup")
    }
    // The copied header asks for a log beside the file; without it the copy is one file.
    try copy.script("PRAGMA journal_mode = DELETE")
  }

  /// Moves the write-ahead log into the file as far as no reader is in the way.
  public func checkpoint() throws(BelayError) {
    let code = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    guard code == SQLITE_OK || code & 0xFF == SQLITE_BUSY else {
      throw fault(code, sql: "checkpoint")
    }
  }

  /// What SQLite finds wrong with the pages and the rows; empty when all is well.
  public func integrityFaults() throws -> [String] {
    let pages = try rows("PRAGMA integrity_check(100)") { $0.text(0) }.filter { $0 != "ok" }
    let keys = try rows("PRAGMA foreign_key_check") { row in
      "row \(row.int(1)) of \(row.text(0)) refers to a row of \(row.text(2)) that is not there"
    }
    return pages + keys.prefix(100)
  }
}
