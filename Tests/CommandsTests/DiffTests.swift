import Base
import Harness
import Platform
import Testing

@testable import Commands

@Suite struct DiffTests {
  static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  @Test func `two harnesses are set apart by component and word, and a candidate is written out`()
    async throws
  {
    try await Scratch.with { scratch in
      let base = "\(Self.root)/harnesses/bash-agent"
      let files = try Harness.load(base).files.map { file in
        var text = String(decoding: file.content, as: UTF8.self)
        text = text.replacing("turns = 50", with: "turns = 80").replacing(
          "Change as little as the task needs.", with: "Change as little as the job needs.")
        return HarnessFile(
          path: file.path, isExecutable: file.isExecutable, content: Array(text.utf8))
      }
      let edited = try Harness.load(files: files, named: "edited")
      _ = try edited.written(to: scratch.path("edited"))
      let page = await scratch.belay(["diff", base, scratch.path("edited"), "--json"])
      #expect(page.code == 0, "\(page.err)")
      #expect(page.json["schema"].string == "belay.diff/1")
      #expect(
        page.json["items"].array?.compactMap { $0["component"].string } == [
          "harness.toml#limits.turns", "prompts/system.md#Work",
        ])
      let text = await scratch.belay(
        ["diff", base, scratch.path("edited")], isTerminal: true, environment: ["NO_COLOR": "1"])
      #expect(text.out.contains("prompts/system.md#Work (changed)"), "\(text.out)")
      #expect(
        text.out.contains("[-50-]{+80+}") && text.out.contains("[-task-]{+job+}"), "\(text.out)")
      // In colour the words are told by it, and nothing stands in brackets.
      let painted = await scratch.belay(["diff", base, scratch.path("edited")], isTerminal: true)
      #expect(painted.out.contains("\u{1B}[1;32mjob\u{1B}[0m"), "\(painted.out)")
      let same = await scratch.belay(["diff", base, base, "--json"])
      #expect(same.json["same"].bool == true && same.json["items"].array == [])

      _ = try await SampleLab.make(in: scratch)
      let made = await scratch.belay(["checkout", "c2", "out", "--json"])
      #expect(made.code == 0 && made.json["items"][0]["files"].int == 2, "\(made.err)")
      #expect(try Harness.load(scratch.path("out")).name == "beta")
      let again = await scratch.belay(["checkout", "c2", "out"])
      #expect(again.code == 2 && again.err.contains("not empty"))
      let none = await scratch.belay(["checkout", "c99", "elsewhere"])
      #expect(none.code == 3 && !Files.isDirectory(scratch.path("elsewhere")))
      let lab = await scratch.belay(["diff", "c1", "c2", "--json"])
      #expect(lab.code == 0 && (lab.json["items"].array ?? []).count >= 1, "\(lab.err)")
    }
  }
}
