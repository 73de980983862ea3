import Base
import Facts
import Ledger
import Testing

@Suite struct RecordingTests {
  @Test func `what was recorded is read back word for word`() async throws {
    try await Fixture.with { fixture in
      try await fixture.recording { ledger, run, candidate in
        let ids = try await ledger.dispatch([
          Fixture.trial(run, candidate, "a"), Fixture.trial(run, candidate, "b"),
        ])
        #expect(ids == [TrialID(1), TrialID(2)])
        try await ledger.record(
          Fixture.attempt(
            ids[0], 1, isFinal: false, .sandboxFailed, score: nil, cost: 0.25,
            files: [Fixture.log("first")]))
        try await ledger.record(Fixture.attempt(ids[0], 2, files: [Fixture.log("second")]))
        try await ledger.record(
          EventFact(run: run, at: Fixture.now, kind: "backoff", detail: ["slots": 4]))
        try await ledger.end(
          RunEndFact(run: run, at: Fixture.now, ending: .done, summary: ["score": 0.5]))
      }
      let reader = try fixture.lab.reader()
      let run = try reader.run(RunID(1))
      #expect(run.fact == Fixture.run(Fixture.suite()))
      #expect(run.trials == 2 && run.finished == 1 && run.end?.ending == .done)
      #expect(run.candidates == [CandidateID(1)] && run.suiteName == "shell")
      #expect(try reader.suites() == [Fixture.suite()])
      #expect(try reader.suite("shell") == Fixture.suite())
      #expect(try reader.suite(String(Fixture.suite().digest.hex.prefix(8))) == Fixture.suite())
      let harness = try reader.harness(Fixture.harness().digest.harnessID)
      #expect(harness.name == "nop" && harness.files.map(\.path) == ["run.sh"])
      #expect(try reader.blob(harness.files[0].blob) == Array("echo nop".utf8))
      let detail = try reader.trial(TrialID(1))
      #expect(detail.trial.fact == Fixture.trial(RunID(1), CandidateID(1), "a"))
      #expect(detail.trial.taskName == "a" && detail.trial.split == .dev && detail.trial.isFinished)
      #expect(detail.attempts.map(\.outcome) == [.sandboxFailed, .completed])
      #expect(detail.attempts[1].metrics == ["lines": 2.5] && detail.attempts[1].flags == ["odd"])
      #expect(detail.attempts[1].phases == [PhaseFact("agent", .microseconds(1234))])
      #expect(detail.attempts[1].steps == [["reward": 1]])
      #expect(try reader.blob(detail.attempts[1].files[0].blob) == Array("second".utf8))
      #expect(try reader.events(run: RunID(1)).map(\.fact.kind) == ["backoff"])
      #expect(try reader.trials(TrialFilter(finished: false)).map(\.id) == [TrialID(2)])
      #expect(try reader.trials(after: TrialID(1)).map(\.id) == [TrialID(2)])
      #expect(try reader.trialCount(TrialFilter(outcome: .completed)) == 1)
      #expect(try reader.trialCount(TrialFilter(split: .dev, finished: false)) == 1)
      #expect(try reader.outcomes() == [.completed: 1])
    }
  }

  @Test func `cells and standings add up what was recorded`() async throws {
    try await Fixture.with { fixture in
      try await fixture.recording { ledger, run, candidate in
        let ids = try await ledger.dispatch(
          [("a", 0), ("a", 1), ("b", 0), ("c", 0)].map {
            Fixture.trial(run, candidate, $0.0, $0.1)
          })
        try await ledger.record(Fixture.attempt(ids[0], score: 1, cost: 0.5))
        try await ledger.record(Fixture.attempt(ids[1], score: 0.5))
        try await ledger.record(Fixture.attempt(ids[2], isFinal: false, .cancelled, score: nil))
        try await ledger.record(Fixture.attempt(ids[2], 2, .limit, score: 0))
        try await ledger.record(Fixture.attempt(ids[3], isFinal: false, .cancelled, score: nil))
      }
      let reader = try fixture.lab.reader()
      let cells = try reader.cells()
      #expect(cells.map(\.taskName) == ["a", "b", "c"])
      #expect(cells.map(\.split) == [.dev, .dev, .gate])
      #expect(try reader.outcomes() == [.completed: 2, .limit: 1, .cancelled: 1])
      #expect(try reader.outcomes(TrialFilter(finished: false)) == [.cancelled: 1])
      #expect(try reader.outcomes(TrialFilter(split: .gate)) == [.cancelled: 1])
      #expect(try reader.outcomes(TrialFilter(outcome: .limit)) == [.limit: 1])
      #expect(cells[0].tally.scoreSum == 1.5 && cells[0].tally.scoreSquares == 1.25)
      #expect(cells[0].tally.passes == 1 && cells[0].tally.mean == 0.75)
      #expect(cells[0].tally.costUSD == 0.5 && cells[1].tally.costUSD == nil)
      #expect(cells[1].tally.byOutcome == [.limit: 1] && cells[1].tally.retries == 1)
      #expect(cells[2].tally.trials == 1 && cells[2].tally.finished == 0)
      let dev = try reader.standings(CellFilter(split: .dev))
      #expect(dev.count == 1 && dev[0].tasks == 2 && dev[0].scoredTasks == 2)
      #expect(dev[0].meanSum == 0.75 && dev[0].lowestMean == 0 && dev[0].highestMean == 0.75)
      #expect(dev[0].tally.byOutcome == [.completed: 2, .limit: 1])
      #expect(try reader.cells(CellFilter(task: Digest.of("b"))).count == 1)
      #expect(try reader.cells(CellFilter(suite: Digest.of("other"))).isEmpty)
      #expect(try reader.cells(CellFilter(runs: [RunID(1)], types: [.audit])).isEmpty)
    }
  }

  @Test func `facts that do not fit are refused and leave nothing behind`() async throws {
    try await Fixture.with { fixture in
      try await fixture.recording { ledger, run, candidate in
        let trial = Fixture.trial(run, candidate, "a")
        let id = try await ledger.dispatch([trial])[0]
        await #expect(throws: BelayError.self) { try await ledger.dispatch([trial]) }
        await #expect(throws: BelayError.self) {
          try await ledger.dispatch([Fixture.trial(run, candidate, "unknown")])
        }
        await #expect(throws: BelayError.self) {
          try await ledger.dispatch([Fixture.trial(RunID(9), candidate, "a")])
        }
        await #expect(throws: BelayError.self) {
          try await ledger.dispatch([Fixture.trial(run, CandidateID(9), "a")])
        }
        await #expect(throws: BelayError.self) {
          try await ledger.record(Fixture.attempt(id, score: nil))
        }
        await #expect(throws: BelayError.self) {
          try await ledger.record(Fixture.attempt(id, 1, .verifierFailed, score: 0))
        }
        await #expect(throws: BelayError.self) {
          try await ledger.record(Fixture.attempt(id, score: .nan))
        }
        try await ledger.record(Fixture.attempt(id))
        await #expect(throws: BelayError.self) {
          try await ledger.record(Fixture.attempt(id, 2))
        }
        await #expect(throws: BelayError.self) {
          try await ledger.record(
            Fixture.suite("twins", tasks: [Fixture.task("a"), Fixture.task("a")]))
        }
      }
      let reader = try fixture.lab.reader()
      #expect(try reader.trialCount() == 1)
      #expect(try reader.suites().count == 1)
      #expect(try reader.cells().map(\.tally.finished) == [1])
    }
  }

  @Test func `ids go on where the last writer stopped and harnesses keep theirs`() async throws {
    try await Fixture.with { fixture in
      for turn in 1...3 {
        try await fixture.recording { ledger, run, candidate in
          #expect(run == RunID(turn) && candidate == CandidateID(1))
          let ids = try await ledger.dispatch([Fixture.trial(run, candidate, "a")])
          #expect(ids == [TrialID(turn)])
        }
      }
      #expect(try fixture.lab.reader().runs().map(\.id) == [RunID(3), RunID(2), RunID(1)])
    }
  }

  @Test func `a second writer is told who holds the lab, and readers are not held up`()
    async throws
  {
    try await Fixture.with { fixture in
      try await fixture.recording { ledger, run, candidate in
        let error = await #expect(throws: BelayError.self) { try await fixture.lab.open() }
        #expect(error?.kind == .busy)
        #expect(error?.message.contains("held by pid") == true)
        #expect(try fixture.lab.holder() != nil)
        _ = try await ledger.dispatch([Fixture.trial(run, candidate, "a")])
        #expect(try fixture.lab.reader().trialCount() == 0)
        try await ledger.flush()
        #expect(try fixture.lab.reader().trialCount() == 1)
      }
      #expect(try fixture.lab.holder() == nil)
    }
  }

  @Test func `the vault's openings are counted for every suite that shares a vault task`()
    async throws
  {
    try await Fixture.with { fixture in
      let other = Fixture.suite("other", tasks: [Fixture.task("d", .vault), Fixture.task("x")])
      let stranger = Fixture.suite("stranger", tasks: [Fixture.task("d", .dev)])
      try await fixture.recording { ledger, _, _ in
        try await ledger.record(other)
        try await ledger.record(stranger)
        _ = try await ledger.begin(Fixture.run(Fixture.suite(), opensVault: true))
      }
      let reader = try fixture.lab.reader()
      #expect(try reader.vaultOpenings(suite: Fixture.suite().digest).map(\.run) == [RunID(2)])
      #expect(try reader.vaultOpenings(suite: other.digest).map(\.run) == [RunID(2)])
      #expect(try reader.vaultOpenings(suite: stranger.digest).isEmpty)
    }
  }
}
