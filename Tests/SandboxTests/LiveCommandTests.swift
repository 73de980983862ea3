import Base
import Platform
import Sandbox
import Testing

@Suite struct LiveCommandTests {
  static func with<Result>(
    _ script: String, _ body: (any SandboxBox, LiveCommand) async throws -> Result
  ) async throws -> Result {
    try await SandboxFixture.with { fixture in
      try await fixture.box { box in
        try await box.begin(PhaseSpec())
        return try await body(box, try await box.start(.shell(script, wall: .seconds(30))))
      }
    }
  }

  static func text(_ word: LiveCommand.Word) -> String {
    String(decoding: word.bytes, as: UTF8.self)
  }

  @Test func `it answers what it is told, and what it prints meanwhile comes along`() async throws {
    try await Self.with("while read x; do echo \"seen $x\" >&2; echo \"$x$x\"; done; exit 4") {
      _, live in
      let first = try await live.talk(Array("a\n".utf8), wall: .seconds(10), .takesOutput)
      #expect(Self.text(first) == "aa\n" && !first.isLate && !first.isLast)
      #expect(first.output?.text == "seen a\n")
      let second = try await live.talk(Array("b\n".utf8), wall: .seconds(10), .takesOutput)
      #expect(Self.text(second) == "bb\n")
      #expect(second.output?.text == "seen b\n")
      let end = try await live.talk(wall: .seconds(10), .endsInput)
      #expect(end.isLast && end.bytes.isEmpty)
      #expect(try await live.result().ending == .exited(4))
      #expect(try await live.talk(Array("c\n".utf8)).isLast)
    }
  }

  @Test func `a talk has a time, an end of its own, and a way to interrupt`() async throws {
    try await Self.with("trap 'echo int' INT; echo err >&2; while :; do sleep 60; done") {
      _, live in
      let none = try await live.talk(wall: .milliseconds(50), .takesOutput)
      #expect(none.isLate && none.bytes.isEmpty && none.output == nil)
      #expect(try await live.talk([], .doesNotWait).bytes.isEmpty)
      let word = try await live.talk(wall: .seconds(10), [.interrupts, .takesOutput])
      #expect(Self.text(word) == "int\n")
      #expect(word.output?.text == "err\n")
      live.kill()
      #expect(try await live.talk(wall: .seconds(10)).isLast)
      #expect(try await live.result().ending == .signaled(9))
    }
  }

  @Test func `what is told in one piece arrives, however slowly it is read`() async throws {
    try await Self.with("sleep .2; head -c 3000000 | wc -c") { _, live in
      let word = try await live.talk(
        Array(repeating: 0x61, count: 3_000_000), wall: .seconds(20))
      #expect(Self.text(word) == "3000000\n")
    }
  }

  @Test func `one that does not read is told no more, and floods stay outside`() async throws {
    try await Self.with("yes & sleep 30") { _, live in
      await #expect(throws: BelayError.self) {
        for _ in 0..<40 {
          _ = try await live.talk([UInt8](repeating: 0, count: 1 << 20), .doesNotWait)
        }
      }
      for _ in 0..<3 {
        let word = try await live.talk(wall: .seconds(10))
        #expect((1...65_536).contains(word.bytes.count))
      }
    }
  }

  @Test func `it ends with its phase, and a talk ends with it`() async throws {
    try await Self.with("sleep 100") { box, live in
      async let word = live.talk()
      _ = try await box.end()
      #expect(try await word.isLast)
      #expect(try await live.result().ending == .phaseEnded)
    }
  }

  @Test func `one that cannot be started says so`() async throws {
    try await SandboxFixture.with { fixture in
      try await fixture.box { box in
        try await box.begin(PhaseSpec())
        let live = try await box.start(CommandSpec(["/nowhere"]))
        #expect(try await live.talk(wall: .seconds(10)).isLast)
        #expect(try await live.result().ending == .notStarted(2))
      }
    }
  }
}
