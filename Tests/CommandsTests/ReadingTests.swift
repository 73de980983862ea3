import Base
import Platform
import Testing

@testable import Commands
@testable import Console

@Suite struct ReadingTests {
  /// Members of every envelope.
  static let frame: Set<String> = [
    "schema", "as_of", "counts", "truncated", "items", "next", "hints",
  ]

  @Test(
    arguments: [
      (["leaderboard"], "belay.leaderboard/1", 2),
      (["leaderboard", "--suite", "sample", "--limit", "1"], "belay.leaderboard/1", 1),
      (["matrix"], "belay.matrix/1", 3),
      (["matrix", "c1", "beta", "--changed"], "belay.matrix/1", 2),
      (["matrix", "al"], "belay.matrix/1", 3),
      (["compare", "c1", "c2"], "belay.compare/1", 3),
      (["compare", "r1", "r2/c2"], "belay.compare/1", 3),
      (["sql", "SELECT name FROM suite"], "belay.sql/1", 1),
      (["search", "quux", "missing"], "belay.search/1", 6),
      (["suite"], "belay.suites/1", 1),
      (["schema", "suite"], "belay.schema/1", 4),
      (["show", "r1"], "belay.show/1", 1),
      (["show", "t2"], "belay.show/1", 1),
      (["show", "be"], "belay.show/1", 1),
      (["show", "task-1"], "belay.show/1", 1),
      (["show", "org/task-4"], "belay.show/1", 1),
      (["log"], "belay.runs/1", 2),
      (["log", "r1"], "belay.log/1", 3),
      (["log", "r1", "--limit", "2"], "belay.log/1", 2),
      (["trace", "t1"], "belay.trace/1", 0),
      (["db", "check"], "belay.db-check/1", 0),
      (["db", "backup", "copy.sqlite"], "belay.db-backup/1", 1),
      (["gc", "--dry-run"], "belay.gc/1", 1),
      (["gc"], "belay.gc/1", 1),
      (["export", "--to", "all.csv", "--json"], "belay.export/1", 1),
      (["export", "r1", "--format", "harbor", "--to", "job", "--json"], "belay.export/1", 1),
    ] as [([String], String, Int)])
  func `a page is one envelope`(words: [String], schema: String, items: Int) async throws {
    try await Scratch.with { scratch in
      _ = try await SampleLab.make(in: scratch)
      let answer = await scratch.belay(words)
      #expect(answer.code == 0, "\(answer.err)")
      #expect(answer.out.hasSuffix("\n") && answer.out.split(separator: "\n").count == 1)
      #expect(answer.json["schema"].string == schema)
      #expect(Set(answer.json.object.map { $0.keys } ?? [:].keys).isSuperset(of: Self.frame))
      #expect(answer.json["items"].array?.count == items)
      // What wrote a file refuses to write it again.
      if words.contains("backup") || words.contains("--to") {
        #expect(await scratch.belay(words).code == 2)
        return
      }
      let text = await scratch.belay(words, isTerminal: true)
      #expect(text.code == 0 && text.out.hasSuffix("\n"))
      #expect(!text.out.contains("\u{1B}"))
    }
  }

  @Test(
    arguments: [
      (["sql", "DELETE FROM run"], 2, "usage"), (["sql", "SELEC"], 2, "usage"),
      (["compare", "c1", "c9"], 3, "not_found"), (["compare", "c1", "nobody"], 3, "not_found"),
      (["leaderboard", "--suite", "nothing"], 3, "not_found"),
      (["compare", "c2", "c1", "--fail-on-regression"], 0, nil),
      (["matrix", "--select", "tsk"], 2, "usage"),
    ] as [([String], Int32, String?)])
  func `an error has its code and kind`(words: [String], code: Int32, kind: String?) async throws {
    try await Scratch.with { scratch in
      _ = try await SampleLab.make(in: scratch)
      let answer = await scratch.belay(words)
      #expect(answer.code == code, "\(answer.err)")
      #expect(answer.error["kind"].string == kind)
    }
  }

  @Test(arguments: [
    ["leaderboard"], ["matrix"], ["compare", "c1", "c2"], ["search", "quux"], ["suite"],
    ["suite", "show", "suites/one"], ["suite", "split", "suites/one"], ["init", "other"],
    ["doctor"], ["check", "suites/one/tasks/odd"], ["gc", "--dry-run"], ["db", "backup", "x"],
    ["schema"],
  ]) func `what --compact keeps is there`(words: [String]) async throws {
    try await Scratch.with { scratch in
      _ = try await SampleLab.make(in: scratch)
      try scratch.write(
        "[metadata]\ncategory = \"x\"\nodd_key = 1\n", to: "suites/one/tasks/odd/task.toml")
      try scratch.write("Do it.\n", to: "suites/one/tasks/odd/instruction.md")
      try scratch.write("FROM debian\n", to: "suites/one/tasks/odd/environment/Dockerfile")
      try scratch.write("exit 0\n", to: "suites/one/tasks/odd/tests/test.sh")
      try scratch.write("name = \"one\"\n", to: "suites/one/suite.toml")
      let isNoun = ["suite", "db"].contains(words[0])
      let located = try BelayProgram.program.locate(
        words == ["suite"] ? ["suite", "list"] : Array(words.prefix(isNoun ? 2 : 1)))
      let fields = located.command.form.compact
      #expect(!fields.isEmpty)
      let answer = await scratch.belay(
        words.map { $0.hasPrefix("suites/") ? scratch.path($0) : $0 })
      let items = try #require(answer.json["items"].array, "\(answer.err)")
      #expect(!items.isEmpty)
      let missing = Selection(fields).missing(in: items)
      #expect(missing == nil, "\(missing?.path ?? "") of \(missing?.known ?? [])")
    }
  }

  @Test func `without a lab the hint is belay init, and a lab is found from below`() async throws {
    try await Scratch.with { scratch in
      let answer = await scratch.belay(["leaderboard"])
      #expect(answer.code == 3)
      #expect(answer.error["hint"].string == "belay init")
      _ = try await SampleLab.make(in: scratch)
      let other = Scratch(folder: scratch.path("deep/er"))
      try Files.makeDirectory(other.folder)
      #expect(await other.belay(["leaderboard"]).code == 0)
      #expect(
        await Scratch(folder: "/").belay(
          ["leaderboard"], environment: ["BELAY_LAB": scratch.path(".belay")]
        ).code == 0)
    }
  }

  @Test func `lines that agents wrote are withheld unless asked for, and then harmless`()
    async throws
  {
    try await Scratch.with { scratch in
      _ = try await SampleLab.make(in: scratch)
      let held = await scratch.belay(["search", "quux"], isTerminal: true)
      #expect(!held.out.contains("quux"))
      let shown = await scratch.belay(["search", "quux", "--content"], isTerminal: true)
      #expect(shown.out.contains("\\u{1b}[31m quux"))
      #expect(!shown.out.contains("\u{1B}"))
    }
  }

  @Test(arguments: [
    (["export"], "csv"), (["export", "--format", "jsonl"], "jsonl"),
    (["export", "r2", "--outcome", "completed"], "csv"),
  ]) func `an export goes to stdout as it is`(words: [String], format: String) async throws {
    try await Scratch.with { scratch in
      _ = try await SampleLab.make(in: scratch)
      let answer = await scratch.belay(words)
      let lines = answer.out.split(whereSeparator: \.isNewline)
      #expect(answer.code == 0 && lines.count >= 4)
      #expect((lines.first?.hasPrefix("{") ?? false) == (format == "jsonl"))
      #expect(await scratch.belay(words + ["--json"]).code == 2)
      #expect(await scratch.belay(words + ["--to", "file"]).code == 0)
      let written = try Files.readText(scratch.path("file"))
      #expect(written == answer.out)
    }
  }

  @Test func `a Harbor job is taken in once, and scores as it did`() async throws {
    try await Scratch.with { scratch in
      _ = try await SampleLab.make(in: scratch)
      let export = ["export", "r2", "--format", "harbor", "--to", "job"]
      #expect(await scratch.belay(export).code == 0)
      let answer = await scratch.belay(["import", "harbor", "job"])
      #expect(answer.code == 0, "\(answer.err)")
      #expect(answer.json["items"][0]["trials"].int == 3)
      #expect(answer.json["items"][0]["scored"].int == 3)
      let again = await scratch.belay(["import", "harbor", "job"])
      #expect(again.error["hint"].string == "belay show r3")
      let scores = ["sql", "SELECT sum(score) AS sum FROM attempt JOIN trial ON trial.id = trial"]
      let sum = await scratch.belay([scores[0], scores[1] + " WHERE run = 3"])
      #expect(sum.json["items"][0]["sum"].double == 3)
      #expect(await scratch.belay(["db", "check"]).code == 0)
    }
  }

  @Test func `sql reads its statement from stdin and names columns apart`() async throws {
    try await Scratch.with { scratch in
      _ = try await SampleLab.make(in: scratch)
      let answer = await scratch.belay(["sql", "-"], input: "SELECT 1 AS n, 2 AS n, x'ff' AS b")
      #expect(answer.json["items"].text() == "[{\"b\":\"x'ff'\",\"n\":1,\"n_2\":2}]")
    }
  }

  @Test func `init makes a lab once and says what it found`() async throws {
    try await Scratch.with { scratch in
      let first = await scratch.belay(["init"])
      #expect(first.json["items"][0]["created"].bool == true)
      #expect(first.json["items"][0]["lab"].string == scratch.path(".belay"))
      #expect(await scratch.belay(["init"]).json["items"][0]["created"].bool == false)
      let named = await scratch.belay(["init", "sub"], isTerminal: true)
      #expect(named.out == "made a lab: \(scratch.path("sub/.belay"))\n")
      let ignored = try Files.readText(scratch.path(".belay/.gitignore"))
      #expect(ignored == "*\n")
    }
  }
}
