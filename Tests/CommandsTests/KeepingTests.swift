import Base
import Harness
import Model
import Platform
import Testing

@testable import Workbench

/// What leaves a lab and is checked elsewhere, as it is typed.
@Suite struct KeepingTests {
  @Test(arguments: [
    (["export", "r1", "--site", "out", "--split", "dev"], "--split"),
    (["export", "r1", "--site", "out", "--outcome", "completed"], "--outcome"),
    (["export", "r1", "--site", "out", "--content"], "--content"),
    (["export", "r1", "--site", "out", "--key", "k", "--to", "x"], "--to and --key"),
    (["export", "r1", "--bundle", "out", "--traces"], "--traces"),
    (
      ["export", "r1", "--bundle", "out", "--outcome", "completed", "--split", "dev"],
      "--split and --outcome"
    ),
    (["export", "r1", "--traces"], "--traces"), (["export", "r1", "--key", "k"], "--key"),
    (["export", "r1", "--format", "harbor", "--to", "out", "--split", "dev"], "--split"),
    (["verify", "file.belay", "--against", "c1"], "--against"),
    (["verify", "file.belay", "--trials", "3", "--suite", "s"], "--trials and --suite"),
    (["verify", "file.belay", "--seed", "1"], "--seed"),
    (["verify", "file.belay", "--model", "a/b"], "--model"),
  ])
  func `what does not apply is refused by name, and nothing is written`(
    words: [String], named: String
  ) async throws {
    try await Scratch.with { scratch in
      _ = try await SampleLab.make(in: scratch)
      try scratch.write("not looked at", to: "file.belay")
      let answer = await scratch.belay(words)
      #expect(answer.code == 2, "\(answer.out)")
      #expect(answer.err.contains(": \(named) do"), "\(answer.err)")
      #expect(answer.err.contains("not apply"), "\(answer.err)")
      #expect(Files.kind(scratch.path("out")) == nil)
    }
  }

  @Test func `a bundle is made for one candidate, and for none that was never tried`() async throws
  {
    try await Scratch.with { scratch in
      _ = try await SampleLab.make(in: scratch)
      let made = await scratch.belay(["export", "r1", "--bundle", "b", "--candidate", "c1"])
      #expect(made.code == 0, "\(made.err)")
      #expect(await scratch.belay(["verify", "b"]).json["candidate"] == "c1")
      let none = await scratch.belay(["export", "r1", "--bundle", "out", "--candidate", "c99"])
      #expect(none.code != 0 && none.err.contains("c99"), "\(none.err)")
      #expect(Files.kind(scratch.path("out")) == nil)
    }
  }

  @Test func `a key is its digits, or a file however long its name is`() async throws {
    try await Scratch.with { scratch in
      _ = try await SampleLab.make(in: scratch)
      #expect(await scratch.belay(["bundle", "key", "k"]).code == 0)
      let digits = try Files.readText(scratch.path("k.pub")).trimmed
      let bundled = await scratch.belay(["export", "r1", "--bundle", "b", "--key", "k"])
      #expect(bundled.code == 0, "\(bundled.err)")
      // A name whose absolute path is as long as the digits of a key.
      let room = 64 - scratch.folder.utf8.count - 1
      let long = String(repeating: "k", count: room)
      #expect(scratch.path(long).utf8.count == 64)
      try scratch.write(digits + "\n", to: long)
      for word in [digits, "k.pub", long, scratch.path(long)] {
        let checked = await scratch.belay(["verify", "b", "--trusted", word])
        let lines = checked.json["checks"].array ?? []
        let signature = lines.first { $0["check"] == "signature" }
        #expect(signature?["state"] == "holds", "\(word): \(checked.err)")
      }
      for word in ["nothing", String(repeating: "z", count: 64), "k"] {
        let refused = await scratch.belay(["verify", "b", "--trusted", word])
        #expect(refused.code == 2 && refused.error["place"].string == word, "\(refused.err)")
      }
    }
  }

  @Test(arguments: [
    ("vote", ["summarize", "task"]), ("judge", ["judge", "summarize", "task"]),
  ])
  func `a night's trials get the models that its agents ask, and no others`(
    pick: String, aliases: [String]
  ) async throws {
    try await Scratch.with { scratch in
      try scratch.write(
        """
        schema = "belay.harness/1"
        name = "wide"
        kind = "native"

        [orchestration]
        pattern = "steps"
        [[orchestration.step]]
        role = "work"
        prompt = "prompts/work.md"
        fan_out = 2
        pick = "\(pick)"
        """, to: "wide/harness.toml")
      try scratch.write("Do it.\n", to: "wide/prompts/work.md")
      let harness = try Harness.load(scratch.path("wide"))
      let model = try #require(ModelName("rehearsal/careful"))
      let night = Dictionary(
        uniqueKeysWithValues: ["task", "propose", "judge", "summarize", "other"].map { ($0, model) }
      )
      #expect(ModelFlags.ofTrials(night, of: [harness]).keys.sorted() == aliases)
      // Nor does a night say that it asked what only stands in the models file.
      let models = NightModels(night, named: [:], trialsOf: harness, proposers: ["knobs", "model"])
      #expect(models.trials.keys.sorted() == aliases)
      #expect(models.all.keys.sorted() == ["judge", "propose", "summarize", "task"])
    }
  }

  @Test(arguments: [
    (["task", "propose", "judge", "fast"], ["fast", "task"]), (["propose", "judge"], ["task"]),
    ([], ["task"]),
  ])
  func `a program in a night reaches neither who proposes nor who judges, nor what nobody named`(
    named: [String], reached: [String]
  ) async throws {
    try await Scratch.with { scratch in
      try scratch.write(
        """
        schema = "belay.harness/1"
        name = "mine"
        kind = "program"
        command = ["python3", "agent.py"]
        """, to: "mine/harness.toml")
      let harness = try Harness.load(scratch.path("mine"))
      let model = try #require(ModelName("rehearsal/careful"))
      func models(_ aliases: [String]) -> [String: ModelName] {
        Dictionary(uniqueKeysWithValues: aliases.map { ($0, model) })
      }
      let known = models(["task", "propose", "judge", "fast", "other"])
      let night = NightModels(
        known, named: models(named), trialsOf: harness, proposers: ["command:claude -p"])
      #expect(night.trials.keys.sorted() == reached)
      #expect(night.all.keys.sorted() == (reached + ["judge", "propose"]).sorted())
      // Where nothing that proposes asks a model, none is said to have been asked.
      let alone = NightModels(
        known, named: models(named), trialsOf: harness, proposers: ["knobs", "merge"])
      #expect(alone.all["propose"] == nil)
    }
  }
}
