import Base
import Platform
import Suite
import Testing

@Suite struct StepTests {
  static let toml = """
    schema_version = "1.3"
    multi_step_reward_strategy = "final"
    artifacts = ["/app/out"]
    [agent]
    timeout_sec = 100
    user = "bob"
    [verifier]
    timeout_sec = 50
    env = { A = "task", B = "task" }
    [[verifier.collect]]
    command = "dump"
    [[steps]]
    name = "one"
    min_reward = 0.5
    artifacts = [{ source = "/app/log", destination = "logs/one", exclude = ["*.tmp"] }]
    [steps.agent]
    timeout_sec = 7
    [steps.verifier]
    env = { A = "step" }
    [[steps.verifier.collect]]
    command = "dump one"
    timeout_sec = 5
    [steps.healthcheck]
    command = "true"
    retries = 2
    [[steps]]
    name = "two"
    min_reward = { reward = 1, style = 0.25 }
    """

  static func withTask<Result>(_ body: (TaskFolder) throws -> Result) throws -> Result {
    try TaskFolder.with { folder in
      try folder.write("t/task.toml", toml)
      try folder.write("t/environment/Dockerfile", "FROM x\nWORKDIR /srv\n")
      try folder.write("t/tests/test.sh", "shared")
      try folder.write("t/tests/lib.py", "shared")
      try folder.write("t/steps/one/instruction.md", "First.\n")
      try folder.write("t/steps/one/tests/test.sh", "own")
      try folder.write("t/steps/one/workdir/setup.sh", "x")
      try folder.write("t/steps/one/solution/solve.sh", "x")
      try folder.write("t/steps/two/instruction.md", "# Canary x\n\nSecond.\n")
      try folder.write("t/steps/two/trajectory.json", "{}")
      try folder.write("t/solution/solve.sh", "x")
      return try body(folder)
    }
  }

  @Test func settingsOfTheTaskFallToItsStepsAsInHarbor() throws {
    try Self.withTask { folder in
      let task = try folder.only()
      #expect(task.isMultiStep)
      #expect(task.rewardStrategy == .final)
      #expect(task.schemaVersion == "1.3")
      #expect(task.environment.startFolder == "/srv")
      #expect(task.steps.map(\.name) == ["one", "two"])
      #expect(task.steps.map(\.agent.timeout) == [.seconds(7), .seconds(100)])
      #expect(task.steps.map(\.agent.user) == ["bob", "bob"])
      // A step's own verifier default wins over the task's limit.
      #expect(task.steps.map(\.verifier.timeout) == [.seconds(600), .seconds(600)])
      #expect(
        task.steps.map(\.verifier.variables) == [
          ["A": "step", "B": "task"], ["A": "task", "B": "task"],
        ])
      #expect(
        task.steps.map { $0.verifier.collect.map(\.command) } == [["dump", "dump one"], ["dump"]])
      #expect(task.steps.map(\.minimumRewards) == [["reward": 0.5], ["reward": 1, "style": 0.25]])
      #expect(task.steps[0].healthcheck?.retries == 2)
    }
  }

  @Test func filesOfTheTaskFallToItsStepsAsInHarbor() throws {
    try Self.withTask { folder in
      let task = try folder.only()
      let root = task.folder
      #expect(task.steps[0].tests.map(\.folder) == ["\(root)/tests", "\(root)/steps/one/tests"])
      #expect(task.steps[1].tests.map(\.folder) == ["\(root)/tests"])
      #expect(task.steps[0].tests[0].files == ["lib.py", "test.sh"])
      #expect(
        task.steps.map(\.solution?.folder) == ["\(root)/steps/one/solution", "\(root)/solution"])
      #expect(task.steps.map(\.hasSetup) == [true, false])
      #expect(task.steps[0].workdir?.files == ["setup.sh"])
      #expect(task.steps[1].workdir == nil)
      #expect(task.steps[1].instruction == "Second.\n")
      #expect(task.steps[1].instructionSource == "# Canary x\n\nSecond.\n")
      #expect(task.steps.map(\.trajectory) == [nil, "\(root)/steps/two/trajectory.json"])
      #expect(
        task.steps[0].artifacts.map(\.place) == ["logs/artifacts", "app/out", "logs/one"])
      #expect(task.steps[0].artifacts[2].exclude == ["*.tmp"])
      #expect(task.steps[1].artifacts.map(\.source) == ["/logs/artifacts", "/app/out"])
    }
  }

  @Test func aStepWithoutScriptOrInstructionIsAFault() throws {
    try Self.withTask { folder in
      try Files.removeTree("\(folder.path)/t/tests")
      try Files.removeTree("\(folder.path)/t/steps/one/instruction.md")
      #expect(
        try folder.faults() == [
          "instruction.md: missing; expected what the agent is told",
          "test.sh: missing; expected the script that judges",
        ])
    }
  }

  /// Where a separate verifier runs: settings, files in `tests/`, then image, context, owns tests.
  @Test(
    arguments: [
      ("", false, nil, nil, false),
      ("[verifier]\nenvironment_mode = \"shared\"", true, nil, nil, false),
      ("[verifier]\nenvironment_mode = \"separate\"", false, nil, "environment", false),
      ("[verifier]\nenvironment_mode = \"separate\"", true, nil, "tests", true),
      ("[verifier.environment]\ncpus = 1", false, nil, "environment", false),
      ("[verifier.environment]\ndocker_image = \"v\"", true, "v", nil, true),
      (
        "[environment]\ndocker_image = \"a\"\n[verifier.environment]\ncpus = 1", false, "a",
        "environment", false
      ),
    ] as [(String, Bool, String?, String?, Bool)])
  func theVerifiersPlaceIsFoundAsInHarbor(
    toml: String, hasDockerfile: Bool, image: String?, context: String?, ownsTests: Bool
  ) throws {
    try TaskFolder.with { folder in
      try folder.task("one", toml: toml)
      if hasDockerfile { try folder.write("one/tests/Dockerfile", "FROM y\n") }
      let task = try folder.only()
      let verifier = task.steps[0].verifier
      #expect(verifier.isSeparate == (image != nil || context != nil))
      #expect(verifier.environment?.image == image)
      #expect(verifier.environment?.folder.map { Path.last($0) } == context)
      #expect(verifier.ownsTests == ownsTests)
      #expect(task.steps[0].tests.isEmpty == ownsTests)
    }
  }

  @Test func aSeparateVerifierHasItsOwnLimits() throws {
    try TaskFolder.with { folder in
      try folder.task(
        "one",
        toml: """
          [environment]
          memory = "2G"
          storage_mb = 100
          cpus = 2.0
          env = { A = "1" }
          [verifier.environment]
          memory_mb = 64
          """)
      let task = try folder.only()
      #expect(task.environment.memoryMB == 2048)
      #expect(task.environment.cpus == 2)
      #expect(task.steps[0].verifier.environment?.memoryMB == 64)
      #expect(task.steps[0].verifier.environment?.variables == [:])
    }
  }

  @Test(
    arguments: [
      ("2G", 2048), ("1.5G", 1536), ("512M", 512), ("65536K", 64), ("1K", 1), ("2g", 2048),
      (" 2 G ", 2048), ("0G", nil), ("G", nil), ("2", nil), ("2GB", nil), ("-1G", nil),
      ("1e3M", nil),
    ] as [(String, Int?)])
  func legacySizesAreReadInUnitsOf1024(text: String, megabytes: Int?) throws {
    try TaskFolder.with { folder in
      try folder.task("one", toml: "[environment]\nmemory = \"\(text)\"\n")
      let suite = try Suite.load(folder.path)
      #expect(suite.tasks.first?.environment.memoryMB == megabytes)
      #expect(suite.tasks.isEmpty == (megabytes == nil))
    }
  }

  @Test(arguments: [
    ("<!-- canary GUID -->\nDo", "Do"), ("# CANARY\n\n\nDo", "Do"),
    ("<!-- x -->\nDo", "<!-- x -->\nDo"), ("  # canary  \n<!-- canary -->\n \nDo\n", "Do\n"),
    ("\nDo", "Do"), ("Do\n# canary", "Do\n# canary"),
    ("<!-- canary\n-->\nDo", "<!-- canary\n-->\nDo"),
    ("canary\nDo", "canary\nDo"), ("# canary\r\nDo", "Do"),
  ])
  func canariesAreTakenOffTheFront(source: String, shown: String) throws {
    try TaskFolder.with { folder in
      try folder.task("one", instruction: source)
      let step = try folder.only().steps[0]
      #expect(step.instruction == shown)
      #expect(step.instructionSource == source)
    }
  }
}
