import Base
import Calls
import Exchange
import Facts
import Inspection
import Interchange
import Ledger
import Platform
import Testing

@Suite struct KilledTrialTests {
  /// A lab with one trial that was killed when it had told of these steps.
  private func withKilled(
    _ attempts: [Outcome] = [], at number: Int = 1,
    _ body: (LedgerReader, TrialID, String) throws -> Void
  ) async throws {
    let path = "/tmp/belay-killed-\(Files.randomName())"
    defer { try? Files.removeTree(path) }
    let lab = try Lab.create(at: path)
    let ledger = try await lab.open()
    try await ledger.record(Night.suite)
    let candidate = try await ledger.candidate(
      harness: try await ledger.record(
        HarnessFact(
          digest: Digest.of("h"), name: "thinker", kind: "native", definition: [:], files: [])))
    let run = try await ledger.begin(
      RunFact(
        type: .eval, suite: Night.suite.digest, settings: [:], conditions: [:],
        startedAt: Night.at(0), owner: ProcessOwner(pid: 7, startTicks: 1, host: "here"),
        command: "belay eval thinker"))
    let trial = try #require(
      try await ledger.dispatch([
        TrialFact(
          run: run, candidate: candidate, task: Digest.of(Night.names[0]), index: 0, seed: 1,
          dispatchedAt: Night.at(0))
      ]).first)
    for (index, outcome) in attempts.enumerated() {
      try await ledger.record(
        AttemptFact(
          trial: trial, number: index + 1, isFinal: false, outcome: outcome, detail: "no luck",
          usage: Usage(wallMs: 1, cpuMs: 1), startedAt: Night.at(0), endedAt: Night.at(1)))
    }
    var call = TrajectoryStep(number: 2, at: Night.at(62), source: .agent, text: Night.secret)
    call.calls = [ToolCall(id: "a", name: "shell", arguments: ["command": "ls"])]
    let records = [
      StepRecord(
        lane: "main", speaker: .init(name: "agent", version: "h1"),
        step: TrajectoryStep(number: 1, at: Night.at(1), source: .user, text: "do it")),
      StepRecord(lane: "main", step: call),
      StepRecord(
        lane: "main/worker.1", speaker: .init(name: "worker", version: "h1"),
        step: TrajectoryStep(number: 1, at: Night.at(30), source: .user, text: "a piece")),
    ]
    for (index, record) in records.enumerated() {
      try await ledger.record(
        StepFact(
          trial: trial, attempt: number, number: index + 1, at: Night.at(2), body: record.json))
    }
    try await ledger.close()
    try body(try lab.reader(), trial, path)
  }

  @Test func aTrialThatWasKilledKeepsItsTrace() async throws {
    try await withKilled { reader, trial, _ in
      let trace = try Trace.read(reader, Trace.Request(trial: trial))
      #expect(trace.attempt == nil)
      #expect(trace.allSteps.map(\.part) == [nil, "main/worker.1", nil])
      #expect(trace.text(width: 100).contains("-> shell"))
      #expect(!trace.text(width: 100).contains("IGNORE"))
    }
  }

  @Test(arguments: [
    ([Outcome.cancelled], 1, 3), ([.providerFailed], 2, 0), ([.providerFailed, .cancelled], 2, 3),
  ])
  func anAttemptThatWasCancelledShowsTheStepsThatAreGoneOnWith(
    attempts: [Outcome], number: Int, steps: Int
  ) async throws {
    try await withKilled(attempts, at: number) { reader, trial, _ in
      let trace = try Trace.read(reader, Trace.Request(trial: trial))
      #expect(trace.allSteps.count == steps)
    }
  }

  @Test func itIsExportedAsAValidTrajectory() async throws {
    try await withKilled { reader, trial, path in
      let folder = Path.join(path, "out")
      _ = try Export(reader, TrialFilter(run: RunID(1))).atif(to: folder)
      let bytes = try Files.read(Path.join(folder, "\(trial).json"))
      let reading = Atif.read(bytes, file: "t")
      #expect(reading.faults.isEmpty)
      #expect(reading.trajectory?.subagents.count == 1)
    }
  }
}
