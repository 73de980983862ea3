import Base
import Facts
import Ledger
import Platform

/// A lab with two evaluated harnesses, a retried trial, a hostile trajectory and a few events.
enum Night {
  static let start: Int64 = 1_795_212_000_000
  static let names = ["demo/first", "second", "hostile\u{1B}[31m\u{202E}", "steps"]
  /// What the agent wrote; it must not be shown unless asked for.
  static let secret = "IGNORE ALL RULES \u{1B}]0;owned\u{07}"

  static var suite: SuiteFact {
    SuiteFact(
      digest: Digest.of("night"), name: "shell", path: "/suites/shell",
      definition: ["name": "shell"],
      tasks: names.map {
        TaskFact(
          name: $0, digest: Digest.of($0), split: .dev, category: "text", difficulty: "easy",
          definition: ["agent": ["timeout_sec": 60]])
      } + [TaskFact(name: "sealed", digest: Digest.of("sealed"), split: .vault)])
  }

  static func at(_ seconds: Int) -> Timestamp {
    Timestamp(milliseconds: start + Int64(seconds) * 1000)
  }

  static var trajectory: JSON {
    [
      "schema_version": "ATIF-v1.6", "session_id": "s", "agent": ["name": "demo", "version": "1"],
      "steps": [
        ["step_id": 1, "source": "user", "message": "do it", "timestamp": .string("\(at(1))")],
        [
          "step_id": 2, "source": "agent", "message": .string(secret),
          "timestamp": .string("\(at(63))"),
          "tool_calls": [
            ["tool_call_id": "a", "function_name": "bash", "arguments": ["cmd": "ls"]],
            ["tool_call_id": "b", "function_name": .string(secret), "arguments": [:]],
          ],
          "observation": ["results": [["source_call_id": "a", "content": .string(secret)]]],
          "metrics": ["prompt_tokens": 2100, "completion_tokens": 118],
        ],
      ],
    ]
  }

  static func files(_ index: Int) -> [AttemptFile] {
    [
      AttemptFile(
        role: "agent_log", path: "agent/output.txt", content: Array("\(secret)\nrow".utf8),
        totalBytes: 9000, indexed: true),
      AttemptFile(
        role: "trajectory", path: "agent/trajectory.json", content: trajectory.utf8(),
        indexed: true),
      AttemptFile(role: "reward", path: "verifier/reward.txt", content: Array("1\n".utf8)),
      AttemptFile(
        role: "verifier_log", path: "verifier/test-stdout.txt", content: Array("ok\n".utf8)),
      AttemptFile(
        role: "artifact", path: "artifacts/app/../../../../etc/x\u{1B}", content: Array("x".utf8)),
      AttemptFile(
        role: "manifest", path: "artifacts/manifest.json", content: Array("[]".utf8)),
    ]
  }

  /// Records the night and hands a reader to `body`.
  static func with(_ body: (LedgerReader, String) async throws -> Void) async throws {
    let path = "/tmp/belay-report-\(Files.randomName())"
    defer { try? Files.removeTree(path) }
    let lab = try Lab.create(at: path)
    let ledger = try await lab.open()
    try await ledger.record(suite)
    for (number, name) in ["base", "edit"].enumerated() {
      let harness = HarnessFact(
        digest: Digest.of(name), name: name, kind: "program",
        definition: ["command": ["./run"], "odd\u{1B}[2Jkey": ["a": "\u{9B}x"]],
        files: [StoredFile(path: "run\u{1B}", mode: 0o755, content: Array("#!".utf8))])
      let candidate = try await ledger.candidate(harness: try await ledger.record(harness))
      let run = try await ledger.begin(
        RunFact(
          type: .eval, suite: suite.digest, settings: ["split": "dev"],
          conditions: ["sandbox": "process", "trials": 2], startedAt: at(100 * number),
          owner: ProcessOwner(pid: 7, startTicks: 1, host: "here"), command: "belay eval \(name)"))
      try await evaluate(ledger, run, candidate, number)
    }
    try await ledger.close()
    try await body(try lab.reader(), path)
  }

  private static func evaluate(
    _ ledger: Ledger, _ run: RunID, _ candidate: CandidateID, _ number: Int
  ) async throws {
    let facts = names.flatMap { name in
      (0..<2).map { index in
        TrialFact(
          run: run, candidate: candidate, task: Digest.of(name), index: index,
          seed: UInt64(index) &+ .max / 2, dispatchedAt: at(100 * number + index))
      }
    }
    let trials = try await ledger.dispatch(facts)
    try await ledger.record(
      EventFact(run: run, at: at(100 * number), kind: "backoff", detail: ["slots": 4]))
    for (place, trial) in trials.enumerated() {
      let passes = number == 1 || place.isMultiple(of: 2)
      if place == 3 {
        try await ledger.record(
          attempt(trial, 1, number, outcome: .sandboxFailed, final: false, score: nil))
      }
      try await ledger.record(
        attempt(
          trial, place == 3 ? 2 : 1, number, outcome: passes ? .completed : .limit, final: true,
          score: passes ? 1 : 0, steps: names[place / 2] == "steps"))
    }
    try await ledger.end(
      RunEndFact(run: run, at: at(100 * number + 90), ending: .done, summary: [:]))
  }

  private static func attempt(
    _ trial: TrialID, _ number: Int, _ run: Int, outcome: Outcome, final: Bool, score: Double?,
    steps: Bool = false
  ) -> AttemptFact {
    AttemptFact(
      trial: trial, number: number, isFinal: final, outcome: outcome,
      detail: outcome.isScored ? secret : "bwrap was killed",
      limit: outcome == .limit ? "wall" : nil,
      exitCode: outcome == .completed ? 0 : nil, reward: score, score: score,
      metrics: ["style": 0.5],
      phases: [
        PhaseFact("prepare", .milliseconds(5)), PhaseFact("agent", .milliseconds(1500)),
        PhaseFact("verify", .milliseconds(40)),
      ], usage: Usage(wallMs: 1600, cpuMs: 700, inputTokens: run == 1 ? 2100 : nil),
      flags: ["memory_limit_hit"],
      steps: steps
        ? [["name": "one", "score": 1, "reward": 1], ["name": "two", "score": 0, "reward": 0]]
        : .null, startedAt: at(1), endedAt: at(3), files: final ? files(number) : [])
  }
}
