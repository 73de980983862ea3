import Base
import Platform
import Suite
import Testing

@Suite struct SuiteFileTests {
  static let three = ["a", "b", "c"]

  @Test func aStrictFileNamesEveryFaultWithItsLine() throws {
    try TaskFolder.with { folder in
      try folder.task("tasks/a")
      try folder.write(
        "suite.toml",
        """
        nam = "x"
        trials = 0
        requires = ["python3 > 3"]
        reward = { key = "r", min = 1, max = 1 }
        [splits]
        dev = ["a", "nobody"]
        gate = ["a"]
        seed = 3
        """)
      let (suite, diagnostics) = try Suite.check(folder.path)
      #expect(suite == nil)
      let file = "\(folder.path)/suite.toml"
      #expect(
        diagnostics.map { $0.description.replacing(file, with: "F") } == [
          "F:2: error: trials: 0 is out of range; expected 1 to 100000",
          "F:3: error: requires: 'python3 > 3' is not of the form 'program' or 'program>=1.2'",
          "F:4: error: reward.max: must be above min",
          "F:8: error: splits.seed: contradicts the lists of tasks",
          "F:1: error: nam: unknown key; expected one of description, environment, name, requires, "
            + "reward, schema, splits, tasks, trials; did you mean 'name'?",
          "F:6: error: splits.dev: there is no task 'nobody'",
          "F:7: error: splits.gate: 'a' is also in dev",
        ])
      let error = #expect(throws: BelayError.self) { try Suite.load(folder.path) }
      #expect(error?.place == "\(file):2")
      #expect(error?.message == "trials: 0 is out of range; expected 1 to 100000 (and 6 more)")
    }
  }

  @Test func listsSettingsAndDefaultsAreApplied() throws {
    try TaskFolder.with { folder in
      for name in Self.three { try folder.task("tasks/\(name)") }
      try folder.task("tasks/d", toml: "[environment]\nmemory_mb = 64\n")
      try folder.write(
        "suite.toml",
        """
        schema = "belay.suite/1"
        name = "mine"
        description = "d"
        trials = 3
        requires = ["python3>=3.11", "jq"]
        reward = { key = "score", min = -1, max = 3 }
        [environment]
        memory_mb = 512
        [splits]
        dev = ["a"]
        gate = ["b", "d"]
        vault = ["c"]
        """)
      let suite = try Suite.load(folder.path)
      #expect(suite.name == "mine")
      #expect(suite.trials == 3)
      #expect(suite.requires.map(\.description) == ["python3>=3.11", "jq"])
      #expect(suite.reward == RewardRule(key: "score", min: -1, max: 3))
      #expect(suite.tasks.map(\.split) == [.dev, .gate, .vault, .gate])
      #expect(suite.tasks.map(\.environment.memoryMB) == [512, 512, 512, 64])
      #expect(suite.splitSource == .listed)
      #expect(suite.hasVault)
      #expect(suite.tasks(in: [.gate]).map(\.name) == ["b", "d"])
      #expect(suite.diagnostics.isEmpty)
    }
  }

  @Test func aTaskInNoSplitAndATornFamilyAreTold() throws {
    try TaskFolder.with { folder in
      for name in Self.three { try folder.task("tasks/\(name)", toml: "metadata.family = \"f\"") }
      try folder.write("suite.toml", "[splits]\ndev = [\"a\"]\ngate = [\"b\"]\n")
      let messages = try Suite.check(folder.path).diagnostics.map(\.message)
      #expect(
        messages == [
          "'c' is in no split", "the family 'f' lies in more than one split: dev, gate",
        ])
    }
  }

  @Test func aFaultyTaskIsReportedAndTheOthersStay() throws {
    try TaskFolder.with { folder in
      for name in Self.three { try folder.task("tasks/\(name)") }
      try folder.write("tasks/b/task.toml", "[agent]\ntimeout_sec = \"x\"\nretries = 1\n")
      try folder.write("tasks/empty/readme", "x")
      try folder.write(
        "suite.toml", "[splits]\ndev = [\"a\"]\ngate = [\"b\"]\nvault = [\"c\"]\n")
      let suite = try Suite.load(folder.path)
      #expect(suite.tasks.map(\.name) == ["a", "c"])
      #expect(suite.invalid.map(\.name) == ["b", "empty"])
      #expect(
        suite.invalid.map(\.reason) == [
          "agent.timeout_sec: expected a number, found a string",
          "task.toml: missing; expected Harbor's task format",
        ])
      #expect(
        suite.diagnostics.map { $0.description.replacing(folder.path, with: "S") } == [
          "S/tasks/b/task.toml:2: error: agent.timeout_sec: expected a number, found a string",
          "S/tasks/b/task.toml:3: warning: agent.retries: unknown key; expected one of "
            + "allowed_hosts, network_mode, timeout_sec, user",
          "S/tasks/empty/task.toml: error: missing; expected Harbor's task format",
        ])
    }
  }

  @Test func twoTasksOfOneNameAreBothRefused() throws {
    try TaskFolder.with { folder in
      for name in Self.three { try folder.task(name, toml: "[task]\nname = \"org/same\"\n") }
      let suite = try Suite.load(folder.path)
      #expect(suite.tasks.isEmpty)
      #expect(suite.invalid.map(\.name) == Self.three)
      #expect(suite.invalid[0].reason == "task.name: 'org/same' is also the name of b, c")
    }
  }

  @Test func ofTasksWithTheSameContentTheFirstIsRunAndTheOthersAreReported() throws {
    try TaskFolder.with { folder in
      for name in Self.three { try folder.task("tasks/\(name)", instruction: "Do it.\n") }
      try folder.task("tasks/other")
      try folder.write(
        "suite.toml", "[splits]\ndev = [\"a\"]\ngate = [\"b\", \"other\"]\nvault = [\"c\"]\n")
      let suite = try Suite.load(folder.path)
      #expect(suite.tasks.map(\.name) == ["a", "other"])
      #expect(suite.invalid.map(\.name) == ["b", "c"])
      #expect(
        suite.invalid.allSatisfy {
          $0.reason == "has the same content as 'a', byte for byte; only that one is run"
        })
    }
  }

  @Test func aDatasetFolderIsASuiteAndSaysWhatItLeavesOut() throws {
    try TaskFolder.with { folder in
      for name in Self.three { try folder.task(name) }
      try folder.write("scripts/x", "x")
      try folder.write("README.md", "x")
      let suite = try Suite.load(folder.path)
      #expect(suite.tasks.count == 3)
      #expect(suite.splitSource == .seeded(seed: 1, fractions: .standard))
      #expect(suite.tasks.allSatisfy { $0.split != nil })
      #expect(suite.diagnostics.map(\.message) == ["is not a task: it has no task.toml"])
    }
  }

  @Test func aSingleTaskIsASuiteOfOneWithoutSplits() throws {
    try TaskFolder.with { folder in
      try folder.task("one")
      let suite = try Suite.load("\(folder.path)/one")
      #expect(suite.tasks.map(\.name) == ["one"])
      #expect(suite.tasks[0].split == nil)
      #expect(suite.tasks(in: [.dev]).count == 1)
    }
  }

  @Test func theDigestFollowsTasksAndSettings() throws {
    try TaskFolder.with { folder in
      for name in Self.three { try folder.task("tasks/\(name)") }
      try folder.write("suite.toml", "trials = 1\n")
      let first = try Suite.load(folder.path)
      let lines = first.tasks.map(\.digest).sorted().map { "\($0.hex)\n" }
      #expect(first.digest == Digest.of(lines.joined() + "trials = 1\n"))
      try folder.write("suite.toml", "trials = 2\n")
      #expect(try Suite.load(folder.path).digest != first.digest)
      try folder.write("suite.toml", "trials = 1\n")
      #expect(try Suite.load(folder.path).digest == first.digest)
      try folder.write("tasks/a/environment/x", "x")
      #expect(try Suite.load(folder.path).digest != first.digest)
    }
  }

  @Test func aMissingFolderIsNotFound() {
    let error = #expect(throws: BelayError.self) { try Suite.load("/nowhere/at/all") }
    #expect(error?.kind == .notFound)
  }

  @Test(arguments: [
    ("python3>=3.11", "3.11.2", true), ("python3>=3.11", "3.9", false), ("x>=2", "2", true),
    ("x>=2.0.1", "2", false), ("x", "0", true), ("x >= 1.2", "1.10", true),
  ])
  func versionsAreComparedNumberByNumber(text: String, found: String, isMet: Bool) throws {
    let requirement = try #require(Requirement(text))
    #expect(requirement.isMet(by: found.split(separator: ".").compactMap { Int($0) }) == isMet)
  }
}
