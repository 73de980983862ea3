import Base
import Platform
import Testing

@testable import Containers
@testable import Sandbox

extension ContainerTests {
  @Suite struct ContainerBoxTests {
    @Test func `a trial runs, ends and is judged in a fresh container of its files`() async throws {
      try await ContainerFixture.with { fixture in
        let brief = try fixture.folder("brief", ["a": "hello\n"])
        let tests = try fixture.folder("tests", ["b": "tests\n"])
        try await fixture.box { box in
          try await box.begin(PhaseSpec(binds: [SandboxBind(brief, at: "/run/belay")]))
          let first = try await box.run(
            .shell(
              """
              cat /run/belay/a; id -u; echo out > /app/out; ls /tests 2>&1; echo err >&2
              echo x > /run/belay/a; (setsid sleep 999 &) >/dev/null 2>&1; exit 3
              """))
          #expect(first.ending == .exited(3))
          #expect(first.output.text.hasPrefix("hello\n0\n"))
          #expect(first.output.text.contains("Read-only file system"))
          #expect(first.output.text.contains("cannot access '/tests'"))
          let usage = try await box.end()
          #expect(usage.systemChanges.isEmpty)
          #expect(usage.peakMemoryBytes ?? 1 > 0)
          for _ in 1...2 {
            var judging = ContainerFixture.judging
            judging.binds = [SandboxBind(tests, at: "/tests")]
            try await box.begin(judging)
            let said = try await box.output(
              """
              cat /app/out /tests/b; ls /logs/verifier; echo 1 > /logs/verifier/reward.txt
              for p in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < $p; done | grep -c '[s]leep 999'
              [ -e /app/judged ] && echo kept; touch /app/judged
              """)
            #expect(said == "out\ntests\n0\n")
            _ = try await box.end()
            let reward = try await Collector().file(
              "reward.txt", in: box.fresh("/logs/verifier"), limit: 10)
            #expect(reward == Array("1\n".utf8))
          }
          let out = try await Collector().file("app/out", in: box.root(), limit: 10)
          #expect(out == Array("out\n".utf8))
        }
        #expect(try await leftovers(fixture).isEmpty)
      }
    }

    @Test func `users, folders and environments are those that were asked for`() async throws {
      try await ContainerFixture.with { fixture in
        #expect(fixture.image.variables["PLACE"] == "image")
        #expect(fixture.image.folder == "/app")
        try await fixture.box { box in
          try await box.begin(PhaseSpec())
          for (user, ids) in [
            ("dev", "1000:1000:1000 77"), ("1000", "1000:1000:1000 77"), ("77", "77:0:0"),
            ("dev:root", "1000:0:0"), ("5:6", "5:6:6"),
          ] {
            var command = CommandSpec.shell("echo $(id -u):$(id -g):$(id -G); pwd; env | grep -c .")
            command.user = user
            command.directory = "/home"
            let said = try await box.run(command).output.text
            #expect(said.hasPrefix("\(ids)\n/home\n"), "\(user): \(said)")
          }
          var command = CommandSpec.shell("true")
          command.user = "nobody-here"
          #expect(try await box.run(command).ending == .notStarted(3))
          command.user = nil
          command.arguments = ["/no/such/program"]
          #expect(try await box.run(command).ending == .notStarted(2))
          command.arguments = ["cat"]
          command.input = Array("given".utf8)
          #expect(try await box.run(command).output.text == "given")
          let names = try await box.output(
            "env | grep -v -e '^_=' -e ^PWD -e ^SHLVL | sort | tr '\\n' ' '")
          #expect(!names.contains("PLACE"))
        }
      }
    }

    @Test func `limits of time end commands or phases and everything in them`() async throws {
      try await ContainerFixture.with { fixture in
        try await fixture.box { box in
          try await box.begin(PhaseSpec())
          let long = try await box.run(.shell("sleep 100", wall: .milliseconds(300)))
          #expect(long.ending == .timedOut)
          #expect(long.wall < .seconds(5))
          #expect(try await box.output("echo alive") == "alive\n")
          let agent = try await box.run(
            .shell(
              "trap '' TERM; (trap '' TERM HUP; setsid sleep 77 &); echo begun; sleep 77",
              wall: .milliseconds(500), atLimit: .endsPhase))
          #expect(agent.ending == .timedOut)
          #expect(agent.output.text == "begun\n")
          #expect(
            try await box.output(
              "for p in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < $p; done | grep -c '[s]leep 77'")
              == "0\n")
          _ = try await box.end()
        }
      }
    }

    @Test func `a flood is drained and only its ends are kept`() async throws {
      try await ContainerFixture.with { fixture in
        try await fixture.box { box in
          try await box.begin(PhaseSpec())
          var command = CommandSpec.shell("echo first; head -c 300000000 /dev/zero; echo last")
          command.headBytes = 1000
          command.tailBytes = 1000
          let result = try await box.run(command)
          #expect(result.ending == .exited(0))
          #expect(result.output.totalBytes == 300_000_011)
          #expect(result.output.head.count == 1000)
          #expect(result.output.tail.suffix(5) == Array("last\n".utf8)[...])
        }
      }
    }

    @Test func `memory and processes are limited where the engine can`() async throws {
      try await ContainerFixture.with { fixture in
        try #require(fixture.sandbox.maker.engine.hasGroups)
        try await fixture.box({ limits in limits.processes = 40 }) { box in
          try await box.begin(PhaseSpec())
          let bomb = try await box.run(
            .shell("for i in {1..100}; do sleep 5 & done", wall: .seconds(2), atLimit: .endsPhase))
          #expect(bomb.output.text.contains("Resource temporarily unavailable"))
          #expect(try await box.end().processLimitHits ?? 1 > 0)
          try await box.begin(PhaseSpec())
          let greedy = try await box.run(
            .shell("x=$(head -c 600000000 /dev/zero | tr '\\0' x); echo ${#x}"))
          #expect(greedy.ending != .exited(0) || !greedy.output.text.contains("600000000"))
          #expect(try await box.end().memoryKills ?? 0 > 0)
        }
      }
    }

    @Test func `layers are copied over the image, and a stopped place leaves nothing`() async throws
    {
      try await ContainerFixture.with { fixture in
        let layer = try fixture.folder("layer", ["app/deep/file": "carried\n"])
        try await fixture.box(layers: [layer]) { box in
          try await box.begin(ContainerFixture.judging)
          #expect(try await box.output("cat /app/deep/file; id -u") == "carried\n0\n")
          _ = try await box.end()
        }
        #expect(try await leftovers(fixture).isEmpty)
      }
    }

    @Test func `what a dead owner left is swept`() async throws {
      try await ContainerFixture.with { fixture in
        let dead = GroupOwner(pid: 1, start: 1, namespace: ProcessIdentity.pidNamespace, number: 1)
        let name = "\(dead.name)-test-\(Files.randomName())"
        _ = try await fixture.engine([
          "create", "--name", name, "--label", "belay.owner=\(dead.name)", "--network", "none",
          ContainerFixture.tag, "true",
        ])
        await ContainerSweep(engine: fixture.sandbox.maker.engine).run()
        let left = try await fixture.engine(["ps", "--all", "--format", "{{.Names}}"])
        #expect(!left.contains(name))
      }
    }

    @Test func `the probe says what holds`() async throws {
      try await ContainerFixture.with { fixture in
        let report = await fixture.sandbox.probe()
        #expect(report.usable, "\(report.json.text())")
        #expect(report.properties.contains { $0.name == "network" && $0.state == .ok })
      }
    }

    private func leftovers(_ fixture: ContainerFixture) async throws -> String {
      let filter = "label=belay.owner=\(fixture.sandbox.maker.owner.name)"
      return try await fixture.engine(["ps", "--all", "--quiet", "--filter", filter])
        + fixture.engine(["images", "--quiet", "--filter", filter])
    }
  }
}
