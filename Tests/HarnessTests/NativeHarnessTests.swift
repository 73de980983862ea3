import Base
import Harness
import Platform
import Testing

/// A native harness with everything in it, to which a test does one thing more.
struct NativeFolder {
  static let head = """
    schema = "belay.harness/1"
    name = "n"
    kind = "native"

    """

  static let whole =
    head + """
      [model]
      alias = "task"
      temperature = 1.0
      max_output_tokens = 4096
      reasoning = "medium"
      [limits]
      turns = 50
      wall_sec = 900
      cost_usd = 0.5
      tool_output_bytes = 16_384
      [context]
      compaction = "summarize"
      compact_at = 0.8
      memory = "notes"
      [tools]
      enabled = ["shell", "read", "submit", "skill", "peek", "mcp:db", "delegate"]
      [[mcp]]
      name = "db"
      command = ["python3", "server.py"]
      env = { A = "b" }
      timeout_sec = 5
      [orchestration]
      pattern = "steps"
      [[orchestration.step]]
      role = "builder"
      prompt = "prompts/system.md"
      model = ["task", "other"]
      tools = ["shell", "mcp:db/query", "delegate:helper", "submit"]
      sees = ["instruction", "notes", "checker.output"]
      repeat_until = "checker.pass"
      max_rounds = 3
      pivot = "restart"
      fan_out = 2
      pick = "first-pass"
      [[orchestration.step]]
      role = "checker"
      prompt = "prompts/checker.md"
      sees = ["instruction", "builder.output"]
      fresh_context = true
      [[orchestration.step]]
      role = "helper"
      prompt = "prompts/system.md"
      tools = ["shell"]
      [knobs]
      "limits.turns" = { int = [20, 100] }
      "context.compact_at" = { real = [0.5, 0.95] }
      "model.reasoning" = { choice = ["low", "medium"] }
      "tools.peek" = { switch = false }
      "prompts/system.md#Verify" = { switch = false }
      "orchestration.builder.max_rounds" = { int = [1, 5] }

      """

  static let files: [String: String] = [
    "prompts/system.md":
      "You work.\n\n## Style\nShort.\n```\n## no heading\n```\n\n## Verify\nLook.\n",
    "prompts/checker.md": "Check.\n",
    "skills/verify/SKILL.md":
      "---\nname: verify\ndescription: >\n  How to be\n  sure\nlicense: MIT\n---\n\n# Verify\nRun it.\n",
    "tools/peek/tool.toml": """
    name = "peek"
    description = "Shows a table's first rows"
    [input]
    type = "object"
    required = ["path"]
    [input.properties.path]
    type = "string"

    """,
    "tools/peek/run": "#!/bin/sh\ncat\n",
  ]

  static func with<Result>(
    _ toml: String = whole, _ changed: [String: String?] = [:], _ body: (String) throws -> Result
  ) throws -> Result {
    let path = "/tmp/belay-native-\(Files.randomName())"
    try Files.makeDirectory(path)
    defer { try? Files.removeTree(path) }
    var all: [String: String?] = files.mapValues { $0 }
    all["harness.toml"] = toml
    all.merge(changed) { $1 }
    for (name, text) in all {
      guard let text else { continue }
      try Files.makeDirectory(Path.parent("\(path)/\(name)"))
      try Files.write(
        Array(text.utf8), to: "\(path)/\(name)", mode: name.hasSuffix("/run") ? 0o755 : 0o644)
    }
    return try body(path)
  }
}

@Suite struct NativeHarnessTests {
  @Test func everythingIsReadWhole() throws {
    try NativeFolder.with { path in
      let harness = try Harness.load(path)
      let native = try #require(harness.native)
      #expect(harness.diagnostics == [])
      #expect(harness.isEditable("prompts/system.md") && harness.isEditable("harness.toml"))
      #expect(native.model.reasoning == .medium)
      #expect(native.context.compaction == .summarize)
      #expect(native.servers.map(\.timeout) == [.seconds(5)])
      #expect(native.skills.first?.description == "How to be sure")
      #expect(native.skills.first?.body == "# Verify\nRun it.\n")
      #expect(native.ownTools.first?.input["required"] == ["path"])
      let builder = try #require(native.orchestration.step("builder"))
      #expect(builder.tools.map(\.text) == ["shell", "mcp:db/query", "delegate:helper", "submit"])
      #expect(builder.sees.map(\.text) == ["instruction", "notes", "checker.output"])
      #expect(builder.model(ofBranch: 3) == "other")
      #expect(builder.pick == .firstPass && builder.pivot == .restart && builder.maxRounds == 3)
      #expect(native.orchestration.sequence.map(\.role) == ["builder", "checker"])
      #expect(native.orchestration.judges == ["builder", "checker"])
      #expect(native.knobs.count == 6)
      #expect(
        native.summary == "steps (builder × 2, checker), 6 tools, 1 skill, 1 server, 6 knobs")
    }
  }

  @Test func whatAKnobHasSwitchedOffIsNotThere() throws {
    try NativeFolder.with { path in
      let native = try #require(try Harness.load(path).native)
      #expect(!native.tools.contains(.own("peek")))
      #expect(native.orchestration.step("checker")?.tools.contains(.own("peek")) == false)
      let prompt = try #require(native.prompt("prompts/system.md"))
      #expect(prompt.sections.map(\.title) == ["Style", "Verify"])
      #expect(prompt.text == "You work.\n\n## Style\n\nShort.\n```\n## no heading\n```")
    }
  }

  @Test(arguments: Orchestration.Preset.allCases)
  func aPresetIsStepsThatSatisfyTheSameRules(preset: Orchestration.Preset) throws {
    let tools: [ToolSelection] = ["shell", "edit", "submit"].map { ToolSelection($0) }
    let steps = Orchestration.steps(of: preset, model: "task", tools: tools)
    var files: [String: String?] = ["prompts/system.md": nil, "prompts/checker.md": nil]
    for step in steps { files[step.prompt] = "Do." }
    let toml =
      NativeFolder.head + """
        [context]
        memory = "notes"
        [tools]
        enabled = ["shell", "edit", "submit"]
        [orchestration]
        pattern = "\(preset.rawValue)"
        """
    try NativeFolder.with(toml, files) { path in
      let orchestration = try #require(try Harness.load(path).native).orchestration
      #expect(orchestration.steps == steps)
      for judge in orchestration.judges {
        #expect(orchestration.step(judge)?.sees.contains(.output(role: judge)) == false)
      }
    }
  }

  static let faults: [(String, String, String)] = [
    ("compaction = \"summarize\"", "compaction = \"sumarize\"", "did you mean 'summarize'?"),
    ("compact_at = 0.8", "compact_att = 0.8", "did you mean 'compact_at'?"),
    ("compact_at = 0.8", "compact_at = 2", "out of range"),
    ("alias = \"task\"", "alias = \"openai/gpt\"", "which model that is, is said by '--model'"),
    ("reasoning = \"medium\"", "reasoning = 3", "model.reasoning: expected a string"),
    ("\"skill\", \"peek\"", "\"skill\", \"peak\"", "did you mean 'peek'?"),
    ("\"skill\", \"peek\"", "\"skill\", \"shell\"", "'shell' is there twice"),
    ("\"skill\", \"peek\"", "\"mcp:bd\", \"peek\"", "did you mean 'db'?"),
    ("[\"python3\", \"server.py\"]", "[\"./gone\"]", "there is no file './gone'"),
    ("role = \"checker\"", "role = \"builder\"", "another step has the role 'builder'"),
    ("role = \"checker\"", "role = \"Checker\"", "expected small letters"),
    ("prompts/checker.md", "prompts/chekcer.md", "did you mean 'prompts/checker.md'?"),
    ("\"checker.pass\"", "\"cheker.pass\"", "did you mean 'checker'?"),
    ("\"checker.pass\"", "\"checker.fail\"", "expected 'ROLE.pass'"),
    ("\"checker.pass\"", "\"helper.pass\"", "no rounds and no verdict"),
    ("\"builder.output\"", "\"bulder.output\"", "did you mean 'builder'?"),
    ("\"builder.output\"", "\"builder.thoughts\"", "expected 'instruction', 'notes'"),
    ("\"builder.output\"", "\"helper.output\"", "who alone get what it hands over"),
    ("memory = \"notes\"", "memory = \"none\"", "expected context.memory = \"notes\""),
    ("max_rounds = 3\n", "", "needs 'max_rounds'"),
    ("repeat_until = \"checker.pass\"\nmax_rounds = 3\n", "", "has done nothing yet"),
    ("fan_out = 2\n", "", "pick: has no place without 'fan_out'"),
    ("fan_out = 2", "fan_out = 1", "2 models for 1 that work side by side"),
    ("\"delegate:helper\"", "\"delegate:helpr\"", "did you mean 'helper'?"),
    ("tools = [\"shell\"]", "tools = [\"write\"]", "is not among 'tools.enabled'"),
    ("tools = [\"shell\"]", "tools = [\"delegate\"]", "hands nothing on"),
    ("\"limits.turns\"", "\"limits.turn\"", "did you mean 'limits.turns'?"),
    ("int = [20, 100]", "int = [60, 100]", "50, as it stands now, lies outside"),
    ("int = [20, 100]", "real = [60, 100]", "expected { int = [1, 10] }"),
    ("int = [20, 100]", "int = [100, 20]", "the first is larger"),
    ("#Verify", "#Verfy", "did you mean 'prompts/system.md#Verify'?"),
    ("choice = [\"low\", \"medium\"]", "choice = [\"low\", \"hgih\"]", "did you mean 'high'?"),
    ("pattern = \"steps\"", "pattern = \"loop\"", "has no place beside a preset"),
    ("pattern = \"steps\"", "pattern = \"lop\"", "did you mean 'loop'?"),
  ]

  @Test(arguments: faults)
  func faultsAreNamedWithFileLineKeyAndNearestWord(find: String, replace: String, expected: String)
    throws
  {
    let toml = NativeFolder.whole.replacing(find, with: replace, maxReplacements: 1)
    #expect(toml != NativeFolder.whole)
    try NativeFolder.with(toml) { path in
      let (harness, found) = try Harness.check(path)
      #expect(harness == nil)
      let fault = found.first { $0.description.contains(expected) }
      #expect(fault?.severity == .error, "\(found)")
      #expect(fault?.line != nil && fault?.key != nil && fault?.file == "\(path)/harness.toml")
    }
  }

  static let fileFaults: [(String, String?, String)] = [
    ("tools/peek/run", nil, "there is no file 'run'"),
    ("tools/peek/tool.toml", nil, "there is no tool.toml"),
    ("tools/peek/tool.toml", "name = \"pek\"", "is not its folder's name"),
    ("tools/peek/tool.toml", "nam = \"peek\"", "did you mean 'name'?"),
    ("tools/peek/tool.toml", "[", "not valid TOML"),
    (
      "tools/peek/tool.toml",
      "[input]\ntype = \"object\"\nrequired = [\"pth\"]\nproperties.path = {}",
      "did you mean 'path'?"
    ),
    ("tools/peek/tool.toml", "[input]\ntype = \"objekt\"", "did you mean 'object'?"),
    ("tools/peek/tool.toml", "[input]\ntype = \"string\"", "expected 'object'"),
    (
      "tools/peek/tool.toml", "[input]\ntype = \"object\"\nproperties.a.patern = 1",
      "unknown keyword"
    ),
    ("skills/verify/SKILL.md", "# Verify", "expected front matter"),
    ("skills/verify/SKILL.md", "---\nname: verify\n", "the front matter has no end"),
    ("skills/verify/SKILL.md", "---\nname: verify\n---\nx", "description: missing"),
    ("skills/verify/SKILL.md", "---\nname: 'other'\ndescription: d\n---\nx", "expected 'verify'"),
    ("skills/verify/SKILL.md", "---\nname: \"verify\ndescription: d\n---\nx", "expected a closing"),
    ("skills/verify/SKILL.md", "---\nname: verify\ndescription: d\n---\n", "has no body"),
    ("prompts/system.md", "## A\nx\n## A\ny\n## Verify\nz", "is at line 1 already"),
    ("prompts/checker.md", "\n", "is empty"),
  ]

  @Test(arguments: fileFaults)
  func faultsInItsFilesAreNamedToo(file: String, text: String?, expected: String) throws {
    try NativeFolder.with(NativeFolder.whole, [file: text]) { path in
      let (harness, found) = try Harness.check(path)
      #expect(harness == nil)
      #expect(found.contains { $0.description.contains(expected) }, "\(found)")
    }
  }

  @Test func whatNobodyUsesIsWorthAWord() throws {
    let toml =
      NativeFolder.head
      + "[tools]\nenabled = [\"shell\"]\n[[mcp]]\nname = \"db\"\ncommand = [\"x\"]\n"
    try NativeFolder.with(toml) { path in
      let harness = try Harness.load(path)
      #expect(
        harness.diagnostics.map(\.message) == [
          "'peek' is in tools/, and nobody may use it",
          "nobody may use the server 'db'; expected 'mcp:db'",
          "there are skills, and nobody may ask for them; expected 'skill'",
          "no step has this prompt; the steps' are prompts/system.md",
        ])
      #expect(harness.native?.orchestration.steps.map(\.role) == ["agent"])
    }
  }
}
