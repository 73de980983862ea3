import Base
import Facts
import Platform
import Testing

@testable import Ledger

@Suite struct GroupCommitTests {
  @Test func `a full database is told to everyone in the group, and nothing half is kept`()
    async throws
  {
    try await Fixture.with { fixture in
      let ledger = Ledger(path: fixture.lab.ledgerPath, lock: try fixture.lab.takeLock())
      try await ledger.start()
      try await ledger.record(Fixture.suite())
      let harness = try await ledger.record(Fixture.harness())
      let candidate = try await ledger.candidate(harness: harness)
      let run = try await ledger.begin(Fixture.run(Fixture.suite()))
      try await ledger.limitPages(to: 85)
      let ids = try await ledger.dispatch((0..<400).map { Fixture.trial(run, candidate, "a", $0) })
      let kept = await record(ids, ledger)
      let pages = try fixture.lab.reader().sql("PRAGMA page_count").rows
      #expect(!kept.isEmpty && kept.count < ids.count, "\(kept.count) \(pages)")
      #expect(
        try Set(fixture.lab.reader().trials(limit: 1000).filter(\.isFinished).map(\.id)) == kept)
      #expect(try fixture.lab.reader().check().faults == [])
      try await ledger.limitPages(to: 1_000_000)
      let rest = await record(ids.filter { !kept.contains($0) }, ledger)
      #expect(kept.union(rest) == Set(ids))
      try await ledger.close()
      #expect(try fixture.lab.reader().check().faults == [])
      #expect(try fixture.lab.reader().search("word", limit: 1000).count == 400)
    }
  }

  @Test func `a trial that only waits in the queue survives a group that failed`() async throws {
    try await Fixture.with { fixture in
      let ledger = Ledger(path: fixture.lab.ledgerPath, lock: try fixture.lab.takeLock())
      try await ledger.start()
      try await ledger.record(Fixture.suite())
      let harness = try await ledger.record(Fixture.harness())
      let candidate = try await ledger.candidate(harness: harness)
      let run = try await ledger.begin(Fixture.run(Fixture.suite()))
      let id = try await ledger.dispatch([Fixture.trial(run, candidate, "a")])[0]
      try await ledger.limitPages(to: 1)
      let noise = String(repeating: "x y z ", count: 9)
      var failures = 0
      for number in 0..<50 {
        let detail: JSON = .string(String(repeating: noise + "\(number)", count: 200))
        do {
          try await ledger.record(
            EventFact(run: run, at: Fixture.now, kind: "k", detail: detail))
        } catch {
          failures += 1
        }
      }
      #expect(failures > 0)
      try await ledger.limitPages(to: 1_000_000)
      try await ledger.record(Fixture.attempt(id))
      try await ledger.close()
      #expect(try fixture.lab.reader().trial(id).attempts.count == 1)
      #expect(try fixture.lab.reader().check().faults == [])
    }
  }

  @Test func `after close every call says that the ledger is closed`() async throws {
    try await Fixture.with { fixture in
      let ledger = try await fixture.lab.open()
      try await ledger.close()
      try await ledger.close()
      await #expect(throws: BelayError.self) { try await ledger.record(Fixture.suite()) }
      await #expect(throws: BelayError.self) { try await ledger.flush() }
      let next = try await fixture.lab.open()
      try await next.close()
    }
  }

  private func record(_ ids: [TrialID], _ ledger: Ledger) async -> Set<TrialID> {
    await withTaskGroup(of: TrialID?.self) { group in
      for id in ids {
        group.addTask {
          let text = "word \(id) " + Hex.text(Files.randomBytes(1000))
          do {
            try await ledger.record(Fixture.attempt(id, files: [Fixture.log(text)]))
            return id
          } catch {
            return nil
          }
        }
      }
      return await group.reduce(into: []) { if let id = $1 { $0.insert(id) } }
    }
  }
}
