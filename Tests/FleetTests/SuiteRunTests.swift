import Base
import Facts
import Fleet
import Harness
import Ledger
import Platform
import Suite
import Testing

@testable import Trial

/// A lab with a run on a suite of small tasks; trials are answered by a script instead of a sandbox.
private struct Bench: Sendable {
  let lab: Lab
  let ledger: Ledger
  let run: RunID
  let candidate: CandidateID
  let tasks: [PreparedTask]

  static func with(tasks count: Int, _ body: (Bench) async throws -> Void) async throws {
    let folder = "/tmp/belay-fleet-\(Files.randomName())"
    defer { try? Files.removeTree(folder) }
    for number in 0..<count {
      let task = "\(folder)/suite/task-\(number)"
      for part in ["tests", "environment"] { try Files.makeDirectory("\(task)/\(part)") }
      try Files.write(
        Array("version = \"1.0\"\n[metadata]\nnumber = \(number)\n".utf8), to: "\(task)/task.toml")
      try Files.write(Array("do it".utf8), to: "\(task)/instruction.md")
      try Files.write(Array("FROM x\n".utf8), to: "\(task)/environment/Dockerfile")
      try Files.write(Array("#!/bin/sh\n".utf8), to: "\(task)/tests/test.sh")
    }
    let suite = try Suite.load("\(folder)/suite")
    let lab = try Lab.create(at: "\(folder)/lab")
    let ledger = try await lab.open()
    try await ledger.record(
      SuiteFact(
        digest: suite.digest, name: "s", path: "/s", definition: [:],
        tasks: suite.tasks.map { TaskFact(name: $0.name, digest: $0.digest) }))
    try await ledger.record(
      HarnessFact(digest: Harness.nop.digest, name: "nop", kind: "nop", definition: [:]))
    let run = try await ledger.begin(
      RunFact(
        type: .eval, suite: suite.digest, settings: [:], conditions: [:],
        startedAt: Timestamp(milliseconds: 0),
        owner: ProcessOwner(pid: 1, startTicks: 1, host: "h"), command: "test"))
    let bench = Bench(
      lab: lab, ledger: ledger, run: run,
      candidate: try await ledger.candidate(harness: Harness.nop.digest),
      tasks: suite.tasks.map { task in
        PreparedTask(
          task: task, place: PreparedPlace(layers: [], folder: "/app", variables: [:]), steps: [],
          solutionVariables: [:], trusted: "")
      })
    do {
      try await body(bench)
      try await ledger.close()
    } catch {
      try? await ledger.close()
      throw error
    }
  }

  func go(
    repeats: Int = 1, recorded: [TrialRecord] = [], slots: Int = 4,
    stop: StopSignal = StopSignal(),
    _ conduct: @escaping @Sendable (Assignment) async -> TrialResult
  ) async throws {
    try await SuiteRun(
      ledger: ledger, run: run, candidate: candidate,
      harness: PreparedHarness(harness: .nop, folder: nil, variables: [:]),
      plan: TrialPlan(tasks: tasks, repeats: repeats, seed: 1, recorded: recorded),
      clock: WallClock { Timestamp(milliseconds: 5) }, conduct: conduct
    ).go(slots: slots, stop: stop) { _ in }
  }

  func trials() throws -> [TrialRecord] {
    try lab.reader().trials(TrialFilter(run: run), limit: 10_000)
  }
}

private func result(_ outcome: Outcome, score: Double? = nil) -> TrialResult {
  var result = TrialResult(outcome, "as the script says")
  result.score = score
  result.reward = score
  return result
}

@Suite struct SuiteRunTests {
  @Test func everyTrialIsRecordedOnceInRoundsWithItsOwnSeed() async throws {
    try await Bench.with(tasks: 3) { bench in
      try await bench.go(repeats: 2) { _ in result(.completed, score: 1) }
      let trials = try bench.trials()
      #expect(trials.map(\.id.number) == [1, 2, 3, 4, 5, 6])
      #expect(trials.map(\.fact.index) == [0, 0, 0, 1, 1, 1])
      #expect(Set(trials.map(\.fact.seed)).count == 6)
      #expect(trials.allSatisfy { $0.isFinished && $0.attempts == 1 })
    }
  }

  @Test(arguments: [
    (Outcome.sandboxFailed, 3), (.verifierFailed, 3), (.providerFailed, 3), (.completed, 1),
    (.limit, 1), (.brokeJudge, 1), (.refusal, 1),
  ])
  func onlyWhatTheAgentDidNotCauseIsTriedAgainTwice(outcome: Outcome, attempts: Int) async throws {
    try await Bench.with(tasks: 1) { bench in
      try await bench.go { _ in result(outcome, score: outcome.isScored ? 0 : nil) }
      let trial = try #require(try bench.trials().first)
      #expect(trial.attempts == attempts)
      #expect(trial.isFinished)
      #expect(trial.latest?.outcome == outcome)
      // The evidence of every attempt is kept.
      #expect(try bench.lab.reader().trial(trial.id).attempts.count == attempts)
    }
  }

  @Test func aRetryThatSucceedsIsTheTrialsResult() async throws {
    try await Bench.with(tasks: 1) { bench in
      let calls = Locked(0)
      try await bench.go { _ in
        let call = calls.withLock { calls in
          calls += 1
          return calls
        }
        return call < 3 ? result(.sandboxFailed) : result(.completed, score: 0.5)
      }
      let trial = try #require(try bench.trials().first)
      #expect(trial.latest?.score == 0.5)
      #expect(trial.attempts == 3)
    }
  }

  @Test func aStoppedRunGoesOnWithoutRunningAFinishedTrialAgain() async throws {
    try await Bench.with(tasks: 4) { bench in
      let stop = StopSignal()
      let conducted = Locked<[String]>([])
      try await bench.go(repeats: 2, slots: 1, stop: stop) { assignment in
        let name = "\(assignment.task.task.name) \(assignment.index)"
        conducted.withLock { $0.append(name) }
        if conducted.withLock({ $0.count }) == 3 {
          stop.ask()
          stop.ask()
          return result(.cancelled)
        }
        return result(.completed, score: 1)
      }
      let before = try bench.trials()
      #expect(before.count == 3)
      #expect(before.map(\.isFinished) == [true, true, false])
      conducted.withLock { $0 = [] }
      try await bench.go(repeats: 2, recorded: before) { assignment in
        conducted.withLock { $0.append("\(assignment.task.task.name) \(assignment.index)") }
        return result(.completed, score: 1)
      }
      let after = try bench.trials()
      #expect(conducted.withLock { $0.count } == 6)
      #expect(after.count == 8)
      #expect(after.allSatisfy { $0.isFinished })
      // The one that was cut off goes on under its id.
      #expect(after[2].attempts == 2)
    }
  }

  @Test func aMachineWithoutSandboxesEndsTheRunInsteadOfFailingEveryTrial() async throws {
    try await Bench.with(tasks: 40) { bench in
      let error = await #expect(throws: BelayError.self) {
        try await bench.go(slots: 8) { _ in result(.sandboxFailed) }
      }
      #expect(error?.kind == .sandbox)
      let trials = try bench.trials()
      #expect(trials.count < 40)
    }
  }
}
