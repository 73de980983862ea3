import Base
import Platform
import Testing

@testable import Climbs

/// Harbor's job folders, in the form that its version 0.25 writes.
@Suite struct HarborJobsTests {
  struct Trial {
    var task: String
    var agent = "autoagent"
    var reward: Double?
    var fault: String?
    var key = "reward"
    var digest = "1"
  }

  private static func write(_ trials: [Trial], at job: String, hour: Int, isWhole: Bool = true)
    throws
  {
    for (number, trial) in trials.enumerated() {
      let name = "\(trial.task)__\(number)"
      let folder = Path.join(job, name)
      try Files.makeDirectory(Path.join(folder, "agent"))
      try Files.makeDirectory(Path.join(folder, "verifier"))
      let at = "2026-11-20T\(hour):00:\(10 + number)Z"
      let result: JSON = [
        "trial_name": .string(name), "task_name": .string("acme/\(trial.task)"),
        "task_id": ["path": .string("tasks/\(trial.task)")],
        "agent_info": ["name": .string(trial.agent), "version": "1"],
        "agent_result": ["cost_usd": 0.5],
        "verifier_result": trial.reward.map { ["rewards": [trial.key: .double($0)]] } ?? .null,
        "exception_info": trial.fault.map {
          ["exception_type": .string($0), "exception_message": "so", "exception_traceback": ""]
        } ?? .null, "started_at": .string(at), "finished_at": .string(at),
      ]
      try Files.write(result.utf8(), to: Path.join(folder, "result.json"))
      try Files.write(JSON.object([:]).utf8(), to: Path.join(folder, "config.json"))
      let digest = String(repeating: trial.digest, count: 64)
      let lock: JSON = [
        "schema_version": 2,
        "task": ["name": .string(trial.task), "digest": .string("sha256:\(digest)")],
      ]
      try Files.write(lock.utf8(), to: Path.join(folder, "lock.json"))
    }
    guard isWhole else { return }
    let stats: JSON = ["n_total_trials": .int(trials.count), "stats": [:]]
    try Files.write(stats.utf8(), to: Path.join(job, "result.json"))
    let config: JSON = ["job_name": .string(Path.last(job))]
    try Files.write(config.utf8(), to: Path.join(job, "config.json"))
  }

  private static func read(_ jobs: [[Trial]], isWhole: Bool = true, metric: String? = nil) throws
    -> ClaimedClimb
  {
    try ClimbReaderTests.with { folder in
      for (number, trials) in jobs.enumerated() {
        try write(
          trials, at: Path.join(folder, "job-\(number)"), hour: 10 + number, isWhole: isWhole)
      }
      var hints = ClimbReader.Hints()
      hints.metric = metric
      let path = jobs.count == 1 ? Path.join(folder, "job-0") : folder
      return try ClimbReader(hints).read(path)
    }
  }

  @Test func `jobs are attempts in their order; what broke is left out and counted, never a 0`()
    throws
  {
    let climb = try Self.read([
      [
        Trial(task: "a", reward: 0), Trial(task: "a", reward: 1), Trial(task: "b", reward: 1),
        Trial(task: "b", fault: "ApiRateLimitError"),
        Trial(task: "c", reward: 0, fault: "AgentTimeoutError"),
      ], [Trial(task: "a", reward: 1), Trial(task: "b", reward: 1), Trial(task: "c", reward: 1)],
    ])
    #expect(climb.origin == .harbor && climb.isShare)
    #expect(climb.steps.map(\.name) == ["job-0", "job-1"])
    #expect(climb.steps[0].trials == ["acme/a": [0, 1], "acme/b": [1], "acme/c": [0]])
    #expect(climb.steps[0].score == 0.5)
    #expect(climb.steps[0].costUSD == 2.5)
    #expect(climb.claimed == 1)
    #expect(climb.notes.contains { $0.hasPrefix("1 trial without a score: the machinery failed") })
  }

  @Test func `a job that was cut off before it wrote its own records is one job, not many`() throws
  {
    let trials = [
      Trial(task: "a", reward: 0), Trial(task: "b", reward: 1), Trial(task: "c", reward: 1),
    ]
    for jobs in [[trials], [trials, trials]] {
      let climb = try Self.read(jobs, isWhole: false)
      #expect(climb.steps.count == jobs.count)
      #expect(climb.steps[0].trials.count == 3)
    }
  }

  @Test func `a reward of another name is asked for by name, not taken for a failure`() throws {
    let jobs = [[Trial(task: "a", reward: 1, key: "accuracy")]]
    // A single reward counts whatever its name; of two, one has to be named.
    #expect(try Self.read(jobs).steps[0].score == 1)
    try ClimbReaderTests.with { folder in
      let job = Path.join(folder, "job")
      try Self.write([Trial(task: "a", reward: 1, key: "accuracy")], at: job, hour: 10)
      let file = Path.join(job, "a__0/result.json")
      var result = try JSON.parse(try Files.read(file, limit: 1 << 20))
      result["verifier_result"] = ["rewards": ["accuracy": 1, "speed": 0.5]]
      try Files.write(result.utf8(), to: file)
      let error = #expect(throws: BelayError.self) { _ = try ClimbReader().read(job) }
      #expect(error?.message.contains("accuracy, speed") == true)
      #expect(error?.hint == "--metric accuracy")
      var hints = ClimbReader.Hints()
      hints.metric = "speed"
      #expect(try ClimbReader(hints).read(job).steps[0].score == 0.5)
    }
  }

  @Test func `a task that changed between jobs is two tasks`() throws {
    let climb = try Self.read([
      [Trial(task: "a", reward: 0), Trial(task: "b", reward: 0)],
      [Trial(task: "a", reward: 1, digest: "2"), Trial(task: "b", reward: 0)],
    ])
    #expect(climb.steps[1].trials.keys.sorted() == ["acme/a@222222222222", "acme/b"])
    #expect(climb.notes.contains { $0.hasPrefix("1 task changed between the jobs") })
    #expect(climb.notes.contains { $0.hasPrefix("not every attempt has scores on the same tasks") })
  }

  @Test func `agents of one job are attempts of which none came from another`() throws {
    let climb = try Self.read([
      [Trial(task: "a", reward: 0), Trial(task: "a", agent: "other", reward: 1)]
    ])
    #expect(climb.steps.map(\.name) == ["job-0 autoagent", "job-0 other"])
    #expect(climb.notes.contains { $0.hasPrefix("agents of one job ran side by side") })
  }
}
