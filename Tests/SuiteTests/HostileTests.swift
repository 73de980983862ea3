import Base
import Glibc
import Platform
import Suite
import Testing

/// Task folders that nobody would write in earnest: each is reported, none vanishes, nothing crashes.
@Suite struct HostileTests {
  /// Loads the folder `one` beside a good task and gives its faults; both must be accounted for.
  static func faults(_ break: (TaskFolder) throws -> Void) throws -> [String] {
    try TaskFolder.with { folder in
      try folder.task("one")
      try folder.task("good")
      try `break`(folder)
      let suite = try Suite.load(folder.path)
      #expect(suite.tasks.contains { $0.name == "good" })
      #expect(suite.tasks.count + suite.invalid.count == 2)
      for fault in suite.diagnostics { #expect(!fault.description.contains("\n")) }
      return suite.invalid.flatMap(\.diagnostics).filter { $0.severity == .error }
        .map { "\(Path.last($0.file)): \($0.message)" }
    }
  }

  @Test func linksThatEscapeAreRefused() throws {
    #expect(
      try Self.faults { try $0.link("one/tests/x", to: "/etc/passwd") } == [
        "x: is a link that leads out of the task"
      ])
    #expect(
      try Self.faults { try $0.link("one/environment/x", to: "../../good/task.toml") } == [
        "x: is a link that leads out of the task"
      ])
    #expect(
      try Self.faults { try $0.link("one/solution/up", to: "..") } == [
        "up: is a link that leads out of the task"
      ])
    #expect(
      try Self.faults { try $0.link("one/tests/self", to: "../tests") } == [
        "self: is a link into a folder that holds it"
      ])
  }

  @Test func partsThatAreLinksOutAreRefused() throws {
    let faults = try Self.faults { folder in
      try Files.removeTree("\(folder.path)/one/tests")
      try folder.link("one/tests", to: "../good/tests")
    }
    #expect(faults.first == "tests: is a link that leads out of the task")
    let settings = try Self.faults { folder in
      try Files.removeTree("\(folder.path)/one/task.toml")
      try folder.link("one/task.toml", to: "../good/task.toml")
    }
    #expect(settings.first == "task.toml: is a link that leads out of the task")
  }

  @Test func whatIsNoFileIsRefused() throws {
    #expect(
      try Self.faults { folder in
        guard mkfifo("\(folder.path)/one/tests/pipe", 0o600) == 0 else {
          throw BelayError.system("mkfifo", errno)
        }
      } == ["pipe: is neither a file nor a folder"])
    #expect(
      try Self.faults { folder in
        try Files.removeTree("\(folder.path)/one/task.toml")
        try Files.makeDirectory("\(folder.path)/one/task.toml")
      } == ["task.toml: expected a regular file"])
    #expect(
      try Self.faults { folder in
        try Files.removeTree("\(folder.path)/one/instruction.md")
        guard mkfifo("\(folder.path)/one/instruction.md", 0o600) == 0 else {
          throw BelayError.system("mkfifo", errno)
        }
      }.first == "instruction.md: is neither a file nor a folder")
  }

  @Test func hugeFilesAreRefusedWithoutReadingThem() throws {
    #expect(
      try Self.faults { folder in
        guard truncate("\(folder.path)/one/task.toml", 1 << 40) == 0 else {
          throw BelayError.system("truncate", errno)
        }
      } == ["task.toml: larger than the 4194304 bytes allowed"])
    #expect(
      try Self.faults { folder in
        try folder.write("one/tests/giant")
        guard truncate("\(folder.path)/one/tests/giant", 1 << 42) == 0 else {
          throw BelayError.system("truncate", errno)
        }
      } == ["giant: larger than the 17179869184 bytes allowed"])
  }

  @Test func namesThatAreNoTextAreReported() throws {
    let faults = try Self.faults { folder in
      let name = Array("\(folder.path)/one/tests/".utf8CString.dropLast()) + [-1, -2, 0]
      let raw = open(name, O_CREAT | O_WRONLY, 0o600)
      close(raw)
    }
    #expect(faults == ["\u{FFFD}\u{FFFD}: its name is not valid UTF-8"])
  }

  @Test(arguments: [
    "[", "a = 1\na = 2", "\u{0}", "[agent]\ntimeout_sec = nan", "[agent]\ntimeout_sec = -1",
    "[agent]\ntimeout_sec = 0", "[environment]\ncpus = -inf", "[environment]\nmemory_mb = 0",
    "[environment]\nmemory_mb = 99999999999999999999", "[environment]\nmemory = \"-2G\"",
    "[environment]\nmemory = \"1e400G\"", "[verifier]\ntimeout_sec = 1979-05-27",
    "agent = []", "environment = \"x\"", "verifier = 1", "steps = [1]", "task = [[]]",
    "[environment]\nworkdir = \"relative\"", "[environment]\nenv = { \"A=B\" = \"x\" }",
    "[environment]\nenv = { A = \"a\\u0000b\" }", "[agent]\nuser = \"a b\"", "[agent]\nuser = -1",
    "[[steps]]\nname = \"../x\"", "[[steps]]\nname = \"gone\"", "[[steps]]",
    "[[steps]]\nname = \"a\"\nmin_reward = nan", "[task]\nname = \"../x\"",
    "[environment.healthcheck]\ncommand = \"x\"\nretries = 0",
  ])
  func wrongValuesAreFaultsWithAReason(toml: String) throws {
    let faults = try Self.faults { try $0.write("one/task.toml", toml) }
    #expect(!faults.isEmpty)
  }

  @Test func deepTablesAndListsAreReportedOrRead() throws {
    for depth in [50, 500, 20_000] {
      for text in [
        "x = " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth),
        "x = " + String(repeating: "{a=", count: depth) + "1"
          + String(repeating: "}", count: depth),
        "[" + Array(repeating: "a", count: depth).joined(separator: ".") + "]",
      ] {
        _ = try Self.faults { try $0.write("one/task.toml", "[metadata]\n" + text) }
      }
    }
  }

  /// Each key gets each kind of value in turn.
  @Test func wrongTypesEverywhereNeverCrash() throws {
    let keys: [String: [String]] = [
      "": ["schema_version", "version", "source", "artifacts", "multi_step_reward_strategy"],
      "task": ["name", "version", "description", "authors", "keywords"],
      "agent": ["timeout_sec", "user", "network_mode", "allowed_hosts"],
      "verifier": [
        "timeout_sec", "env", "user", "environment_mode", "environment", "collect",
        "allowed_hosts",
      ],
      "environment": [
        "network_mode", "allowed_hosts", "allow_internet", "build_timeout_sec", "docker_image",
        "os", "cpus", "memory", "memory_mb", "storage", "storage_mb", "gpus", "gpu_types", "tpu",
        "env", "workdir", "skills_dir", "mcp_servers", "healthcheck",
      ],
      "solution": ["env"], "metadata": ["live", "family", "category", "tags"],
    ]
    let values = [
      "-1", "1.5", "nan", "true", "\"x\"", "\"\"", "[1]", "[[]]", "{a=1}", "[{}]",
      "9223372036854775807", "\"\\u202e\\u0007\"",
    ]
    try TaskFolder.with { folder in
      var count = 0
      for (table, names) in keys {
        for name in names {
          for value in values {
            count += 1
            try folder.write("t\(count)/instruction.md", "x")
            try folder.write("t\(count)/tests/test.sh", "x")
            try folder.write("t\(count)/environment/Dockerfile", "FROM x\n")
            try folder.write(
              "t\(count)/task.toml", (table.isEmpty ? "" : "[\(table)]\n") + "\(name) = \(value)\n")
          }
        }
      }
      let suite = try Suite.load(folder.path)
      #expect(suite.tasks.count + suite.invalid.count == count)
      #expect(suite.invalid.allSatisfy { !$0.reason.isEmpty && !$0.diagnostics.isEmpty })
      for diagnostic in suite.diagnostics {
        #expect(!diagnostic.description.unicodeScalars.contains("\u{7}"))
      }
    }
  }

  @Test func aBrokenSuiteFileIsAFaultAndNotACrash() throws {
    for text in [
      "[", "\u{0}", "splits = 1", "reward = []", "[splits]\ndev = 3", "tasks = \"../x\"",
    ] {
      try TaskFolder.with { folder in
        try folder.task("tasks/a")
        try folder.write("suite.toml", text)
        let (suite, diagnostics) = try Suite.check(folder.path)
        #expect(suite == nil)
        #expect(diagnostics.contains { $0.severity == .error })
      }
    }
    try TaskFolder.with { folder in
      try folder.write("suite.toml", "")
      #expect(
        try Suite.check(folder.path).diagnostics.map(\.message) == ["there is no folder of tasks"])
    }
  }

  /// Bytes of a good file are changed at random; each result is a task or is reported.
  @Test func damagedFilesNeverCrash() throws {
    var seed: UInt64 = 11
    func next(_ count: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % count
    }
    let good = Array(StepTests.toml.utf8)
    try TaskFolder.with { folder in
      for index in 0..<300 {
        var bytes = good
        for _ in 0...next(6) {
          switch next(3) {
          case 0: bytes[next(bytes.count)] = UInt8(next(256))
          case 1: bytes.remove(at: next(bytes.count))
          default: bytes.insert(UInt8(next(128)), at: next(bytes.count))
          }
        }
        try folder.write("t\(index)/instruction.md", "x")
        try folder.write("t\(index)/steps/one/instruction.md", "x")
        try folder.write("t\(index)/steps/two/instruction.md", "x")
        try folder.write("t\(index)/tests/test.sh", "x")
        try folder.write("t\(index)/environment/Dockerfile", "FROM x\n")
        let file = try Descriptor.open(
          "\(folder.path)/t\(index)/task.toml", O_WRONLY | O_CREAT, mode: 0o644)
        try file.write(bytes)
      }
      let suite = try Suite.load(folder.path)
      #expect(suite.tasks.count + suite.invalid.count == 300)
      #expect(suite.tasks.count > 20 && suite.invalid.count > 20)
    }
  }
}
