import Base
import Glibc
import Harness
import Platform
import Testing

@Suite struct HarnessLoadTests {
  static func with<Result>(_ toml: String, _ body: (String) throws -> Result) throws -> Result {
    let path = "/tmp/belay-harness-\(Files.randomName())"
    try Files.makeDirectory(path)
    defer { try? Files.removeTree(path) }
    try Files.write(Array(toml.utf8), to: "\(path)/harness.toml")
    try Files.write(Array("print()".utf8), to: "\(path)/agent.py")
    return try body(path)
  }

  static let program = """
    schema = "belay.harness/1"
    name = "mine"
    kind = "program"
    command = ["python3", "agent.py"]
    surface = ["agent.py", "prompts/**"]
    env = { A = "${B:-c}" }
    [limits]
    wall_sec = 2.5
    output_tokens = 60_000

    """

  @Test(arguments: ["oracle", "nop"])
  func theShippedFolderIsTheBuiltInHarness(name: String) throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let shipped = try Harness.load("/\(root)/harnesses/\(name)")
    #expect(shipped.digest == Harness.builtIn(named: name)?.digest)
    #expect(shipped.kind.rawValue == name)
    #expect(shipped.id.count == 13)
  }

  @Test func aProgramIsReadWhole() throws {
    try Self.with(Self.program) { path in
      let harness = try Harness.load(path)
      #expect(harness.name == "mine")
      #expect(harness.command == ["python3", "agent.py"])
      #expect(harness.limits.wall == .seconds(2.5))
      #expect(harness.limits.outputTokens == 60_000)
      #expect(harness.variables == ["A": "${B:-c}"])
      #expect(harness.files.map(\.path) == ["agent.py", "harness.toml"])
      #expect(harness.isEditable("prompts/a/b.md"))
      #expect(!harness.isEditable("harness.toml"))
      #expect(harness.diagnostics.isEmpty)
      #expect(try Harness.load("\(path)/harness.toml") == harness)
    }
  }

  @Test func theDigestFollowsContentNameAndModeAndNothingElse() throws {
    try Self.with(Self.program) { path in
      let first = try Harness.load(path).digest
      try Files.makeDirectory("\(path)/__pycache__")
      try Files.write([1], to: "\(path)/__pycache__/agent.pyc")
      try Files.write([1], to: "\(path)/agent.py~")
      #expect(try Harness.load(path).digest == first)
      #expect(chmod("\(path)/agent.py", 0o600) == 0)
      #expect(try Harness.load(path).digest == first)
      #expect(chmod("\(path)/agent.py", 0o755) == 0)
      #expect(try Harness.load(path).digest != first)
      #expect(chmod("\(path)/agent.py", 0o644) == 0)
      try Files.write(Array("print(1)".utf8), to: "\(path)/agent.py")
      #expect(try Harness.load(path).digest != first)
    }
  }

  @Test(arguments: [
    ("nam = \"x\"", "nam: unknown key"), ("kind = \"programm\"", "did you mean 'program'?"),
    ("kind = \"program\"", "command: missing"),
    ("kind = \"program\"\ncommand = []", "command: expected a program and its arguments"),
    ("kind = \"program\"\ncommand = [\"./gone\"]", "there is no file './gone' in the harness"),
    ("kind = \"program\"\ncommand = [\"./agent.py\"]", "'./agent.py' is not executable"),
    ("kind = \"nop\"\ncommand = [\"x\"]", "has no place in a harness of kind 'nop'"),
    ("kind = \"nop\"\nname = \"a b\"", "expected letters, digits"),
    ("kind = \"nop\"\nschema = \"belay.harness/2\"", "expected 'belay.harness/1'"),
    ("kind = \"nop\"\n[limits]\nwall_sec = -1", "limits.wall_sec"),
    ("kind = \"nop\"\n[limits]\nwal_sec = 1", "did you mean 'wall_sec'?"),
    ("kind = \"program\"\nsurface = [\"../x\"]", "must stay inside the harness"),
    ("kind = \"program\"\nruntime = \"gone\"", "there is no folder 'gone'"),
    ("kind = 3", "kind: expected a string"), ("[", "not valid TOML"),
  ])
  func faultsAreNamedWithFileAndLine(toml: String, expected: String) throws {
    try Self.with(toml) { path in
      let (harness, diagnostics) = try Harness.check(path)
      #expect(harness == nil)
      #expect(
        diagnostics.contains { $0.description.contains(expected) }, "\(diagnostics)")
      #expect(diagnostics.allSatisfy { $0.file.hasPrefix(path) })
      let error = #expect(throws: BelayError.self) { try Harness.load(path) }
      #expect(error?.kind == .usage)
      #expect(error?.place?.hasPrefix("\(path)/harness.toml") == true)
    }
  }

  @Test func linksOutAndPipesAreRefused() throws {
    try Self.with(Self.program) { path in
      #expect(symlink("/etc/passwd", "\(path)/x") == 0)
      #expect(mkfifo("\(path)/pipe", 0o600) == 0)
      let messages = try Harness.check(path).diagnostics.map(\.message)
      #expect(
        messages == [
          "is neither a file nor a folder", "is a link that leads out of the harness, or nowhere",
        ])
    }
  }

  @Test func whatIsNotThereIsNotFound() {
    for path in ["/nowhere", "/usr/share"] {
      let error = #expect(throws: BelayError.self) { try Harness.load(path) }
      #expect(error?.kind == .notFound)
    }
  }

  static let hostile: [(fault: String, make: @Sendable (String) throws -> Void)] = [
    (
      "two files have the same path",
      { folder in
        // On disk they are two names; read as text they are one, and who looks one up finds either.
        for name in ["caf\u{E9}.md", "cafe\u{301}.md"] {
          try Files.write(Array(name.utf8), to: "\(folder)/\(name)")
        }
      }
    ),
    (
      "is a link that leads out of the harness",
      { folder in #expect(symlink("/etc/hostname", "\(folder)/host") == 0) }
    ),
    (
      "is a link that leads out of the harness",
      { folder in #expect(symlink("/proc/self/environ", "\(folder)/a.md") == 0) }
    ),
    (
      "is a link that leads out of the harness",
      { folder in #expect(symlink("nowhere", "\(folder)/b.md") == 0) }
    ),
    (
      "is a link to a folder",
      { folder in
        try Files.makeDirectory("\(folder)/real")
        #expect(symlink("real", "\(folder)/again") == 0)
      }
    ),
    (
      "is neither a file nor a folder",
      { folder in
        #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      }
    ),
    (
      "its name is not valid UTF-8",
      { folder in
        let name = Array("\(folder)/".utf8) + [0xFF, 0x2E, 0x6D, 0x64, 0]
        let file = name.map { CChar(bitPattern: $0) }
        let opened = open(file, O_CREAT | O_WRONLY, 0o600)
        #expect(opened >= 0 && close(opened) == 0)
      }
    ),
    (
      "is a link that leads out of the harness",
      { folder in
        try Files.removeTree("\(folder)/harness.toml")
        #expect(symlink("/etc/hostname", "\(folder)/harness.toml") == 0)
      }
    ),
  ]

  @Test(arguments: hostile.indices)
  func `a folder whose tree no harness can have is refused, and the fault is named`(index: Int)
    throws
  {
    let (fault, make) = Self.hostile[index]
    try Self.with(Self.program) { path in
      _ = try Harness.load(path)
      try make(path)
      let error = #expect(throws: BelayError.self) { try Harness.load(path) }
      #expect("\(error.map { "\($0)" } ?? "")".contains(fault), "\(String(describing: error))")
    }
  }
}
