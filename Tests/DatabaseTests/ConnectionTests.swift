import Base
import Database
import Dispatch
import Glibc
import Testing

/// Hands a path in a fresh scratch folder to `body`.
func withFile(_ body: (String) async throws -> Void) async throws {
  let path = "/tmp/belay-database-\(UInt64.random(in: 0...UInt64.max))"
  try #require(mkdir(path, 0o700) == 0)
  defer {
    for suffix in ["", "-wal", "-shm", "-journal", ".copy"] { unlink("\(path)/file\(suffix)") }
    rmdir(path)
  }
  try await body("\(path)/file")
}

@Suite struct ConnectionTests {
  @Test(arguments: [
    SQLValue.null, .int(.min), .int(.max), .double(0.1), .double(-0.0), .text(""),
    .text("it's \"quoted\"; DROP TABLE t; -- \u{0} ✓"), .blob([]), .blob([0, 255, 0x27]),
  ])
  func `values come back as they went in`(value: SQLValue) async throws {
    try await withFile { path in
      let connection = try Connection.open(path, .write)
      try connection.script("CREATE TABLE t (v ANY) STRICT")
      try connection.run("INSERT INTO t VALUES (\(value))")
      #expect(try connection.rows("SELECT v FROM t") { $0.value(0) } == [value])
      #expect(try connection.first("SELECT 1 FROM t WHERE v IS \(value)") { $0.int(0) } == 1)
    }
  }

  @Test func `fragments keep their values in order and names are quoted`() {
    let parts: [SQL] = ["a = \(1)", "b = \("x")"]
    let sql: SQL = """
      SELECT \(quote: "od\"d") FROM \(raw: "t") WHERE \(SQL.joined(parts, by: " OR ")) LIMIT \(nil as Int?)
      """
    #expect(sql.text == "SELECT \"od\"\"d\" FROM t WHERE a = ? OR b = ? LIMIT ?")
    #expect(sql.values == [.int(1), .text("x"), .null])
  }

  @Test func `one text is one statement`() async throws {
    try await withFile { path in
      let connection = try Connection.open(path, .write)
      #expect(throws: BelayError.self) { try connection.run("SELECT 1; SELECT 2") }
      #expect(throws: BelayError.self) { try connection.run("") }
      try connection.run("SELECT 1; ")
    }
  }

  @Test func `the same statement may run inside itself`() async throws {
    try await withFile { path in
      let connection = try Connection.open(path, .write)
      try connection.script("CREATE TABLE t (v INTEGER) STRICT; INSERT INTO t VALUES (1), (2)")
      let pairs = try connection.rows("SELECT v FROM t") { outer in
        try connection.rows("SELECT v FROM t") { inner in [outer.int(0), inner.int(0)] }
      }
      #expect(pairs.joined().map { $0 } == [[1, 1], [1, 2], [2, 1], [2, 2]])
    }
  }

  @Test func `a transaction is kept whole or not at all`() async throws {
    try await withFile { path in
      let connection = try Connection.open(path, .write)
      try connection.script("CREATE TABLE t (v INTEGER UNIQUE) STRICT")
      #expect(throws: BelayError.self) {
        try connection.transaction {
          try connection.run("INSERT INTO t VALUES (1)")
          try connection.run("INSERT INTO t VALUES (1)")
        }
      }
      #expect(try connection.rows("SELECT v FROM t") { $0.int(0) } == [])
      #expect(!connection.isInTransaction)
      #expect(try connection.runIfAllowed("INSERT INTO t VALUES (1)"))
      #expect(try !connection.runIfAllowed("INSERT INTO t VALUES (1)"))
    }
  }

  @Test func `a reader sees the last commit while a writer writes`() async throws {
    try await withFile { path in
      let writer = try Connection.open(path, .write)
      try writer.script("CREATE TABLE t (v INTEGER) STRICT; INSERT INTO t VALUES (1)")
      let reader = try Connection.open(path, .read)
      try writer.transaction {
        try writer.run("INSERT INTO t VALUES (2)")
        #expect(try reader.first("SELECT count(*) FROM t") { $0.int(0) } == 1)
      }
      #expect(try reader.first("SELECT count(*) FROM t") { $0.int(0) } == 2)
      #expect(throws: BelayError.self) { try reader.run("INSERT INTO t VALUES (3)") }
    }
  }

  @Test func `a running statement is stopped from another thread`() async throws {
    try await withFile { path in
      let connection = try Connection.open(path, .write)
      let interrupter = connection.interrupter
      // Not a task: the statement keeps one of two cooperative threads, and the other may be taken as well.
      // Again and again: an interrupt before the statement runs is lost.
      let over = Locked(false)
      DispatchQueue.global().async {
        while !over.withLock({ $0 }) {
          interrupter.interrupt()
          usleep(10_000)
        }
      }
      defer { over.withLock { $0 = true } }
      let error = #expect(throws: BelayError.self) {
        try connection.first(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        ) { $0.int(0) }
      }
      #expect(error?.kind == .interrupted)
    }
  }

  @Test func `errors name the statement and the file but no values`() async throws {
    try await withFile { path in
      let connection = try Connection.open(path, .write)
      let error = #expect(throws: BelayError.self) {
        try connection.run("SELECT * FROM absent WHERE a = \("secret")")
      }
      #expect(error?.place == path)
      #expect(error?.cause?.contains("no such table: absent") == true)
      #expect(error?.description.contains("secret") == false)
      #expect(throws: BelayError.self) { try Connection.open("\(path)/none", .read) }
    }
  }

  @Test func `a backup is one file with all rows`() async throws {
    try await withFile { path in
      let connection = try Connection.open(path, .write)
      try connection.script("CREATE TABLE t (v INTEGER) STRICT; INSERT INTO t VALUES (1), (2)")
      try connection.backUp(to: "\(path).copy")
      let copy = try Connection.open("\(path).copy", .read)
      #expect(try copy.first("SELECT count(*) FROM t") { $0.int(0) } == 2)
      #expect(try copy.first("PRAGMA journal_mode") { $0.text(0) } == "delete")
      #expect(try copy.integrityFaults() == [])
    }
  }
}
