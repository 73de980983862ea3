import Base
import Database
import Facts
import Ledger
import Platform
import Testing

@Suite struct UpkeepTests {
  private func record(_ fixture: Fixture, trials: Int = 20) async throws {
    try await fixture.recording { ledger, run, candidate in
      let ids = try await ledger.dispatch(
        (0..<trials).map { Fixture.trial(run, candidate, $0.isMultiple(of: 2) ? "a" : "b", $0) })
      for (number, id) in ids.enumerated() {
        try await ledger.record(
          Fixture.attempt(
            id, score: Double(number) / 7 / Double(trials), cost: 0.1,
            files: [Fixture.log("log \(number)"), Fixture.log("the same")]))
      }
    }
  }

  @Test func `a ledger as it was written is sound`() async throws {
    try await Fixture.with { fixture in
      try await record(fixture)
      let check = try fixture.lab.reader().check()
      #expect(check.faults == [])
      #expect(check.attempts == 20 && check.trials == 20 && check.runs == 1)
      #expect(check.blobs == 22)
    }
  }

  @Test(arguments: [
    ("UPDATE tally SET score_sum = score_sum + 1e-15 WHERE task = 1", "tally"),
    ("DELETE FROM tally WHERE task = 2", "missing"),
    ("DROP TRIGGER blob_is_kept; UPDATE blob SET frame = x'00' WHERE id = 3", "blob"),
    (
      "DROP TRIGGER blob_is_kept; UPDATE blob SET frame = (SELECT frame FROM blob WHERE id = 2) WHERE id = 3",
      "blob"
    ),
    ("PRAGMA foreign_keys = OFF; DELETE FROM blob WHERE id = 3", "refers to a row of blob"),
    (
      "DROP TRIGGER attempt_forbids_update; UPDATE attempt SET score = 1, id = id WHERE id = 3",
      "tally"
    ),
    ("UPDATE search_state SET attempt_file = 999; DELETE FROM search_docsize", "full-text"),
  ])
  func `check names what was damaged`(script: String, word: String) async throws {
    try await Fixture.with { fixture in
      try await record(fixture)
      do {
        let connection = try Connection.open(fixture.lab.ledgerPath, .write)
        connection.allowDamage()
        try connection.script(script)
      }
      let faults = try fixture.lab.reader().check().faults
      #expect(!faults.isEmpty)
      #expect(faults.contains { $0.contains(word) }, "\(faults)")
    }
  }

  @Test func `a page that was overwritten on the disk is found`() async throws {
    try await Fixture.with { fixture in
      try await record(fixture, trials: 200)
      var bytes = try Files.read(fixture.lab.ledgerPath)
      for index in stride(from: 4096 * 5, to: bytes.count, by: 4096 * 3) {
        for offset in 0..<64 { bytes[index + offset] ^= 0x5A }
      }
      try Files.write(bytes, to: fixture.lab.ledgerPath)
      let faults = try? fixture.lab.reader().check().faults
      #expect(faults != [])
    }
  }

  @Test(arguments: [
    "UPDATE attempt SET score = 1", "DELETE FROM trial", "UPDATE run SET command = ''",
    "DELETE FROM blob", "UPDATE blob SET bytes = 1", "DELETE FROM event WHERE 1",
    "UPDATE suite_task SET split = 'dev'",
  ])
  func `nothing that was recorded is changed in place`(statement: String) async throws {
    try await Fixture.with { fixture in
      try await fixture.recording { ledger, run, candidate in
        let id = try await ledger.dispatch([Fixture.trial(run, candidate, "a")])[0]
        try await ledger.record(Fixture.attempt(id, files: [Fixture.log("x")]))
        try await ledger.record(EventFact(run: run, at: Fixture.now, kind: "k", detail: [:]))
      }
      let connection = try Connection.open(fixture.lab.ledgerPath, .write)
      #expect(throws: BelayError.self) { try connection.script(statement) }
    }
  }

  @Test func `a backup of a ledger that is being written opens as a lab and is sound`()
    async throws
  {
    try await Fixture.with { fixture in
      try await record(fixture)
      let target = "\(fixture.lab.path)/copy/ledger.sqlite"
      try Files.makeDirectory("\(fixture.lab.path)/copy")
      try await fixture.recording { ledger, run, candidate in
        _ = try await ledger.dispatch([Fixture.trial(run, candidate, "a")])
        try fixture.lab.reader().backUp(to: target)
        #expect(throws: BelayError.self) { try fixture.lab.reader().backUp(to: target) }
      }
      let copy = try Lab.create(at: "\(fixture.lab.path)/copy")
      #expect(try copy.reader().check().faults == [])
      #expect(try copy.reader().trialCount() == 20)
      #expect(try copy.reader().search("the same", limit: 100).count == 20)
      let ledger = try await copy.open()
      try await ledger.close()
      let names = try Files.names(in: "\(fixture.lab.path)/copy")
      #expect(names == ["ledger.sqlite", "lock", "scratch"])
    }
  }

  @Test func `gc removes scratch and blobs that nothing refers to, and nothing else`()
    async throws
  {
    try await Fixture.with { fixture in
      try await record(fixture)
      try Files.makeDirectory("\(fixture.lab.scratchPath)/t1/work")
      try Files.write([1, 2, 3], to: "\(fixture.lab.scratchPath)/t1/work/file")
      do {
        let connection = try Connection.open(fixture.lab.ledgerPath, .write)
        try connection.run(
          "INSERT INTO blob (digest, bytes, frame) VALUES (\(Digest.of("x")), 0, \([UInt8]()))")
        try connection.run(
          """
          INSERT INTO run (type, suite, settings, conditions, opens_vault, started_at, pid, start_ticks, host, command)
          SELECT 'night', suite, settings, conditions, 0, started_at, pid, start_ticks, host, command FROM run
          """)
      }
      // What was kept of a night that is here, of one that is gone, and by a writer that was killed.
      let cache = Path.join(fixture.lab.path, "cache")
      for name in ["night-r2", "night-r99", "night-r2.x1y2"] {
        try Files.makeDirectory(cache)
        try Files.write(name == "night-r99" ? [1, 2, 3] : [1, 2], to: Path.join(cache, name))
      }
      let planned = try fixture.lab.collectGarbage(dryRun: true)
      #expect(planned.cache.sorted() == ["night-r2.x1y2", "night-r99"] && planned.cacheBytes == 5)
      #expect(planned.scratch == ["t1"] && planned.scratchBytes == 3 && planned.blobs == 1)
      #expect(Files.isFile("\(fixture.lab.scratchPath)/t1/work/file"))
      #expect(try fixture.lab.collectGarbage(dryRun: false) == planned)
      #expect(try Files.names(in: fixture.lab.scratchPath) == [])
      #expect(try Files.names(in: cache) == ["night-r2"])
      let check = try fixture.lab.reader().check()
      #expect(check.faults == [] && check.blobs == 22)
      let ledger = try await fixture.lab.open()
      #expect(throws: BelayError.self) { try fixture.lab.collectGarbage(dryRun: false) }
      try await ledger.close()
    }
  }

  @Test func `sql reads, with caps, and does nothing else`() async throws {
    try await Fixture.with { fixture in
      try await record(fixture)
      let reader = try fixture.lab.reader()
      let page = try reader.sql(
        "SELECT trial, task, score IS NULL AS empty, NULL FROM trials ORDER BY 1", rowCap: 2)
      #expect(page.columns == ["trial", "task", "empty", "NULL"])
      #expect(page.rows == [["t1", "a", 0, nil], ["t10", "b", 0, nil]])
      #expect(page.truncated)
      #expect(try reader.sql("SELECT x'00ff';").rows == [["x'00ff'"]])
      let endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
      let error = #expect(throws: BelayError.self) {
        try reader.sql(endless, timeCap: .milliseconds(100))
      }
      #expect(error?.kind == .budget)
      for statement in [
        "DELETE FROM trial", "DROP TABLE tally", "ATTACH '/etc/passwd' AS x",
        "PRAGMA journal_mode = DELETE",
        "SELECT 1; SELECT 2", "", "SELEC", "SELECT load_extension('x')", "CREATE TEMP TABLE t (a)",
        "SELECT zeroblob(1000000000)", "VACUUM INTO '/tmp/x'", "BEGIN", "SELECT * FROM nothing",
      ] {
        #expect(throws: BelayError.self, "\(statement)") { try reader.sql(statement) }
      }
    }
  }

  @Test func `a lab is found by name, by the environment, or above the folder`() async throws {
    try await Fixture.with { fixture in
      let root = "\(fixture.lab.path)/work"
      let below = "\(root)/a/b"
      try Files.makeDirectory(below)
      #expect(throws: BelayError.self) {
        try Lab.find(explicit: nil, environment: [:], from: below)
      }
      let lab = try Lab.create(at: "\(root)/.belay")
      #expect(try Lab.find(explicit: nil, environment: [:], from: below) == lab)
      #expect(try Lab.find(explicit: "../../.belay", environment: [:], from: below) == lab)
      let environment = ["BELAY_LAB": fixture.lab.path]
      #expect(try Lab.find(explicit: nil, environment: environment, from: below) == fixture.lab)
      let error = #expect(throws: BelayError.self) {
        try Lab.find(explicit: "none", environment: environment, from: below)
      }
      #expect(error?.kind == .notFound && error?.hint == "belay init --lab none")
    }
  }
}
