import Base
import Fleet
import Glibc
import Harness
import Ledger
import Platform
import Sandbox
import Suite
import Trial

/// The promises of `belay eval` as a whole: trials a second against the same recipe driven by a bare loop
/// in C, the coordinator's own CPU and memory.
enum EvalBench {
  private static let slots = 8

  static let eval = Benchmark(name: "eval") {
    try await withSuite { folder in
      _ = try await nopTrials(in: folder, repeats: 200)
      let first = try await floor(in: folder, trials: 1000)
      let ours = try await nopTrials(in: folder, repeats: 1000)
      let second = try await floor(in: folder, trials: 1000)
      let best = max(first, second)
      return [
        BenchRow(
          what: "eval of nop trials, recorded, \(slots) slots",
          measured: "\(Int(ours.rate))/s, floor \(Int(best))/s (\(Int(100 * ours.rate / best))%)",
          target: ">= 80% of floor", isMet: ours.rate >= 0.8 * best),
        BenchRow(
          what: "own CPU per trial of such an eval (RUSAGE_SELF)",
          measured: "\(Int(ours.cpu / .microseconds(1))) us", target: "<= 1000 us",
          isMet: ours.cpu <= .milliseconds(1)),
      ]
    }
  }

  static let long = Benchmark(name: "eval-10000") {
    try await withSuite { folder in
      let ours = try await nopTrials(in: folder, repeats: 10_000)
      let peak = ProcessIdentity.peakMemoryBytes
      return [
        BenchRow(
          what: "10,000 nop trials in one eval, memory of the coordinator",
          measured: "\(ours.memory >> 20) MB after 1,000, \(peak >> 20) MB peak",
          target: "<= 150 MB, flat",
          isMet: peak <= 150 << 20 && peak - ours.memory < 30 << 20)
      ]
    }
  }

  static let start = Benchmark(name: "start") {
    let belay = Path.join(Path.parent(try Files.real("/proc/self/exe")), "belay")
    var rows: [BenchRow] = []
    for word in ["--version", "--help"] {
      var times: [Duration] = []
      for _ in 0..<40 {
        let began = ContinuousClock.now
        _ = try await Child.spawn(belay, ["belay", word]).wait()
        times.append(ContinuousClock.now - began)
      }
      let median = times.sorted()[times.count / 2]
      rows.append(
        BenchRow(
          what: "belay \(word), wall, median of \(times.count)",
          measured: "\(Int(median / .microseconds(1))) us", target: "<= 20000 us",
          isMet: median <= .milliseconds(20)))
    }
    return rows
  }

  /// A lab and a suite of one task whose verifier writes a reward and does nothing else.
  private static func withSuite<Result>(_ body: (String) async throws -> Result) async throws
    -> Result
  {
    let folder = "/var/tmp/belay-bench-\(Files.randomName())"
    defer { try? Files.removeTree(folder) }
    let files = [
      "task.toml": "schema_version = \"1.4\"\n", "instruction.md": "Do nothing.\n",
      "environment/Dockerfile": "FROM debian\nWORKDIR /app\n",
      "tests/test.sh": "#!/bin/sh\necho 0 > /logs/verifier/reward.txt\n",
    ]
    for (path, text) in files {
      let full = Path.join(folder, "suite/nothing/\(path)")
      try Files.makeDirectory(Path.parent(full))
      try Files.write(Array(text.utf8), to: full, mode: 0o755)
    }
    return try await body(folder)
  }

  private struct Measured {
    let rate: Double
    let cpu: Duration
    let memory: Int
  }

  private static func nopTrials(in folder: String, repeats: Int) async throws -> Measured {
    let lab = try Lab.create(at: Path.join(folder, "lab"))
    let ledger = try await lab.open()
    let provider = try await ProcessSandbox(scratch: lab.scratchPath)
    let suite = try Suite.load(Path.join(folder, "suite"))
    let evaluation = try await Evaluation.begin(
      EvaluationRequest(
        harness: .nop, suite: suite, tasks: suite.tasks, repeats: repeats, slots: slots,
        command: "belay-bench"),
      in: Evaluation.Place(
        lab: lab, ledger: ledger, provider: provider,
        host: await HostFingerprint.read(suite.requires), variables: [:],
        owner: provider.layerOwner))
    let memory = Locked((seen: 0, early: 0))
    let cpu = ProcessIdentity.ownCPU
    let began = ContinuousClock.now
    try await evaluation.go(stop: StopSignal()) { _ in
      memory.withLock { memory in
        memory.seen += 1
        if memory.seen == 1000 { memory.early = ProcessIdentity.peakMemoryBytes }
      }
    }
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    let used = ProcessIdentity.ownCPU - cpu
    provider.shutDown()
    try await ledger.close()
    return Measured(
      rate: Double(repeats) / seconds, cpu: used / repeats, memory: memory.withLock { $0.early })
  }

  /// The same namespaces, uid, filter, groups, layers, binds and commands, and nothing recorded.
  private static func floor(in folder: String, trials: Int) async throws -> Double {
    let lab = try Lab.create(at: Path.join(folder, "lab"))
    let provider = try await ProcessSandbox(scratch: lab.scratchPath)
    defer { provider.shutDown() }
    let suite = try Suite.load(Path.join(folder, "suite"))
    let preparation = try Preparation(
      scratch: lab.scratchPath, provider: provider,
      fingerprint: await HostFingerprint.read(suite.requires).text, host: [:],
      owner: provider.layerOwner)
    guard let task = suite.tasks.first, let step = try await preparation.prepare(task).steps.first,
      let tests = step.tests
    else { throw BelayError(.internal, "the bench's own task is not as it should be") }
    let prepared = try await preparation.prepare(task)
    let rules = TrialRules(scratch: lab.scratchPath, owner: provider.layerOwner)
    var arguments = provider.floorArguments(rules.limits(for: task.environment))
    arguments += prepared.place.layers.flatMap { ["--layer", $0] }
    arguments += [
      "--agent-bind", "\(step.brief)=/run/belay", "--verify-bind", "\(tests)=/tests", "--cover",
      prepared.trusted, "--fresh", "/logs/verifier", "--fresh", "/run/verifier", "--verify",
      "/tests/test.sh", "--trials", "\(trials)", "--slots", "\(slots)",
    ]
    let program = Path.join(Path.parent(try Files.real("/proc/self/exe")), "bench-floor")
    let began = ContinuousClock.now
    let exit = try await Child.spawn(program, ["bench-floor"] + arguments).wait()
    guard exit.code == 0 else { throw BelayError(.internal, "bench-floor failed") }
    return Double(trials) / ((ContinuousClock.now - began) / .seconds(1))
  }
}
