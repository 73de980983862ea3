import Base
import Glibc
import Platform
import Sandbox
import Testing

/// What is left when something is killed that should not have been: nothing.
@Suite(.serialized) struct CrashTests {
  @Test func `a killed coordinator leaves no process, mount or group`() async throws {
    try await SandboxFixture.with { fixture in
      let marker = "belay-crash-\(Files.randomName())"
      let layer = try fixture.folder(
        "hang", ["\(marker)": "#!/bin/sh\n(setsid sleep 900 &)\nsleep 900\n"])
      try Files.setMode(Path.join(layer, marker), 0o755)
      let floor = Path.join(Path.parent(fixture.launcher), "bench-floor")
      var arguments = [
        "bench-floor", "--launcher", fixture.launcher, "--command", "/\(marker)", "--trials", "4",
        "--slots", "4", "--layer", layer, "--layer", fixture.system, "--uid", "260001",
        "--idmap", fixture.sandbox.uidPerSlot ? "1" : "0",
      ]
      for group in fixture.sandbox.groupFolders { arguments += ["--group", group] }
      let coordinator = try Child.spawn(floor, arguments)
      try await waitUntil { HostState.commandLines(with: marker).count == 4 }
      let supervisors = HostState.children(of: coordinator.pid)
      #expect(supervisors.count == 4)
      for group in fixture.sandbox.groupFolders {
        #expect(try Files.names(in: group).filter { $0.hasPrefix("floor") }.count == 4)
      }
      coordinator.signal(SIGKILL)
      _ = await coordinator.wait()
      try await waitUntil {
        HostState.commandLines(with: marker).isEmpty
          && supervisors.allSatisfy { ProcessIdentity.start(of: $0) == nil }
      }
      for group in fixture.sandbox.groupFolders {
        #expect(try Files.names(in: group).filter { $0.hasPrefix("floor") } == [])
      }
      // Others on the machine may mount what they like meanwhile.
      let after = try Files.readText("/proc/mounts").split(separator: "\n")
      #expect(
        after.filter { line in
          line.contains(fixture.scratch) || line.hasPrefix("storage ") || line.hasPrefix("belay")
        } == [])
    }
  }

  @Test func `a killed supervisor takes its tree along and is an error`() async throws {
    try await SandboxFixture.with { fixture in
      try await fixture.box(slot: 3) { box in
        let before = HostState.children(of: ProcessIdentity.pid)
        try await box.begin(PhaseSpec())
        let marker = "belay-orphan-\(Files.randomName())"
        let result = Task { try await box.run(.shell("exec -a \(marker) sleep 900")) }
        try await waitUntil { HostState.commandLines(with: marker).count == 1 }
        let process = HostState.commandLines(with: marker)[0]
        let first = HostState.parent(of: process)
        let supervisor = HostState.parent(of: first)
        #expect(before.contains(supervisor))
        ProcessIdentity.kill(supervisor)
        await #expect(throws: BelayError.self) { _ = try await result.value }
        try await waitUntil { HostState.commandLines(with: marker).isEmpty }
        await #expect(throws: BelayError.self) { try await box.begin(PhaseSpec()) }
      }
      for group in fixture.sandbox.groupFolders {
        #expect(try Files.names(in: group).filter { $0.hasPrefix("t") && $0.count < 4 } == [])
      }
    }
  }

  @Test func `a cancelled command is killed and the trial lives on`() async throws {
    try await SandboxFixture.with { fixture in
      try await fixture.box { box in
        try await box.begin(PhaseSpec())
        let marker = "belay-cancel-\(Files.randomName())"
        let task = Task { try await box.run(.shell("exec -a \(marker) sleep 900")) }
        try await waitUntil { HostState.commandLines(with: marker).count == 1 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await waitUntil { HostState.commandLines(with: marker).isEmpty }
        #expect(try await box.output("echo on") == "on\n")
      }
    }
  }

  @Test func `the sweep removes what a dead owner left, and only that`() async throws {
    try await SandboxFixture.with { fixture in
      guard let own = fixture.sandbox.groupFolders.first else { return }
      let sleeper = try Child.spawn("/bin/sleep", ["sleep", "900"])
      let name = Path.last(own).split(separator: "-").map(String.init)
      // Process 1 did not start at tick 1.
      let dead = Path.join(Path.parent(own), "belay-1-1-\(name[3])-1")
      let session = Path.join(Path.parent(own), "session-\(Files.randomName()).scope")
      let elsewhere = Path.join(session, "belay-1-1-\(name[3])-2")
      for folder in [session, elsewhere] { try SystemFiles.makeGroup(folder) }
      let foreign = Path.join(Path.parent(own), "belay-1-1-77-1")
      for folder in [dead, Path.join(dead, "t1"), foreign] { try SystemFiles.makeGroup(folder) }
      try SystemFiles.set("\(sleeper.pid)", in: Path.join(dead, "t1/cgroup.procs"))
      let result = await SandboxSweep().run()
      #expect(result.killed >= 1)
      #expect(await sleeper.wait().signal == SIGKILL)
      #expect(Files.kind(dead) == nil)
      #expect(Files.kind(elsewhere) == nil)
      try SystemFiles.removeGroup(session)
      #expect(Files.kind(foreign) == .directory)
      #expect(Files.kind(own) == .directory)
      try SystemFiles.removeGroup(foreign)
    }
  }

  @Test func `stop may come at any time, and twice`() async throws {
    try await SandboxFixture.with { fixture in
      let box = try await fixture.sandbox.start(SandboxSpec(slot: 0, layers: [fixture.system]))
      try await box.begin(PhaseSpec())
      let marker = "belay-stop-\(Files.randomName())"
      let result = Task { try await box.run(.shell("exec -a \(marker) sleep 900")) }
      try await waitUntil { HostState.commandLines(with: marker).count == 1 }
      let process = HostState.commandLines(with: marker)[0]
      let supervisor = HostState.parent(of: HostState.parent(of: process))
      async let first: Void = box.stop()
      await box.stop()
      await first
      await #expect(throws: BelayError.self) { _ = try await result.value }
      // Over and reaped, both of them.
      #expect(ProcessIdentity.start(of: process) == nil)
      #expect(ProcessIdentity.start(of: supervisor) == nil)
    }
  }
}

/// Waits for something to become true: it comes at once, but not on a loaded machine.
func waitUntil(_ condition: () throws -> Bool) async throws {
  for _ in 0..<6000 {
    if try condition() { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("waited in vain")
}

extension HostState {
  private static func processes() -> [Int32] {
    ((try? Files.names(in: "/proc")) ?? []).compactMap { Int32($0) }
  }

  /// The processes whose command line holds a text, by number; Belay's own are not among them.
  static func commandLines(with text: String) -> [Int32] {
    processes().filter { pid in
      guard let line = try? Files.read("/proc/\(pid)/cmdline") else { return false }
      let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return words.first == text
        || (words.count > 1 && words[1].hasSuffix(text) && words.count == 2)
    }
  }

  static func parent(of pid: Int32) -> Int32 {
    let stat = (try? Files.readText("/proc/\(pid)/stat")) ?? ""
    let rest = stat.split(separator: ")").last?.split(separator: " ") ?? []
    return rest.count > 1 ? Int32(rest[1]) ?? 0 : 0
  }

  static func children(of pid: Int32) -> [Int32] { processes().filter { parent(of: $0) == pid } }
}
