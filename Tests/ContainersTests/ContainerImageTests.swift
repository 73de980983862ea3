import Base
import Platform
import Testing

@testable import Containers
@testable import Sandbox

extension ContainerTests {
  @Suite struct ContainerImageTests {
    private func source(_ context: String) -> SandboxImageSource {
      SandboxImageSource(
        reference: nil, context: context, wall: .seconds(50), place: "org/task: environment")
    }

    @Test func `a Dockerfile is built once for the same content`() async throws {
      try await ContainerFixture.with { fixture in
        let text = """
          FROM \(ContainerFixture.tag)
          ENV LEVEL=3
          COPY in.txt /app/
          RUN cat /app/in.txt > /app/made
          WORKDIR /work
          USER dev

          """
        let salt = Files.randomName()
        let context = try fixture.folder("context", ["Dockerfile": text, "in.txt": salt])
        let image = try #require(try await fixture.sandbox.image(source(context)))
        #expect(image.variables["LEVEL"] == "3" && image.variables["PLACE"] == "image")
        #expect(image.folder == "/work" && image.user == "dev")
        let began = ContinuousClock.now
        let again = try #require(try await fixture.sandbox.image(source(context)))
        #expect(again == image && ContinuousClock.now - began < .seconds(2))
        try Files.write(Array("other \(salt)".utf8), to: "\(context)/in.txt")
        let other = try #require(try await fixture.sandbox.image(source(context)))
        #expect(other.id != image.id)
        let box = try await fixture.sandbox.start(SandboxSpec(slot: 0, layers: [], image: other))
        try await box.begin(PhaseSpec())
        #expect(try await box.output("cat /app/made; id -u") == "other \(salt)1000\n")
        await box.stop()
        _ = try await fixture.engine(["image", "rm", "--force", image.id, other.id])
      }
    }

    @Test func `a build that fails is named with its last lines, and so is a missing image`()
      async throws
    {
      try await ContainerFixture.with { fixture in
        let context = try fixture.folder(
          "context",
          ["Dockerfile": "FROM \(ContainerFixture.tag)\nRUN echo the reason is this; exit 7\n"])
        let build = await #expect(throws: BelayError.self) {
          try await fixture.sandbox.image(source(context))
        }
        #expect(
          build?.message.contains("the reason is this") == true, "\(String(describing: build))")
        #expect(build?.place == "org/task: environment")
        var missing = source(context)
        missing.reference = "localhost:1/none/such:1"
        let pull = await #expect(throws: BelayError.self) {
          try await fixture.sandbox.image(missing)
        }
        #expect(pull?.message.contains("cannot pull localhost:1/none/such:1") == true)
        let nothing = await #expect(throws: BelayError.self) {
          try await fixture.sandbox.image(source(fixture.scratch))
        }
        #expect(nothing?.message.contains("neither docker_image nor a Dockerfile") == true)
      }
    }

    @Test func `a place without an image is refused`() async throws {
      try await ContainerFixture.with { fixture in
        await #expect(throws: BelayError.self) {
          try await fixture.sandbox.start(SandboxSpec(slot: 0, layers: ["/"]))
        }
      }
    }
  }
}

@Suite struct ContainerRuleTests {
  @Test(arguments: [
    ("debian", "docker.io/library/debian"), ("org/x:1", "docker.io/org/x:1"),
    ("ghcr.io/a/b", "ghcr.io/a/b"), ("localhost/x", "localhost/x"), ("h:5000/x", "h:5000/x"),
  ]) func `short names mean what docker means`(_ name: String, full: String) {
    #expect(ContainerImages.qualified(name) == full)
  }

  @Test func `names with line breaks pass for no lines of their own`() {
    let plain = ContainerChanges(
      lines: "C /usr\nC /usr/bin/cat\nA /usr/bin/cat\nfoo\nA /x\r\nC /usr/bin/ls\nD /y\n\nz\n")
    #expect(!plain.isUnclear)
    #expect(
      plain.marks == [
        "/usr": .changed, "/usr/bin/cat": .changed, "/usr/bin/cat\nfoo": .added, "/x\r": .added,
        "/usr/bin/ls": .changed, "/y\n\nz": .removed,
      ])
    let forged = ContainerChanges(
      lines: "C /usr/bin/cat\nA /x\nA \nA /x\nA /usr\nA /x\nA /usr/bin\nA /x\nA /usr/bin/cat\n")
    #expect(forged.isUnclear)
    #expect(ContainerChanges(lines: "").marks.isEmpty)
  }

  @Test(arguments: [
    ("/usr/lib/a/b", "/usr/lib"), ("/etc/profile.d/x", "/etc/profile.d"), ("/bin/x", "/bin"),
    ("/conftest.py", "/conftest.py"),
  ]) func `what is put back as a whole is a part of the system`(_ path: String, top: String) {
    #expect(ContainerRepair.top(path) == top)
  }

  @Test func `only a phase that asks for a network has one`() throws {
    let engine = ContainerEngine(
      kind: .podman, path: "/none", version: "", isRootless: false, facts: "", usesSELinux: false,
      filtersCalls: true)
    let maker = ContainerMaker(
      engine: engine, launcher: "/none", owner: GroupOwner.next(), gate: StartGate(width: 1))
    func networks(_ hasNetwork: Bool) throws -> [String] {
      var phase = PhaseSpec()
      phase.hasNetwork = hasNetwork
      let arguments = try maker.runArguments("name", "image", phase, ContainerTrialRun.spec)
      return arguments.indices.filter { arguments[$0] == "--network" }.map { arguments[$0 + 1] }
    }
    #expect(try networks(false) == ["none"])
    #expect(try networks(true) == [])
  }

  @Test func `changes of later phases are added up`() {
    var changes = ContainerChanges(["/a": .added, "/b": .added, "/c": .removed, "/d": .changed])
    changes.merge(ContainerChanges(["/a": .changed, "/b": .removed, "/c": .added, "/d": .removed]))
    #expect(changes.marks == ["/a": .added, "/c": .changed, "/d": .removed])
  }

  @Test func `only what a verifier would run by itself counts as the system`() {
    let changes = ContainerChanges([
      "/usr": .changed, "/usr/bin": .changed, "/usr/bin/cat": .changed, "/usr/bin/new": .added,
      "/usr/lib": .changed, "/usr/lib/x.so": .removed, "/app": .changed, "/app/bin": .added,
      "/usr/lib/python3/dist-packages/a.pth": .added, "/etc": .changed, "/etc/passwd": .changed,
      "/etc/profile.d/x.sh": .added, "/bin": .removed, "/conftest.py": .added, "/opt/x": .changed,
      "/library": .changed,
    ])
    #expect(
      changes.system == [
        "/bin", "/conftest.py", "/etc/profile.d/x.sh", "/usr/bin/cat",
        "/usr/lib/python3/dist-packages/a.pth", "/usr/lib/x.so",
      ])
    #expect(changes.addedPrograms(in: ["/usr/bin", "/bin"]) == ["/usr/bin/new"])
  }
}
