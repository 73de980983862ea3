import Base
import Components
import Harness
import Platform
import Testing

@Suite struct SurfaceTests {
  /// What is replaced by what in `harness.toml` of bash-agent, and which names are refused.
  static let edits: [(String, String, [String])] = [
    ("turns = 50", "turns = 70", []),
    ("turns = 50", "turns = 700", ["limits.turns"]),
    ("turns = 50\n", "", ["limits.turns"]),
    ("wall_sec = 900", "wall_sec = 9000", ["limits.wall_sec"]),
    ("output_tokens = 60_000\n", "output_tokens = 60_000\ncost_usd = 9\n", ["limits.cost_usd"]),
    ("tool_output_bytes = 16_384", "tool_output_bytes = 8192", []),
    ("compact_at = 0.8", "compact_at = 0.6", []),
    ("compact_at = 0.8", "compact_at = 0.99", ["context.compact_at"]),
    ("compaction = \"truncate\"", "compaction = \"summarize\"", []),
    ("compact_at = 0.8", "compact_at = 0.8\nmemory = \"notes\"", []),
    ("alias = \"task\"", "alias = \"better\"", ["model.alias"]),
    ("alias = \"task\"", "alias = \"task\"\ntemperature = 0", ["model.temperature"]),
    ("alias = \"task\"", "alias = \"task\"\nreasoning = \"high\"", ["model.reasoning"]),
    ("max_output_tokens = 8192", "max_output_tokens = 65536", ["model.max_output_tokens"]),
    ("name = \"bash-agent\"", "name = \"other\"", ["name"]),
    ("kind = \"native\"", "kind = \"program\"", ["kind"]),
    ("\"skills/**\"]", "\"skills/**\", \"**\"]", ["surface"]),
    ("description = \"one", "description = \"still one", []),
    ("\"search\", ", "", []),
    (
      "\"limits.turns\" = { int = [20, 100] }", "\"limits.turns\" = { int = [20, 900] }",
      ["knobs.limits.turns"]
    ),
    (
      "\"limits.turns\" = { int = [20, 100] }", "\"limits.wall_sec\" = { real = [1, 9000] }",
      ["knobs.limits.turns", "knobs.limits.wall_sec"]
    ),
    ("\"tools.csv_peek\" = { switch = true }", "\"tools.csv_peek\" = { switch = false }", []),
    ("\"skills.verify\" = { switch = true }\n", "", []),
    (
      "pattern = \"loop\"", "pattern = \"fan-out\"\nmodels = { explorer = \"best\" }",
      ["orchestration"]
    ),
    ("pattern = \"loop\"", "pattern = \"plan-build-check\"", []),
    ("[context]", "[[mcp]]\nname = \"db\"\ncommand = [\"db\"]\n[context]", []),
    ("[context]", "[context", ["harness.toml"]),
  ]

  @Test func onlyWhatTheSurfaceHoldsMayChange() throws {
    let base = try Trees.shipped("bash-agent")
    let toml = Trees.text(base.files, "harness.toml")
    for (old, new, expected) in Self.edits {
      #expect(toml.contains(old), "\(old)")
      let text = toml.replacing(old, with: new, maxReplacements: 1)
      let breaches = base.breaches(of: Trees.edited(base.files, ["harness.toml": text]))
      #expect(breaches.map(\.name) == expected, "\(new)")
      for breach in breaches where expected != ["harness.toml"] {
        let treatment = ["model", "limits", "knobs", "orchestration"].contains {
          breach.name.hasPrefix($0)
        }
        #expect((breach.kind == .treatment) == treatment, "\(breach)")
      }
    }
    let files: [([String: String?], [String])] = [
      (["prompts/new.md": "x", "tools/t/run": "x", "skills/verify/SKILL.md": nil], []),
      (["README.md": "x"], ["README.md"]), (["grader.py": "x"], ["grader.py"]),
      (["prompts.md": "x", "README.md": nil], ["README.md", "prompts.md"]),
      (["harness.toml": nil], ["harness.toml"]),
    ]
    for (changes, expected) in files {
      #expect(base.breaches(of: Trees.edited(base.files, changes)).map(\.name) == expected)
    }
    let mode = base.files.map {
      HarnessFile(path: $0.path, isExecutable: true, content: $0.content)
    }
    #expect(base.breaches(of: mode).map(\.name) == ["README.md"])
    let program = try Trees.shipped("single-file-loop")
    let all = Trees.edited(program.files, ["agent.py": "x", "lib.py": "x", "harness.toml": "x"])
    #expect(program.breaches(of: all).map(\.name) == ["harness.toml", "lib.py"])
    #expect(Harness.nop.breaches(of: [Trees.file("a", "b")]).map(\.name) == ["a", "harness.toml"])
  }

  @Test func knobsAreSetByPatchesAndReadFromThem() throws {
    for name in ["bash-agent", "plan-build-check", "delegate"] {
      let base = try Trees.shipped(name)
      for knob in base.native?.knobs ?? [] {
        let now = base.knobLevels.first { $0.target == knob.target }?.value ?? .null
        let value: JSON
        switch knob.range {
        case .int(let range):
          value = .int(now.int == range.upperBound ? range.lowerBound : range.upperBound)
        case .real(let range): value = .double(range.lowerBound)
        case .choice(let words): value = .string(words.first { .string($0) != now } ?? "")
        case .toggle(let isOn): value = .bool(!isOn)
        }
        let level = KnobLevel(target: knob.target, value: value)
        let patch = try #require(try base.patch(setting: [level]))
        #expect(patch.changes.count == 1, "\(knob.target)")
        let edited = try base.applying([patch])
        #expect(edited.knobLevels.filter { $0.target == knob.target } == [level])
        #expect(base.levels(of: patch) == [level])
        #expect(try base.breaches(of: [patch]) == [])
        #expect(try edited.patch(setting: [level]) == nil)
      }
      #expect(throws: BelayError.self) {
        try base.patch(setting: [KnobLevel(target: "limits.turns", value: 100_000)])
      }
      #expect(throws: BelayError.self) {
        try base.patch(setting: [KnobLevel(target: "limits.wall_sec", value: 5)])
      }
    }
    // A key that is left to its default is written where its table is, or with it.
    let base = try Trees.shipped("bash-agent")
    let toml = Trees.text(base.files, "harness.toml").replacing("compact_at = 0.8\n", with: "")
    for text in [toml, toml.replacing("[context]\ncompaction = \"truncate\"\n", with: "")] {
      let open = try Harness.load(
        files: Trees.edited(base.files, ["harness.toml": text]), named: "x")
      let level = KnobLevel(target: "context.compact_at", value: 0.625)
      let patch = try #require(try open.patch(setting: [level]))
      #expect(try open.applying([patch]).native?.context.compactAt == 0.625)
    }
    let prompt = try #require(
      ComponentTree(base).difference(
        to: ComponentTree(
          files: Trees.edited(base.files, ["prompts/system.md": "x\n## Work\n## Finish\n"]))))
    #expect(base.levels(of: prompt) == nil)
  }

  @Test func onePatchIsTakenApartIntoMechanismsThatWorkAlone() throws {
    let base = try Trees.shipped("bash-agent")
    let tree = try ComponentTree(base)
    let toml = Trees.text(base.files, "harness.toml")
    let prompt = Trees.text(base.files, "prompts/system.md")
    let tool = "description = \"d\"\n"
    let files = Trees.edited(
      base.files,
      [
        "harness.toml":
          toml.replacing("\"csv_peek\"]", with: "\"one\", \"csv_peek\", \"two\"]")
          .replacing("turns = 50", with: "turns = 80")
          .replacing(
            "\"prompts/system.md#Finish\"", with: "\"prompts/system.md#Before you submit\""
          )
          .replacing("[knobs]\n", with: "[knobs]\n\"tools.one\" = { switch = true }\n")
          .replacing(
            "pattern = \"loop\"",
            with:
              "pattern = \"steps\"\n[[orchestration.step]]\nrole = \"a\"\nprompt = \"prompts/a.md\""
          ),
        "prompts/system.md": prompt.replacing("## Finish", with: "## Before you submit")
          .replacing("## Work\n", with: "## Plan\n\nPlan first.\n\n## Work\n"),
        "prompts/a.md": "You.\n\n## Style\n\nShort.\n",
        "tools/one/tool.toml": "name = \"one\"\n\(tool)", "tools/one/run": "#!/bin/sh\n",
        "tools/two/tool.toml": "name = \"two\"\n\(tool)", "tools/two/run": "#!/bin/sh\n",
        "skills/verify/SKILL.md": Trees.text(base.files, "skills/verify/SKILL.md") + "- More.\n",
      ])
    let whole = try #require(tree.difference(to: ComponentTree(files: files)))
    let pieces = whole.split(on: base)
    #expect(
      pieces.map(\.components) == [
        [
          "harness.toml#knobs.prompts/system.md#Before you submit",
          "harness.toml#knobs.prompts/system.md#Finish", "prompts/system.md#Before you submit",
          "prompts/system.md#Finish",
        ],
        ["harness.toml#knobs.tools.one", "harness.toml#tools.enabled", "tools/one"],
        ["harness.toml#limits.turns"],
        ["harness.toml#orchestration", "prompts/a.md", "prompts/a.md#Style"],
        ["harness.toml#tools.enabled", "tools/two"], ["prompts/system.md#Plan"], ["skills/verify"],
      ])
    for piece in pieces { #expect((try? base.applying([piece])) != nil, "\(piece.components)") }
    let edited = try base.applying(pieces)
    #expect(edited.native?.tools.contains(.own("one")) == true)
    #expect(Set(edited.native?.tools ?? []) == Set(try base.applying([whole]).native?.tools ?? []))
    #expect(tree.conflicts(pieces[1], pieces[4]) == [])
    #expect(pieces[5].split(on: base) == [pieces[5]])
  }
}
