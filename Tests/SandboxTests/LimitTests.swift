import Base
import Platform
import Sandbox
import Testing

@Suite struct LimitTests {
  // The shell would try each fork again for seconds.
  private static let fork40 = """
    import os, time
    started = 0
    for i in range(40):
        try:
            if os.fork() == 0:
                time.sleep(60)
                os._exit(0)
            started += 1
        except OSError:
            pass
    print(started)
    """

  @Test func `memory beyond the limit kills the process and not the trial`() async throws {
    try await SandboxFixture.with { fixture in
      let adjust: (inout SandboxLimits) -> Void = {
        $0.memoryBytes = 64 << 20
        $0.storageBytes = 16 << 20
      }
      try await fixture.box(adjust) { box in
        try await box.begin(PhaseSpec())
        let script = "python3 -IS -c 'a = bytearray(400 << 20); print(len(a))'; echo after"
        let result = try await box.run(.shell(script))
        #expect(!result.output.text.contains("419430400"))
        #expect(result.output.text.hasSuffix("after\n"))
        let usage = try await box.end()
        if let kills = usage.memoryKills { #expect(kills > 0) }
      }
    }
  }

  @Test func `processes beyond the limit cannot start`() async throws {
    try await SandboxFixture.with { fixture in
      try await fixture.box({ $0.processes = 20 }) { box in
        try await box.begin(PhaseSpec())
        let script = "python3 -ISc '" + Self.fork40 + "'"
        let result = try await box.run(.shell(script))
        let started = Int(result.output.text.split(separator: "\n").first ?? "") ?? 40
        #expect(started > 5 && started < 21)
        _ = try await box.end()
        try await box.begin(PhaseSpec())
        #expect(try await box.output("echo fine") == "fine\n")
      }
    }
  }

  @Test func `storage ends at its bytes and its files`() async throws {
    try await SandboxFixture.with { fixture in
      let adjust: (inout SandboxLimits) -> Void = {
        $0.storageBytes = 8 << 20
        $0.inodes = 500
      }
      try await fixture.box(adjust) { box in
        try await box.begin(PhaseSpec())
        let bytes = try await box.output(
          "head -c 20M /dev/zero 2>&1 > /app/big; stat -c %s /app/big; rm /app/big")
        #expect(bytes.split(separator: "\n").last.flatMap { Int($0) } ?? .max <= 8 << 20)
        let files = try await box.output(
          "mkdir /app/d; for i in $(seq 800); do : > /app/d/$i; done 2>/dev/null; ls /app/d | wc -l"
        )
        #expect(Int(files.dropLast()) ?? .max < 500)
      }
    }
  }

  @Test func `a processor limit is kept`() async throws {
    try await SandboxFixture.with { fixture in
      guard await fixture.holds("processor limit") else { return }
      try await fixture.box({ $0.cpus = 0.25 }) { box in
        try await box.begin(PhaseSpec())
        let command = CommandSpec.shell("while :; do :; done", wall: .milliseconds(800))
        let result = try await box.run(command)
        let usage = try await box.end()
        // A quarter; on a loaded machine the command is ended later than its limit.
        #expect(usage.cpu < result.wall * 0.25 + .milliseconds(300))
      }
    }
  }

  @Test func `a command over its wall limit is killed, whatever it ignores`() async throws {
    try await SandboxFixture.with { fixture in
      try await fixture.box { box in
        try await box.begin(PhaseSpec())
        let script = "trap '' TERM INT HUP; echo on; while :; do sleep 1; done"
        // Time enough to come as far as the loop, also on a loaded machine.
        let result = try await box.run(.shell(script, wall: .seconds(2)))
        #expect(result.ending == .timedOut)
        #expect(result.output.text == "on\n")
        #expect(result.wall < .seconds(30))
        #expect(try await box.output("echo still here") == "still here\n")
        let last = try await box.run(
          .shell("sleep 30", wall: .milliseconds(100), atLimit: .endsPhase))
        #expect(last.ending == .timedOut)
        await #expect(throws: BelayError.self) { try await box.run(.shell("echo no")) }
      }
    }
  }

  @Test func `output is kept at both ends and counted`() async throws {
    try await SandboxFixture.with { fixture in
      try await fixture.box { box in
        try await box.begin(PhaseSpec())
        var command = CommandSpec.shell("echo first; head -c 5000000 /dev/zero; echo; echo last")
        command.headBytes = 100
        command.tailBytes = 100
        let result = try await box.run(command)
        #expect(result.output.totalBytes == 5_000_012)
        #expect(result.output.head.count == 100)
        #expect(result.output.tail.count == 100)
        #expect(result.output.text.hasPrefix("first\n"))
        #expect(result.output.text.hasSuffix("\nlast\n"))
        #expect(result.output.text.contains("[… 4999812 bytes cut …]"))
      }
    }
  }

  @Test func `input, split errors and large results arrive`() async throws {
    try await SandboxFixture.with { fixture in
      try await fixture.box { box in
        try await box.begin(PhaseSpec())
        var command = CommandSpec.shell("cat; echo wrong >&2")
        command.input = [UInt8](repeating: 65, count: 300_000)
        command.splitsError = true
        let result = try await box.run(command)
        #expect(result.output.head.count == 300_000)
        #expect(result.errors?.text == "wrong\n")
        let long = String(repeating: "x", count: 100_000)
        let echoed = try await box.run(CommandSpec(["/bin/echo", "-n", long]))
        #expect(echoed.output.totalBytes == 100_000)
        let missing = try await box.run(CommandSpec(["/no/such"]))
        #expect(missing.ending == .notStarted(2))
      }
    }
  }
}

extension SandboxFixture {
  /// Whether the machine can keep a promise of this kind at all.
  func holds(_ property: String) async -> Bool {
    await sandbox.probe().properties.first { $0.name == property }?.state == .ok
  }
}
