internal import CSQLite

extension Connection {
  /// Lets statements write where only SQLite itself should: for tests that damage a file.
  package func allowDamage() {
    _ = csqlite_db_config_int(handle, SQLITE_DBCONFIG_DEFENSIVE, 0)
  }
}
