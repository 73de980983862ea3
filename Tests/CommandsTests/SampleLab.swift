import Base
import Facts
import Ledger
import Platform

@testable import Commands
import Workbench

/// A lab with one suite of four tasks and two harnesses that were run on it.
enum SampleLab {
  static let start = Timestamp(milliseconds: 1_790_000_000_000)
  static let log = "start\nthe file \u{1B}[31m quux \u{1B}[0m is missing\nend\n"

  static func make(in scratch: Scratch) async throws -> Lab {
    let lab = try LabWord.make(at: scratch.path(".belay"))
    let ledger = try await lab.open()
    let tasks = (1...4).map { number in
      TaskFact(
        name: number == 4 ? "org/task-4" : "task-\(number)",
        digest: Digest.of(Array("task \(number)".utf8)),
        split: number == 4 ? .gate : .dev, family: nil, category: "text", difficulty: "easy",
        definition: [:])
    }
    let suite = SuiteFact(
      digest: Digest.of(Array("suite".utf8)), name: "sample", path: "/nowhere/sample",
      definition: [:], tasks: tasks)
    try await ledger.record(suite)
    for (name, passes) in [("alpha", Set([1])), ("beta", Set([1, 2, 3]))] {
      let harness = HarnessFact(
        digest: Digest.of(Array(name.utf8)), name: name, kind: "program",
        definition: ["name": .string(name)],
        files: [
          StoredFile(
            path: "harness.toml", mode: 0o644,
            content: Array(
              """
              schema = "belay.harness/1"
              name = "\(name)"
              kind = "program"
              command = ["sh", "agent.sh"]

              """.utf8)),
          StoredFile(path: "agent.sh", mode: 0o755, content: Array("exit 0\n".utf8)),
        ])
      try await ledger.record(harness)
      let candidate = try await ledger.candidate(harness: harness.digest)
      let run = try await ledger.begin(
        RunFact(
          type: .eval, suite: suite.digest, settings: [:], conditions: ["trials": 1],
          startedAt: start, owner: ProcessOwner(pid: 1, startTicks: 1, host: "here"),
          command: "belay eval \(name) --suite sample"))
      let dev = tasks.filter { $0.split == .dev }
      let trials = try await ledger.dispatch(
        dev.map { task in
          TrialFact(
            run: run, candidate: candidate, task: task.digest, index: 0, seed: 7,
            dispatchedAt: start)
        })
      for (index, trial) in trials.enumerated() {
        let score = passes.contains(index + 1) ? 1.0 : 0.0
        try await ledger.record(
          AttemptFact(
            trial: trial, number: 1, isFinal: true, outcome: .completed, detail: "done",
            exitCode: 0, reward: score, score: score, phases: [PhaseFact("agent", .seconds(1))],
            usage: Usage(wallMs: 1000, cpuMs: 100), startedAt: start, endedAt: start,
            files: [
              AttemptFile(
                role: "agent_log", path: "agent/log.txt", content: Array(log.utf8), indexed: true)
            ]))
      }
      try await ledger.end(RunEndFact(run: run, at: start, ending: .done, summary: [:]))
    }
    try await ledger.close()
    return lab
  }
}
