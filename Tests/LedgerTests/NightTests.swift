import Base
import Facts
import Ledger
import NightLog
import Testing

@Suite struct NightTests {
  private func fact(_ number: Int) -> NightRecord {
    NightRecord(
      number: number, at: Timestamp(milliseconds: 5), kind: "clock", body: "{\"n\":\(number)}")
  }

  private func begin(_ ledger: Ledger) async throws -> RunID {
    let suite = Fixture.suite()
    try await ledger.record(suite)
    return try await ledger.begin(Fixture.run(suite))
  }

  @Test func `facts of a night are read back in order, and none is written twice or skipped`()
    async throws
  {
    try await Fixture.with { fixture in
      let ledger = try await fixture.lab.open()
      let run = try await begin(ledger)
      try await ledger.append([fact(1), fact(2)], to: run)
      for wrong in [2, 4] {
        await #expect(throws: BelayError.self) {
          try await ledger.append([fact(wrong)], to: run)
        }
      }
      try await ledger.append([fact(3)], to: run)
      try await ledger.close()
      let reader = try fixture.lab.reader()
      #expect(try reader.night(run).map(\.number) == [1, 2, 3])
      #expect(try reader.night(run, after: 1, limit: 1) == [fact(2)])
      #expect(try reader.nightLength(run) == 3)
    }
  }

  @Test func `what a night keeps survives the removal of what nobody needs`() async throws {
    try await Fixture.with { fixture in
      let ledger = try await fixture.lab.open()
      let digest = try await ledger.keep(Array("a patch".utf8), of: try await begin(ledger))
      try await ledger.close()
      _ = try fixture.lab.collectGarbage(dryRun: false)
      #expect(try fixture.lab.reader().blob(digest) == Array("a patch".utf8))
    }
  }
}
