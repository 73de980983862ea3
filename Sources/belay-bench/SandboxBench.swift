import Base
import Glibc
import Platform
import Sandbox

/// The sandbox's promises: trials a second against the same launcher driven by a bare loop in C, own CPU
/// per trial, and a thousand trials asleep.
enum SandboxBench {
  private static let slots = 8

  static let trials = Benchmark(name: "sandbox") {
    try await withSandbox { sandbox, system in
      let floor = try await runFloor(sandbox, system, trials: 800)
      _ = try await run(sandbox, system, trials: 100)
      let ours = try await run(sandbox, system, trials: 800)
      let again = try await runFloor(sandbox, system, trials: 800)
      let best = max(floor, again)
      let share = ours.rate / best
      return [
        BenchRow(
          what: "empty trials in the sandbox, two phases, \(slots) slots",
          measured: "\(Int(ours.rate))/s, floor \(Int(best))/s", target: ">= 80% of floor",
          isMet: share >= 0.8),
        BenchRow(
          what: "own CPU per empty trial, sandbox alone",
          measured: "\(Int(ours.cpu / .microseconds(1))) us", target: "<= 1000 us",
          isMet: ours.cpu <= .milliseconds(1)),
        BenchRow(
          what: "bwrap --unshare-all true, for scale",
          measured: try await bubblewrap().map { "\(Int($0))/s" } ?? "not installed", target: "-",
          isMet: true),
      ]
    }
  }

  static let sleepers = Benchmark(name: "sleepers") {
    try await withSandbox { sandbox, system in
      let count = 1000
      let before = try availableMemory()
      let began = ContinuousClock.now
      let asleep = try await sleep(sandbox, system, count: count)
      let each = (before - asleep) / count
      let took = (ContinuousClock.now - began) / .seconds(1)
      return [
        BenchRow(
          what: "1000 trials asleep at once, memory of all processes and the kernel",
          measured: "\(each >> 10) KB each, \(Int(took)) s", target: "<= 1 MB over bare",
          isMet: each < 2 << 20)
      ]
    }
  }

  private static func withSandbox<Result>(
    _ body: (ProcessSandbox, String) async throws -> Result
  ) async throws -> Result {
    let scratch = "/var/tmp/belay-bench-\(Files.randomName())"
    try Files.makeDirectory(scratch)
    defer { try? Files.removeTree(scratch) }
    let sandbox = try await ProcessSandbox(scratch: scratch)
    defer { sandbox.shutDown() }
    let system = Path.join(scratch, "system")
    for name in ["usr", "proc", "dev", "etc", "tmp", "app"] {
      try Files.makeDirectory(Path.join(system, name))
    }
    for name in ["bin", "lib", "lib64"] where Files.kind("/\(name)") == .link {
      try Files.link(Files.linkTarget("/\(name)"), at: Path.join(system, name))
    }
    return try await body(sandbox, system)
  }

  private static func trial(_ sandbox: ProcessSandbox, _ system: String, slot: Int) async throws {
    let box = try await sandbox.start(
      SandboxSpec(slot: slot, layers: [system], limits: limits))
    let command = CommandSpec(
      ["/usr/bin/true"], environment: ["PATH": "/usr/bin:/bin", "HOME": "/root"],
      wall: .seconds(60))
    for _ in 0..<2 {
      try await box.begin(PhaseSpec())
      guard try await box.run(command).ending == .exited(0) else {
        throw BelayError(.sandbox, "`true` failed in the sandbox")
      }
      _ = try await box.end()
    }
    await box.stop()
  }

  private static var limits: SandboxLimits {
    var limits = SandboxLimits()
    limits.storageBytes = 64 << 20
    limits.cpus = 1
    return limits
  }

  private static func run(_ sandbox: ProcessSandbox, _ system: String, trials: Int) async throws
    -> (rate: Double, cpu: Duration)
  {
    let cpu = ProcessIdentity.ownCPU
    let began = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for slot in 0..<slots {
        group.addTask {
          for _ in 0..<(trials / slots) { try await trial(sandbox, system, slot: slot) }
        }
      }
      try await group.waitForAll()
    }
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    return (Double(trials) / seconds, (ProcessIdentity.ownCPU - cpu) / trials)
  }

  private static func runFloor(_ sandbox: ProcessSandbox, _ system: String, trials: Int)
    async throws -> Double
  {
    let folder = Path.parent(try Files.real("/proc/self/exe"))
    let arguments =
      sandbox.floorArguments(limits)
      + ["--layer", system, "--trials", "\(trials)", "--slots", "\(slots)"]
    return try await seconds {
      try Child.spawn(Path.join(folder, "bench-floor"), ["bench-floor"] + arguments)
    }.map { Double(trials) / $0 } ?? 0
  }

  private static func bubblewrap() async throws -> Double? {
    guard Files.isFile("/usr/bin/bwrap") else { return nil }
    let count = 200
    let loop = "for i in $(seq \(count / slots)); do bwrap --unshare-all --ro-bind / / true; done"
    let all = "for s in $(seq \(slots)); do (\(loop)) & done; wait"
    return try await seconds {
      try Child.spawn("/bin/bash", ["bash", "-c", all], environment: ["PATH": "/usr/bin:/bin"])
    }.map { Double(count) / $0 }
  }

  private static func seconds(_ start: () throws -> Child) async throws -> Double? {
    let began = ContinuousClock.now
    let exit = try await start().wait()
    return exit.code == 0 ? (ContinuousClock.now - began) / .seconds(1) : nil
  }

  private static func sleep(_ sandbox: ProcessSandbox, _ system: String, count: Int) async throws
    -> Int
  {
    try await withThrowingTaskGroup(of: Void.self) { group in
      let started = Locked(0)
      for slot in 0..<count {
        group.addTask {
          let box = try await sandbox.start(
            SandboxSpec(slot: slot, layers: [system], limits: limits))
          try await box.begin(PhaseSpec())
          started.withLock { $0 += 1 }
          _ = try? await box.run(CommandSpec(["/usr/bin/sleep", "600"]))
          await box.stop()
        }
      }
      while started.withLock({ $0 }) < count { try await Task.sleep(for: .milliseconds(100)) }
      try await Task.sleep(for: .seconds(1))
      let left = try availableMemory()
      group.cancelAll()
      while await group.nextResult() != nil {}
      return left
    }
  }

  private static func availableMemory() throws -> Int {
    let text = try Files.readText("/proc/meminfo")
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") } ?? ""
    return (Int(line.filter(\.isNumber)) ?? 0) << 10
  }
}
