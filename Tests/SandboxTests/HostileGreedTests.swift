import Glibc
import Platform
import Sandbox
import Testing

/// What an agent must not use up, and what must be gone when its phase ends.
@Suite(.serialized) struct HostileGreedTests {
  static let attacks = [
    HostileAttack("fork bomb", prints: "") { "bomb() { bomb | bomb & }; bomb; sleep 900" },
    HostileAttack("fork bomb that forgets its parents", .python, prints: "") {
      """
      import time
      while True:
          try:
              if os.fork() == 0: os.setsid()
          except OSError: time.sleep(0.01)
      """
    },
    HostileAttack("threads", .python, prints: "") {
      """
      import threading, time
      while True:
          try: threading.Thread(target=time.sleep, args=(900,)).start()
          except RuntimeError: time.sleep(0.01)
      """
    },
    HostileAttack("daemons that ignore everything and stop themselves", prints: "") {
      """
      for i in 1 2 3; do (setsid bash -c 'trap "" TERM INT HUP; while :; do sleep 1; done' &); done
      (setsid bash -c 'kill -STOP $$' &); nohup sleep 900 >/dev/null 2>&1 & sleep 900
      """
    },
    HostileAttack("stopping itself", prints: "") { "kill -STOP $$" },
    HostileAttack("output without end", prints: "") { "yes & yes >&2" },
    HostileAttack("filling every place", .python, prints: "") {
      """
      for place in ('/app/a', '/tmp/b', '/dev/shm/c', '/root/d'):
          try:
              with open(place, 'wb') as file:
                  while True: file.write(bytes(1 << 20))
          except OSError: pass
      import time; time.sleep(900)
      """
    },
    HostileAttack("pseudo terminals and descriptors", .python, prints: "") {
      """
      import time
      while True:
          try: os.openpty()
          except OSError: time.sleep(0.01)
      """
    },
    HostileAttack("keeping its pipe open in others' hands", prints: "") {
      "for i in 1 2 3 4; do (setsid sleep 900 &); done; exec sleep 900"
    },
  ]

  @Test(arguments: attacks) func `is over when its phase is`(_ attack: HostileAttack) async throws {
    let memory = try HostState.availableMemory()
    // Users of this process's own, apart from those of any other run on the machine.
    let firstUID = UInt32(1_000_000 + 16 * Int(ProcessIdentity.pid))
    try await SandboxFixture.with({ $0.firstUID = firstUID }) { fixture in
      let adjust: (inout SandboxLimits) -> Void = {
        $0.processes = 64
        $0.memoryBytes = 128 << 20
        $0.storageBytes = 16 << 20
        $0.shmBytes = 8 << 20
        $0.openFiles = 256
      }
      let uid = fixture.sandbox.uidPerSlot ? firstUID + 7 : nil
      try await fixture.box(slot: 7, adjust) { box in
        try await box.begin(PhaseSpec())
        var command = CommandSpec(
          attack.arguments, environment: ["PATH": "/usr/bin:/bin"], wall: .milliseconds(700),
          atLimit: .endsPhase)
        command.headBytes = 1000
        command.tailBytes = 1000
        let began = ContinuousClock.now
        let result = try await box.run(command)
        #expect(result.ending == .timedOut)
        #expect(result.output.bytes.count < 3000)
        _ = try await box.end()
        // What they wait for is a quarter of an hour away; a loaded machine may take its time.
        #expect(ContinuousClock.now - began < .seconds(300))
        if let uid { #expect(try HostState.processes(of: uid) == []) }
        try await box.begin(PhaseSpec())
        #expect(try await box.output("rm -rf /app/a /tmp/b /root/d; echo next") == "next\n")
      }
    }
    // Others on the machine take and give meanwhile.
    try await waitUntil { try memory - HostState.availableMemory() < 512 << 20 }
  }

  @Test func `a command's end is its own, whoever holds its pipe`() async throws {
    try await SandboxFixture.with { fixture in
      try await fixture.box { box in
        try await box.begin(PhaseSpec())
        let script = "sleep 900 & (setsid sleep 900 &) ; echo done; exit 4"
        let result = try await box.run(.shell(script, wall: .seconds(300)))
        #expect(result.ending == .exited(4))
        #expect(result.output.text == "done\n")
        #expect(try await box.output("pgrep -c sleep") == "2\n")
        _ = try await box.end()
        try await box.begin(PhaseSpec())
        #expect(try await box.output("pgrep -c sleep") == "0\n")
      }
    }
  }

  @Test func `whoever stops each new process does not stop the trial`() async throws {
    try await SandboxFixture.with { fixture in
      try await fixture.box { box in
        try await box.begin(PhaseSpec())
        let stopper = """
          import os, signal
          while True:
              for name in os.listdir("/proc"):
                  if name.isdigit() and int(name) not in (1, os.getpid()):
                      try: os.kill(int(name), signal.SIGSTOP)
                      except OSError: pass
          """
        async let ended = box.run(
          CommandSpec(["/usr/bin/python3", "-ISc", stopper], wall: .seconds(8)))
        try await Task.sleep(for: .milliseconds(200))
        for _ in 0..<3 {
          let began = ContinuousClock.now
          let result = try? await box.run(.shell("echo through", wall: .milliseconds(100)))
          #expect(ContinuousClock.now - began < .seconds(60))
          guard let result else { break }
          #expect([.timedOut, .exited(0)].contains(result.ending))
        }
        _ = try await box.end()
        _ = try await ended
      }
    }
  }

  @Test func `a giant file is refused and inodes run out for the trial alone`() async throws {
    try await SandboxFixture.with { fixture in
      let adjust: (inout SandboxLimits) -> Void = {
        $0.fileBytes = 4 << 20
        $0.inodes = 300
      }
      try await fixture.box(adjust) { box in
        try await box.begin(PhaseSpec())
        let giant =
          "{ truncate -s 5G /app/giant; } 2>/dev/null; [ -s /app/giant ] && echo made || echo refused"
        #expect(try await box.output(giant) == "refused\n")
        let deep =
          "python3 -ISc '\nimport os\ntry:\n  while True: os.mkdir(\"d\"); os.chdir(\"d\")\nexcept OSError as e: print(e.errno in (28, 36))'"
        #expect(try await box.output("cd /tmp; " + deep) == "True\n")
      }
    }
  }
}

/// What can be seen of the host from outside.
enum HostState {
  static func availableMemory() throws -> Int {
    for line in try Files.readText("/proc/meminfo").split(separator: "\n")
    where line.hasPrefix("MemAvailable:") {
      return (Int(line.filter(\.isNumber)) ?? 0) << 10
    }
    return 0
  }

  /// The processes of a user, by number.
  static func processes(of uid: UInt32) throws -> [String] {
    try Files.names(in: "/proc").filter { name in
      guard Int(name) != nil else { return false }
      var status = stat()
      return stat("/proc/\(name)", &status) == 0 && status.st_uid == uid
    }
  }
}
