import Base
import Facts
import Interchange
import Ledger
import Platform
import Report
import Testing

@testable import Exchange

/// Jobs in the shapes that Harbor writes, imported, exported again and compared.
@Suite struct HarborRoundTripTests {
  private struct Made {
    var task: String
    var rewards: JSON = .null
    var exception: String?
    var digest: String?
    var steps: JSON = .null
  }

  private static func exception(_ type: String?) -> JSON {
    type.map { ["exception_type": .string($0), "exception_message": "it happened"] } ?? .null
  }

  private static func write(_ trials: [Made], to folder: String) throws {
    for (index, trial) in trials.enumerated() {
      let place = Path.join(folder, "\(trial.task)__\(index)")
      try Files.makeDirectory(place)
      let result: JSON = [
        "trial_name": .string("\(trial.task)__\(index)"), "task_name": .string(trial.task),
        "agent_info": [
          "name": "terminus-2", "version": "2.0",
          "model_info": ["name": "m1", "provider": "openai"],
        ], "started_at": .string("2026-03-01T10:00:0\(index % 10)Z"),
        "finished_at": "2026-03-01T10:01:00Z",
        "agent_execution": [
          "started_at": "2026-03-01T10:00:10Z", "finished_at": "2026-03-01T10:00:30Z",
        ],
        "verifier_result": trial.rewards.isNull ? .null : ["rewards": trial.rewards],
        "exception_info": exception(trial.exception), "step_results": trial.steps,
      ]
      try Files.write(result.utf8(), to: Path.join(place, "result.json"))
      guard let digest = trial.digest else { continue }
      let lock: JSON = ["task": ["digest": .string("sha256:" + digest)]]
      try Files.write(lock.utf8(), to: Path.join(place, "lock.json"))
    }
    try Files.write(
      JSON.object(["id": "j", "stats": [:]]).utf8(), to: Path.join(folder, "result.json"))
  }

  private static func imported(
    _ trials: [Made], _ check: (HarborJob, LedgerReader, RunID, _ lab: String) throws -> Void
  ) async throws {
    let folder = "/tmp/belay-trip-\(Files.randomName())"
    defer { try? Files.removeTree(folder) }
    try Files.makeDirectory("\(folder)/jobs/one")
    try write(trials, to: "\(folder)/jobs/one")
    let job = try HarborJob.read("\(folder)/jobs/one")
    let lab = try Lab.create(at: Path.join(folder, "lab"))
    let ledger = try await lab.open()
    let summary = try await HarborImport(job).record(
      in: ledger, known: [], owner: ProcessOwner(pid: 1, startTicks: 1, host: "h"), command: "c",
      now: Timestamp(milliseconds: 0))
    try await ledger.close()
    try check(job, lab.reader(), summary.run, folder)
  }

  private static func said(_ job: HarborJob) -> [String] {
    job.trials.sorted { $0.task < $1.task }.map { trial in
      let rewards = (trial.rewards ?? [:]).sorted { $0.key < $1.key }
        .map { "\($0.key)=\($0.value)" }
      let steps = trial.steps.map { "\($0.name):\($0.rewards?["reward"] ?? -1)" }
      let exceptions = trial.exceptions.map { "\($0.step ?? "")!\($0.type)" }
      return
        ([trial.task, trial.outcome.rawValue, trial.agent, trial.model ?? "-"]
        + [trial.agentVersion ?? "-"] + rewards + steps + exceptions
        + trial.phases.map { "\($0.name) \($0.startedAt)" }).joined(separator: " ")
    }
  }

  private static let shapes = [
    Made(task: "ok", rewards: ["reward": 1]),
    Made(task: "timeout", rewards: ["reward": 0.5, "style": 1], exception: "AgentTimeoutError"),
    Made(task: "bare", exception: "AgentTimeoutError"),
    Made(task: "code", rewards: ["reward": 0], exception: "NonZeroAgentExitCodeError"),
    Made(task: "infra", exception: "EnvironmentStartTimeoutError"),
    Made(task: "rate", exception: "ApiRateLimitError"),
    Made(task: "other", rewards: ["accuracy": 0.7]),
    Made(task: "several", rewards: ["a": 1, "b": 0]), Made(task: "empty", rewards: [:]),
    Made(task: "big", rewards: ["reward": 7]),
    Made(
      task: "steps", rewards: ["reward": 0.5],
      steps: [
        ["step_name": "one", "verifier_result": ["rewards": ["reward": 1]]],
        [
          "step_name": "two", "verifier_result": ["rewards": ["reward": 0]],
          "exception_info": exception("AgentTimeoutError"),
        ],
      ]),
  ]

  @Test func `what Harbor recorded survives an import and an export`() async throws {
    try await Self.imported(Self.shapes) { job, reader, run, folder in
      let again = Path.join(folder, "again")
      _ = try Export.harbor(reader, run: run, to: again)
      let before = Self.said(job)
      let after = Self.said(try HarborJob.read(again))
      for (one, two) in zip(before, after) {
        // A phase is known by its length; where it began within the trial is not kept.
        func plain(_ text: String) -> String {
          String(
            text.prefix(upTo: text.firstRange(of: " agent_execution")?.lowerBound ?? text.endIndex))
        }
        #expect(plain(one) == plain(two))
        #expect(two.contains(" agent_execution "))
      }
      #expect(before.count == after.count)
    }
  }

  @Test func `an imported trial says what became of it and of its steps`() async throws {
    try await Self.imported(Self.shapes) { _, reader, run, _ in
      var said: [String: String] = [:]
      for trial in try reader.trials(TrialFilter(run: run), limit: 100) {
        let attempt = try #require(try reader.trial(trial.id).attempts.last)
        said[trial.taskName] = attempt.detail
        if trial.taskName == "steps" {
          #expect(attempt.steps[0]["score"] == 1)
          #expect(attempt.steps[1]["limit"] == "wall")
        }
      }
      #expect(said["ok"] == "")
      #expect(said["empty"] == "the verifier gave no reward")
      #expect(said["big"] == "reward 7 is out of the range 0 to 1")
      #expect(said["several"] == "there is no reward 'reward' among 'a', 'b'")
    }
  }

  @Test func `two tasks with the same content are repeats of one, and that is said`() async throws {
    let digest = String(repeating: "ab", count: 32)
    let twins = [
      Made(task: "first", rewards: ["reward": 1], digest: digest),
      Made(task: "second", rewards: ["reward": 0], digest: digest),
    ]
    try await Self.imported(twins) { job, reader, run, _ in
      #expect(
        job.diagnostics.map(\.message) == [
          "the task second has the same content as first: taken as a repeat of it"
        ])
      let trials = try reader.trials(TrialFilter(run: run), limit: 100)
      #expect(trials.map { "\($0.taskName) \($0.fact.index)" } == ["first 0", "first 1"])
    }
  }

  @Test func `trials of two jobs are no pairs: Harbor knows no seed`() async throws {
    let folder = "/tmp/belay-trip-\(Files.randomName())"
    defer { try? Files.removeTree(folder) }
    let lab = try Lab.create(at: Path.join(folder, "lab"))
    let ledger = try await lab.open()
    for (name, reward) in [("one", 0), ("two", 1)] as [(String, JSON)] {
      let job = Path.join(folder, "jobs/\(name)")
      try Files.makeDirectory(job)
      try Self.write([Made(task: "ok", rewards: ["reward": reward])], to: job)
      let id: JSON = ["id": .string(name), "stats": [:]]
      try Files.write(id.utf8(), to: Path.join(job, "result.json"))
      _ = try await HarborImport(try HarborJob.read(job)).record(
        in: ledger, known: [], owner: ProcessOwner(pid: 1, startTicks: 1, host: "h"), command: "c",
        now: Timestamp(milliseconds: 0))
    }
    try await ledger.close()
    let reader = try lab.reader()
    let (one, two) = try Subject.resolve("r1", "r2", reader)
    let comparison = try Comparison.read(reader, one, two)
    #expect(comparison.tasks.map(\.pairs) == [0])
    #expect(comparison.tasks.map(\.difference) == [1])
  }

  @Test func `a folder of jobs is not a job`() async throws {
    try await Self.imported([Made(task: "ok", rewards: ["reward": 1])]) { _, _, _, folder in
      let error = #expect(throws: BelayError.self) { try HarborJob.read("\(folder)/jobs") }
      #expect(error?.message == "is a folder of jobs (one) and not a job")
      #expect(error?.hint == "belay import harbor \(folder)/jobs/one")
    }
  }
}
