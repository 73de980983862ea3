import Base
import Glibc
import Platform
import Testing

@testable import Containers
@testable import Sandbox

extension ContainerTests {
  /// What goes on between a container and who coordinates while a command runs.
  @Suite struct ContainerWayTests {
    /// Waits for somebody to call, hears a line and answers.
    static func answer(_ listener: SharedDescriptor, _ text: String) async throws -> String {
      try await BlockingWork.run {
        var wait = pollfd(fd: listener.raw, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, 20_000) == 1 else { return "nobody called" }
        let caller = accept(listener.raw, nil, nil)
        defer { close(caller) }
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(caller, &bytes, bytes.count)
        let said = Array(text.utf8)
        _ = write(caller, said, said.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
      }
    }

    static let call = "exec 3<>/dev/tcp/127.0.0.1/4000 && echo ask >&3 && cat <&3"

    @Test func `a command reaches the coordinator by a port, in every phase anew`() async throws {
      try await ContainerFixture.with { fixture in
        try await fixture.box { box in
          for round in 1...2 {
            var phase = PhaseSpec()
            phase.listens = [4001, 4000]
            try await box.begin(phase)
            let listener = try box.listener(4000)
            async let heard = Self.answer(listener, "round \(round)")
            #expect(try await box.output(Self.call) == "round \(round)")
            #expect(try await heard == "ask\n")
            // No process in there holds it, and where it went out by is gone.
            #expect(
              try await box.output("ls -l /proc/[0-9]*/fd 2>/dev/null | grep -c socket") == "0\n")
            #expect(
              try await box.output("(echo x > /dev/tcp/127.0.0.1/4002) 2>/dev/null; echo $?")
                == "1\n")
            #expect(throws: BelayError.self) { try box.listener(4002) }
            _ = try await box.end()
            #expect(throws: BelayError.self) { try box.listener(4000) }
          }
          let mine = fixture.sandbox.maker.owner.name
          #expect(try !Files.names(in: "/tmp").contains { $0.hasPrefix("belay-ports-\(mine)") })
        }
      }
    }

    @Test func `a command is talked to`() async throws {
      try await ContainerFixture.with { fixture in
        try await fixture.box { box in
          try await box.begin(PhaseSpec())
          let live = try await box.start(
            .shell("while read x; do echo \"seen $x\" >&2; echo \"$x$x\"; done; exit 4"))
          let word = try await live.talk(Array("a\n".utf8), wall: .seconds(10), .takesOutput)
          #expect(word.bytes == Array("aa\n".utf8) && word.output?.text == "seen a\n")
          let end = try await live.talk(wall: .seconds(10), .endsInput)
          #expect(end.isLast)
          #expect(try await live.result().ending == .exited(4))
        }
      }
    }
  }
}
