import Base
import Facts
import Ledger
import Testing

@Suite struct SearchTests {
  @Test(arguments: [1, 700])
  func `words are found in logs, before and after they are in the index`(count: Int) async throws {
    try await Fixture.with { fixture in
      let tasks = (0..<count).map { Fixture.task("task \($0)") }
      let suite = Fixture.suite(tasks: tasks)
      try await fixture.recording(suite: suite) { ledger, run, candidate in
        let ids = try await ledger.dispatch(
          tasks.map { Fixture.trial(run, candidate, $0.name) })
        for (number, id) in ids.enumerated() {
          let text = "one\nTwo number\(number) is: Connection Refused\nthree"
          try await ledger.record(Fixture.attempt(id, files: [Fixture.log(text)]))
        }
        let reader = try fixture.lab.reader()
        for number in [0, count / 2, count - 1] {
          let hits = try reader.search("NUMBER\(number)")
          #expect(hits.map(\.trial) == [ids[number]])
          #expect(hits.map(\.line) == [2])
        }
        #expect(try reader.search("connection refused", limit: 3).count == min(3, count))
        #expect(try reader.search("refused connection", limit: 3).count == min(3, count))
        #expect(try reader.search("absent").isEmpty)
        #expect(throws: BelayError.self) { try reader.search("  \" ' ") }
      }
      let reader = try fixture.lab.reader()
      #expect(try reader.search("number0 refused").map(\.trial) == [TrialID(1)])
      #expect(try reader.search("connection refused", limit: 1000).count == count)
    }
  }

  @Test func `escaped line ends in JSON part words, and one blob is found in each of its trials`()
    async throws
  {
    try await Fixture.with { fixture in
      try await fixture.recording { ledger, run, candidate in
        let ids = try await ledger.dispatch(
          ["a", "b"].map { Fixture.trial(run, candidate, $0) })
        let log = Fixture.log(#"{"out": "first\nsecond"}"#, role: "trajectory")
        for id in ids { try await ledger.record(Fixture.attempt(id, files: [log])) }
      }
      let hits = try fixture.lab.reader().search("second")
      #expect(hits.map(\.trial) == [TrialID(2), TrialID(1)])
      #expect(hits.map(\.role) == ["trajectory", "trajectory"])
    }
  }
}
