import Base
import Components
import Harness
import Platform
import Seeded
import Testing

@Suite struct ComponentTreeTests {
  @Test func everyTreeComesBackByteForByte() throws {
    #expect(Trees.shipped.count >= 12)
    for name in Trees.shipped {
      let harness = try Trees.shipped(name)
      #expect(try ComponentTree(harness).files() == harness.files, "\(name)")
    }
    for seed in 0..<300 as Range<UInt64> {
      let files = Trees.random(seed)
      let tree = try ComponentTree(files: files)
      #expect(tree.files() == files, "\(seed)")
      #expect(Set(tree.names).count == tree.names.count)
    }
  }

  @Test func partsHaveTheNamesByWhichPeopleKnowThem() throws {
    let tree = try ComponentTree(Trees.shipped("bash-agent"))
    let names = [
      "harness.toml", "harness.toml#limits", "harness.toml#limits.turns",
      "harness.toml#tools.enabled", "harness.toml#orchestration",
      "harness.toml#knobs.prompts/system.md#Work", "prompts/system.md",
      "prompts/system.md#Environment", "tools/csv_peek", "skills/verify", "README.md",
    ]
    #expect(names.filter { tree[$0] == nil } == [])
    #expect(tree["harness.toml#limits.turns"]?.text == "turns = 50\n")
    #expect(tree["tools/csv_peek"]?.files.map(\.path) == ["run", "tool.toml"])
    let steps = try ComponentTree(Trees.shipped("plan-build-check"))
    #expect(steps.names.filter { $0.contains("orchestration") }.count == 3)
    #expect(steps.size > 100)
  }

  @Test func aDifferenceMakesTheOtherTreeAndSurvivesItsRecord() throws {
    var pairs = (0..<300 as Range<UInt64>).map { (Trees.random($0), Trees.random($0 + 1000)) }
    let shipped = try Trees.shipped.map { try Trees.shipped($0).files }
    pairs += zip(shipped, shipped.dropFirst())
    for (index, pair) in pairs.enumerated() {
      let (a, b) = (try ComponentTree(files: pair.0), try ComponentTree(files: pair.1))
      guard let patch = a.difference(to: b) else {
        #expect(pair.0 == pair.1)
        continue
      }
      #expect(try a.applying(patch).files() == pair.1, "\(index)")
      let read = try ComponentPatch(json: try JSON.parse(patch.json.utf8()))
      #expect(read == patch && read.digest == patch.digest)
      let back = b.difference(to: a)
      #expect(try back.map { try b.applying($0).files() } == pair.0, "\(index)")
      #expect(a.difference(to: a) == nil)
    }
  }

  @Test func editsOfDifferentComponentsGoTogetherInAnyOrder() throws {
    let base = try Trees.shipped("bash-agent")
    let tree = try ComponentTree(base)
    let toml = Trees.text(base.files, "harness.toml")
    let prompt = Trees.text(base.files, "prompts/system.md")
    let edits: [[String: String?]] = [
      ["harness.toml": toml.replacing("turns = 50", with: "turns = 70")],
      [
        "harness.toml": toml.replacing(
          "compact_at = 0.8\n", with: "compact_at = 0.8\nmemory = \"notes\"\n")
      ],
      [
        "harness.toml": toml.replacing(
          "\n[context]", with: "\n[[mcp]]\nname = \"db\"\ncommand = [\"db\"]\n\n[context]")
      ],
      ["prompts/system.md": prompt + "\n## Early\n\nOne.\n"],
      ["prompts/system.md": prompt + "\n## Late\n\nTwo."],
      ["prompts/system.md": prompt.replacing("`head`, ", with: "")],
      ["skills/verify/SKILL.md": nil, "tools/csv_peek/run": "#!/bin/sh\n"],
      ["tools/wc/tool.toml": "name = \"wc\"\n", "tools/wc/run": "#!/bin/sh\n"],
    ]
    let patches = try edits.map {
      try #require(tree.difference(to: ComponentTree(files: Trees.edited(base.files, $0))))
    }
    var random = SplitMix(7)
    for _ in 0..<40 {
      let chosen = patches.filter { _ in random.below(2) == 0 }
      let one = try tree.applying(chosen)
      #expect(try tree.applying(chosen.shuffled(using: &random)) == one)
      let text = Trees.text(one.files(), "harness.toml")
      #expect((try? TOML.parse(text, file: "")) != nil, "\(text)")
      for patch in chosen {
        for change in patch.changes where change.place == nil || change.after == nil {
          #expect(one[change.component] == change.after)
        }
      }
    }
    #expect(tree.conflicts(patches[3], patches[4]) == [])
  }

  @Test func twoChangesOfOneComponentAreBroughtTogetherOrNamed() throws {
    let base = try Trees.shipped("bash-agent")
    let tree = try ComponentTree(base)
    func patch(_ path: String, _ old: String, _ new: String) throws -> ComponentPatch {
      let text = Trees.text(base.files, path)
      #expect(text.contains(old))
      let files = Trees.edited(base.files, [path: text.replacing(old, with: new)])
      return try #require(tree.difference(to: ComponentTree(files: files)))
    }
    let prompt = "prompts/system.md"
    let first = try patch(prompt, "1. Look before", "1. Always look before")
    let other = try patch(prompt, "4. When a", "4. Whenever a")
    let same = try patch(prompt, "1. Look before", "1. Never look before")
    let both = try tree.applying([first, other])
    #expect(both["prompts/system.md#Work"]?.text.contains("Always look") == true)
    #expect(both["prompts/system.md#Work"]?.text.contains("Whenever a") == true)
    #expect(tree.conflicts(first, other) == [])
    #expect(tree.conflicts(first, same) == ["prompts/system.md#Work"])
    let error = #expect(throws: BelayError.self) { try tree.applying([first, same]) }
    #expect(error?.place == "prompts/system.md#Work")
    // Lists of words go together entry by entry, and so do their names.
    let more = try patch("harness.toml", "\"csv_peek\"]", "\"csv_peek\", \"delegate\"]")
    let less = try patch("harness.toml", "\"search\", ", "")
    #expect(more.touches == ["harness.toml#tools.enabled:delegate"])
    #expect(less.touches == ["harness.toml#tools.enabled:search"])
    #expect(first.touches == ["prompts/system.md#Work"])
    #expect(
      try tree.applying([more, less])["harness.toml#tools.enabled"]?.text.contains(
        "\"edit\", \"skill\", \"submit\", \"csv_peek\", \"delegate\"]") == true)
    let gone = try patch(prompt, Trees.text(base.files, prompt), "Work.\n")
    #expect(throws: BelayError.self) { try tree.applying([first, gone]) }
    // An edit on top of another finds its text when that one is in.
    let after = try tree.applying(first)
    let text = Trees.text(after.files(), prompt).replacing(
      "Always look", with: "Always, always look")
    let top = try #require(
      after.difference(to: ComponentTree(files: Trees.edited(after.files(), [prompt: text]))))
    #expect(try Trees.text(tree.applying([top, first]).files(), prompt) == text)
    #expect(first.effect != top.effect && first.added.hasPrefix("1. Always look before"))
  }

  @Test func whatSomebodyHostileWroteIsAnErrorAndNeverATree() throws {
    let base = try Trees.shipped("bash-agent")
    let tree = try ComponentTree(base)
    func content(_ text: String) -> ComponentContent { ComponentContent(text) }
    let changes: [ComponentPatch.Change] = [
      .init(component: "prompts/../../etc/passwd", before: nil, after: content("x")),
      .init(component: "/etc/passwd", before: nil, after: content("x")),
      .init(component: "prompts/a\0b.md", before: nil, after: content("x")),
      .init(component: "tools", before: nil, after: content("x")),
      .init(component: "tools//x", before: nil, after: content("x")),
      .init(component: "tools/csv_peek/run/deep", before: nil, after: content("x")),
      .init(
        component: "prompts/\(String(repeating: "n", count: 300)).md", before: nil,
        after: content("x")),
      .init(component: "skills/.git/hooks", before: nil, after: content("x")),
      .init(
        component: "prompts/none.md#A", before: nil, after: content("## A\n"),
        place: "prompts/none.md"),
      .init(
        component: "prompts/system.md#A", before: nil, after: content("## B\n"),
        place: "prompts/system.md"),
      .init(
        component: "prompts/system.md#A", before: nil, after: content("## A\n## B\n"),
        place: "prompts/system.md"),
      .init(
        component: "harness.toml#limits.turns", before: content("turns = 50\n"),
        after: content("[model]\n")),
      .init(component: "harness.toml#limits", before: tree["harness.toml#limits"], after: nil),
      .init(component: "prompts/system.md", before: tree["prompts/system.md"], after: nil),
    ]
    for change in changes {
      let patch = try #require(ComponentPatch([change]))
      #expect(throws: BelayError.self, "\(change.component)") { try base.applying([patch]) }
    }
    for text in [
      "{}", "[]", "{\"changes\":[{\"component\":1}]}", "{\"changes\":[{\"component\":\"a\"}]}",
      "{\"changes\":[{\"component\":\"a\",\"after\":{\"hex\":\"0\"}}]}",
      "{\"changes\":[{\"component\":\"a\",\"after\":{\"files\":{\"\":{\"text\":\"x\"}}}}]}",
      "{\"changes\":[{\"component\":\"a\",\"after\":{\"text\":\"x\"}},{\"component\":\"a\",\"after\":{\"text\":\"y\"}}]}",
    ] {
      #expect(throws: BelayError.self) { try ComponentPatch(json: JSON.parse(Array(text.utf8))) }
    }
    #expect(throws: BelayError.self) {
      try ComponentTree(files: [Trees.file("\u{e9}", "a"), Trees.file("e\u{301}", "b")])
    }
  }

  @Test func aFolderThatAProposerLeftIsReadWithoutFollowingItsTraps() throws {
    let path = "/tmp/belay-components-\(Files.randomName())"
    try Files.makeDirectory("\(path)/tools")
    defer { try? Files.removeTree(path) }
    try Files.write([1], to: "\(path)/tools/a")
    #expect(try Harness.files(in: path).map(\.path) == ["tools/a"])
    try Files.link("/etc/passwd", at: "\(path)/link")
    #expect(throws: BelayError.self) { try Harness.files(in: path) }
    try Files.removeTree("\(path)/link")
    try Files.link("/etc", at: "\(path)/tools/etc")
    #expect(throws: BelayError.self) { try Harness.files(in: path) }
    try Files.removeTree("\(path)/tools/etc")
    try Files.write([UInt8](repeating: 65, count: 5000), to: "\(path)/big")
    #expect(throws: BelayError.self) { try Harness.files(in: path, limitBytes: 4096) }
    try Files.removeTree("\(path)/big")
    let harness = try Trees.shipped("bash-agent")
    #expect(throws: BelayError.self) { try harness.written(to: path) }
    let copy = try harness.written(to: "\(path)/new/copy")
    #expect(try Harness.load("\(path)/new/copy").digest == harness.digest)
    #expect(copy.digest == harness.digest && copy.folder?.hasSuffix("/new/copy") == true)
  }
}
