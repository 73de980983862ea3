import Platform
import Sandbox
import Testing

@Suite struct ProcessBoxTests {
  @Test func `a trial starts, runs, ends and is collected`() async throws {
    try await SandboxFixture.with { fixture in
      let layer = try fixture.folder("layer", ["app/in.txt": "hello\n"])
      let tests = try fixture.folder("tests", ["test.sh": "echo 1 > /logs/verifier/reward.txt\n"])
      try await fixture.box(layers: [layer]) { box in
        try await box.begin(PhaseSpec())
        let result = try await box.run(
          .shell("id -u; cat /app/in.txt; tr a-z A-Z < /app/in.txt > /app/out.txt; exit 3"))
        #expect(result.ending == .exited(3))
        #expect(result.output.text == "0\nhello\n")
        #expect(result.wall > .zero)
        _ = try await box.end()
        try await box.begin(
          PhaseSpec(
            binds: [SandboxBind(tests, at: "/tests")], fresh: [FreshMount("/logs/verifier")]))
        let verdict = try await box.run(.shell("cat /app/out.txt; bash /tests/test.sh"))
        #expect(verdict.output.text == "HELLO\n")
        _ = try await box.end()
        let reward = try await Collector().file(
          "reward.txt", in: box.fresh("/logs/verifier"), limit: 100)
        #expect(reward == Array("1\n".utf8))
        let out = try await Collector().file("app/out.txt", in: box.root(), limit: 100)
        #expect(out == Array("HELLO\n".utf8))
      }
    }
  }
}
