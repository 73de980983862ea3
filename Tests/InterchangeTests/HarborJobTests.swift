import Base
import Glibc
import Interchange
import Platform
import Testing

/// A job folder that was written with the models of Harbor 0.25.0, and what those say of each trial.
@Suite struct HarborJobTests {
  static func withJob<Result>(_ body: (String, JSON) throws -> Result) throws -> Result {
    let root = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let vectors = try JSON.parse(Files.read("\(root)/Vectors/interchange/job.json"))
    let folder = "/tmp/belay-job-\(Files.randomName())"
    defer { try? Files.removeTree(folder) }
    for (path, text) in vectors["files"].object ?? [:] {
      let full = Path.join(folder, path)
      try Files.makeDirectory(Path.parent(full))
      try Files.write(Array((text.string ?? "").utf8), to: full)
    }
    return try body(folder, vectors["expected"])
  }

  @Test func everyTrialIsReadOrNamed() throws {
    try Self.withJob { folder, expected in
      let job = try HarborJob.read(folder)
      #expect(job.name == "demo")
      #expect(job.harborVersion == "0.25.0")
      #expect(job.trials.count == 12)
      #expect(
        job.skipped.map { "\($0.name): \($0.reason)" } == [
          "unfinished__mmmmmmm: it has no result.json: it did not end"
        ])
      #expect(job.startedAt == Timestamp(iso: "2026-01-31T12:00:00Z"))
      #expect(job.finishedAt == Timestamp(iso: "2026-01-31T12:03:50Z"))
      for (index, trial) in job.trials.enumerated() {
        let said = expected[index]
        #expect(trial.name == said["name"].string)
        #expect(trial.usage.input == said["totals"][0].int)
        #expect(trial.usage.cached == said["totals"][1].int)
        #expect(trial.usage.output == said["totals"][2].int)
        #expect(trial.usage.costUSD == said["totals"][3].double)
        // An agent that left with another code than 0 ended by itself: overview.md scores it.
        let ownCode = trial.exceptions.first?.type == "NonZeroAgentExitCodeError"
        #expect(trial.outcome.isScored == (said["valid"].bool == true || ownCode), "\(trial.name)")
        #expect(trial.taskDigest?.hex.hasSuffix(String(index, radix: 16)) == true)
      }
    }
  }

  @Test func causesBecomeOutcomes() throws {
    try Self.withJob { folder, _ in
      let outcomes = try HarborJob.read(folder).trials.map { "\($0.task) \($0.outcome.rawValue)" }
      #expect(
        outcomes == [
          "hello completed", "hello completed", "slow limit", "crash completed",
          "infra sandbox_failed", "rate provider_failed", "forgot verifier_failed",
          "weird sandbox_failed", "stopped cancelled", "nothing verifier_failed",
          "refused refusal", "steps sandbox_failed",
        ])
    }
  }

  @Test func aTrialKeepsWhatHarborKnewOfIt() throws {
    try Self.withJob { folder, _ in
      let job = try HarborJob.read(folder)
      let first = job.trials[0]
      #expect(first.rewards == ["reward": 1, "style": 0.5])
      #expect(first.reward() == 1)
      #expect(first.model == "openai/gpt-5")
      #expect(first.agent == "terminus-2")
      #expect(first.dataset == "set")
      // Of one name, but not of one content: no repeats of each other.
      #expect(job.trials.prefix(2).map(\.attempt) == [0, 0])
      #expect(
        first.phases.map(\.name) == [
          "environment_setup", "agent_setup", "agent_execution", "verifier",
        ])
      let path = try #require(first.trajectory)
      #expect(Atif.read(try Files.read(path), file: path).isValid)
      #expect(
        first.files.map { "\($0.path) \($0.role.rawValue)" } == [
          "agent/oracle.txt agent_log", "agent/trajectory.json trajectory",
          "artifacts/manifest.json artifact", "config.json record", "lock.json record",
          "result.json record", "trial.log trial_log", "verifier/reward.txt reward",
          "verifier/test-stdout.txt verifier_log",
        ])
      let steps = job.trials[11]
      #expect(steps.steps.map(\.name) == ["one", "two"])
      #expect(steps.exceptions.map(\.step) == ["two"])
    }
  }

  @Test func missingKeysAndBrokenTrialsAreTolerated() throws {
    try Self.withJob { folder, _ in
      try Files.write(Array("{}".utf8), to: "\(folder)/slow__ccccccc/result.json")
      try Files.write(Array("[".utf8), to: "\(folder)/crash__ddddddd/result.json")
      try Files.write(Array("nul".utf8), to: "\(folder)/result.json")
      try Files.removeTree("\(folder)/infra__eeeeeee/result.json")
      #expect(symlink("/etc/passwd", "\(folder)/infra__eeeeeee/result.json") == 0)
      let job = try HarborJob.read(folder)
      #expect(job.trials.count == 10)
      #expect(job.skipped.count == 3)
      let slow = try #require(job.trials.first { $0.name == "slow__ccccccc" })
      #expect(slow.task == "slow")
      #expect(slow.outcome == .verifierFailed)
      #expect(slow.startedAt == nil)
      #expect(
        job.diagnostics.map(\.message) == [
          "not valid JSON at line 1, byte 0: expected a value",
          "left out: not valid JSON at line 1, byte 1: expected a value",
          "left out: its result.json is not a regular file",
          "left out: it has no result.json: it did not end",
        ])
    }
  }

  @Test func whatIsNoNumberIsNoReward() throws {
    try Self.withJob { folder, _ in
      func read(_ result: JSON) throws -> HarborTrial {
        try Files.write(result.utf8(), to: "\(folder)/hello__aaaaaaa/result.json")
        return try #require(try HarborJob.read("\(folder)/hello__aaaaaaa").trials.first)
      }
      let name: JSON = "hello__aaaaaaa"
      // The text would leave `style` as the only key.
      let text = try read([
        "trial_name": name, "verifier_result": ["rewards": ["reward": "1", "style": 0.5]],
      ])
      #expect(text.reward() == nil)
      #expect(text.outcome == .verifierFailed)
      let odd = try read([
        "trial_name": name, "verifier_result": ["rewards": ["reward": true]],
        "exception_info": "boom",
        "agent_result": ["n_input_tokens": -5, "n_output_tokens": 3, "cost_usd": -1.0],
      ])
      #expect(odd.reward() == 1)
      #expect(odd.exceptions.map(\.message) == ["boom"])
      #expect(!odd.outcome.isScored)
      #expect(odd.usage == TokenUsage(output: 3))
    }
  }

  @Test func aSingleTrialIsAJobOfOne() throws {
    try Self.withJob { folder, _ in
      let job = try HarborJob.read("\(folder)/hello__aaaaaaa")
      #expect(job.trials.map(\.task) == ["hello"])
    }
  }

  @Test func whatIsNoJobIsRefused() throws {
    let error = #expect(throws: BelayError.self) { try HarborJob.read("/usr/share") }
    #expect(error?.message == "is not a job of Harbor: it has neither result.json nor trials")
    #expect(throws: BelayError.self) { try HarborJob.read("/nowhere") }
  }
}
