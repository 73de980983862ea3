import Base
import Facts
import Ledger
import Platform

/// A lab in a scratch folder with a suite, a harness and the facts that tests repeat.
struct Fixture: Sendable {
  let lab: Lab

  /// Makes a lab, hands it to `body` and removes it.
  static func with(_ body: (Fixture) async throws -> Void) async throws {
    let path = "/tmp/belay-ledger-\(Files.randomName())"
    defer { try? Files.removeTree(path) }
    try await body(Fixture(lab: try Lab.create(at: path)))
  }

  static let now = Timestamp(milliseconds: 1_795_212_000_000)

  static func task(_ name: String, _ split: Split? = .dev) -> TaskFact {
    TaskFact(
      name: name, digest: Digest.of(name), split: split, family: "f", category: "text",
      difficulty: "easy", definition: ["k": 1])
  }

  static func suite(_ name: String = "shell", tasks: [TaskFact]? = nil) -> SuiteFact {
    SuiteFact(
      digest: Digest.of("suite \(name)"), name: name, path: "/suites/\(name)",
      definition: ["name": .string(name)],
      tasks: tasks ?? [task("a"), task("b"), task("c", .gate), task("d", .vault)])
  }

  static func harness(_ name: String = "nop") -> HarnessFact {
    HarnessFact(
      digest: Digest.of("harness \(name)"), name: name, kind: "program",
      definition: ["kind": "program"],
      files: [StoredFile(path: "run.sh", mode: 0o755, content: Array("echo \(name)".utf8))])
  }

  static func run(_ suite: SuiteFact, opensVault: Bool = false) -> RunFact {
    RunFact(
      type: .eval, suite: suite.digest, settings: ["trials": 2], conditions: ["sandbox": "process"],
      opensVault: opensVault, startedAt: now,
      owner: ProcessOwner(pid: 7, startTicks: .max, host: "host"), command: "belay eval nop")
  }

  static func trial(
    _ run: RunID, _ candidate: CandidateID, _ task: String, _ index: Int = 0
  ) -> TrialFact {
    TrialFact(
      run: run, candidate: candidate, task: Digest.of(task), index: index, seed: .max - 1,
      dispatchedAt: now)
  }

  static func attempt(
    _ trial: TrialID, _ number: Int = 1, isFinal: Bool = true, _ outcome: Outcome = .completed,
    score: Double? = 1, cost: Double? = nil, files: [AttemptFile] = []
  ) -> AttemptFact {
    AttemptFact(
      trial: trial, number: number, isFinal: isFinal, outcome: outcome, detail: "it ended",
      exitCode: 0, reward: score, score: score, metrics: ["lines": 2.5],
      phases: [PhaseFact("agent", .microseconds(1234))],
      usage: Usage(wallMs: 20, cpuMs: 10, costUSD: cost), flags: ["odd"], steps: [["reward": 1]],
      startedAt: now, endedAt: Timestamp(milliseconds: now.milliseconds + 20), files: files)
  }

  static func log(_ text: String, role: String = "agent_log") -> AttemptFile {
    AttemptFile(role: role, path: "logs/agent.txt", content: Array(text.utf8), indexed: true)
  }

  /// Opens the lab, records suite and harness, begins a run and closes it all behind `body`.
  func recording(
    suite: SuiteFact = suite(),
    _ body: (Ledger, RunID, CandidateID) async throws -> Void
  ) async throws {
    let ledger = try await lab.open()
    try await ledger.record(suite)
    let harness = try await ledger.record(Self.harness())
    let candidate = try await ledger.candidate(harness: harness)
    let run = try await ledger.begin(Self.run(suite))
    try await body(ledger, run, candidate)
    try await ledger.close()
  }
}
