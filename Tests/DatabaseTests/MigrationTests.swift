import Base
import Database
import Testing

@Suite struct MigrationTests {
  static let history = [
    Migration(version: 1, script: "CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (7)"),
    Migration(version: 2, script: "ALTER TABLE t ADD COLUMN b TEXT"),
    Migration(version: 3, script: "UPDATE t SET b = 'x' || a"),
  ]

  @Test(arguments: 0...3)
  func `every earlier version is brought up to the last one`(version: Int) async throws {
    try await withFile { path in
      let connection = try Connection.open(path, .write)
      try connection.migrate(Array(Self.history.prefix(version)))
      #expect(try connection.schemaVersion() == version)
      try connection.migrate(Self.history)
      #expect(try connection.schemaVersion() == 3)
      #expect(try connection.rows("SELECT b FROM t") { $0.text(0) } == ["x7"])
    }
  }

  @Test func `a step that fails leaves the version before it`() async throws {
    try await withFile { path in
      let connection = try Connection.open(path, .write)
      let broken = Migration(version: 3, script: "DELETE FROM t; SELECT * FROM nothing")
      #expect(throws: BelayError.self) {
        try connection.migrate(Array(Self.history.prefix(2)) + [broken])
      }
      #expect(try connection.schemaVersion() == 2)
      #expect(try connection.rows("SELECT a FROM t") { $0.int(0) } == [7])
    }
  }

  @Test func `a file of a newer release is refused`() async throws {
    try await withFile { path in
      let connection = try Connection.open(path, .write)
      try connection.migrate(Self.history)
      let error = #expect(throws: BelayError.self) {
        try connection.migrate(Array(Self.history.prefix(2)))
      }
      #expect(error?.message.contains("written by a newer belay") == true)
    }
  }
}
