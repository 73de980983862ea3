import Base
import Database
import Platform
import Testing

@testable import Ledger

@Suite struct SchemaTests {
  @Test func `migrations count up from 1 without gaps`() {
    #expect(Schema.migrations.map(\.version) == Array(1...Schema.version))
  }

  @Test(arguments: 0..<Schema.version)
  func `a ledger of every earlier version is opened, by a writer and by a reader`(version: Int)
    async throws
  {
    for readFirst in [true, false] {
      try await Fixture.with { fixture in
        for suffix in ["", "-wal", "-shm"] {
          try Files.removeTree(fixture.lab.ledgerPath + suffix)
        }
        do {
          let connection = try Connection.open(fixture.lab.ledgerPath, .write)
          try connection.migrate(Array(Schema.migrations.prefix(version)))
        }
        if readFirst { #expect(try fixture.lab.reader().check().faults == []) }
        try await fixture.recording { ledger, run, candidate in
          let ids = try await ledger.dispatch([Fixture.trial(run, candidate, "a")])
          try await ledger.record(Fixture.attempt(ids[0]))
        }
        let check = try fixture.lab.reader().check()
        #expect(check.faults == [] && check.attempts == 1)
      }
    }
  }

  @Test func `a ledger of a newer release is left alone`() async throws {
    try await Fixture.with { fixture in
      do {
        let connection = try Connection.open(fixture.lab.ledgerPath, .write)
        try connection.script("PRAGMA user_version = 99")
      }
      #expect(throws: BelayError.self) { try fixture.lab.reader() }
      await #expect(throws: BelayError.self) { try await fixture.lab.open() }
      #expect(try fixture.lab.holder() == nil)
    }
  }
}
