import Base
import Climb
import Facts
import Ledger
import NightLog
import Platform
import Testing

@testable import Commands

@Suite struct NightCommandTests {
  /// The sample lab with a night that was cut off, whose process is gone.
  private func night(in scratch: Scratch) async throws {
    let lab = try await SampleLab.make(in: scratch)
    let ledger = try await lab.open()
    let suite = try lab.reader().suite("sample")
    let run = try await ledger.begin(
      RunFact(
        type: .night, suite: suite.digest, settings: ["name": "first"],
        conditions: ["models": ["task": "rehearsal/careful"]], startedAt: SampleLab.start,
        owner: ProcessOwner(pid: 1, startTicks: 1, host: Machine.hostName), command: "belay run x"))
    var rules = NightRules(
      seed: 1,
      tasks: [NightTask(name: "task-1", split: .dev), NightTask(name: "org/task-4", split: .gate)],
      rollouts: 100)
    rules.proposers = ["rehearsal"]
    let facts: [NightFact] = [
      .opened(rules), .assembled(CandidateID(1), harness: "h", candidate: CandidateID(1)),
      .steered(Steering(by: "ann", reason: "why not", order: .hint("look"))),
    ]
    try await ledger.append(
      facts.enumerated().map { place, fact in
        NightRecord(
          number: place + 1, at: SampleLab.start, kind: "fact", body: try JSON.encoding(fact).text()
        )
      }, to: run)
    try await ledger.close()
  }

  @Test(
    arguments: [
      (["status"], "belay.status/1", 1), (["status", "last"], "belay.status/1", 1),
      (["tree", "r3"], "belay.tree/1", 1), (["hypotheses"], "belay.hypotheses/1", 0),
      (["gate"], "belay.gates/1", 0), (["gate", "explain", "c1"], "belay.gate-explain/1", 0),
      (["report", "--json"], "belay.report/1", 1),
      (["report", "--format", "json"], "belay.report/1", 1),
    ] as [([String], String, Int)])
  func `a page of a night is one envelope that says that it was a rehearsal`(
    words: [String], schema: String, items: Int
  ) async throws {
    try await Scratch.with { scratch in
      try await night(in: scratch)
      let answer = await scratch.belay(words)
      #expect(answer.code == 0, "\(answer.err)")
      #expect(answer.json["schema"].string == schema)
      #expect(answer.json["items"].array?.count == items)
      #expect(answer.out.contains("\"rehearsal\":true"))
      let text = await scratch.belay(words.filter { $0 != "--json" } + [], isTerminal: true)
      #expect(text.code == 0 && text.out.hasSuffix("\n"))
      let isJSON = words.contains("json")
      #expect(isJSON || text.out.contains("ehearsal"), "\(text.out)")
      #expect(isJSON || text.out.contains("DEAD"), "\(text.out)")
    }
  }

  @Test func `an audit of a rehearsal night says who simulated it`() async throws {
    try await Scratch.with { scratch in
      try await night(in: scratch)
      let answer = await scratch.belay(["audit", "r3"])
      #expect(answer.code == 0, "\(answer.err)")
      #expect(answer.json["notes"][0] == "rehearsal: simulated by rehearsal/careful")
      let text = await scratch.belay(["audit", "r3"], isTerminal: true).out
      #expect(text.contains("rehearsal: simulated by rehearsal/careful"), "\(text)")
    }
  }

  @Test
  func `a report stays text, is Markdown when asked, and watching ends with a night that is gone`()
    async throws
  {
    try await Scratch.with { scratch in
      try await night(in: scratch)
      #expect(await scratch.belay(["report"]).out.hasPrefix("Report on r3"))
      #expect(await scratch.belay(["report", "--format", "md"]).out.contains("## Verdict"))
      let watched = await scratch.belay(["watch"])
      #expect(watched.code == 130)
      #expect(watched.json["event"].string == "done" && watched.json["state"].string == "dead")
      #expect(watched.out.split(separator: "\n").first?.contains("\"decision\"") == true)
      let live = await scratch.belay(["watch"], isTerminal: true)
      #expect(live.code == 130 && !live.out.contains("\u{1B}"))
      for (words, code) in [
        (["status", "r1"], 2), (["tree", "--path", "c9"], 3), (["gate", "explain", "e1"], 3),
        (["status", "soon"], 2), (["report", "r9"], 3),
      ] { #expect(await scratch.belay(words).code == code, "\(words)") }
    }
  }

  @Test func `promotions pile up, and a revert takes the last one off`() async throws {
    try await Scratch.with { scratch in
      _ = try await SampleLab.make(in: scratch)
      #expect(await scratch.belay(["revert", "--reason", "x"]).code == 3)
      for id in ["c1", "c2"] {
        let answer = await scratch.belay(["promote", id, "--reason", "it is better"])
        #expect(answer.code == 0 && answer.json["champion"].string == id, "\(answer.err)")
        #expect(answer.err.contains("belay verify \(id)"))
      }
      #expect(await scratch.belay(["promote", "c2"]).code == 2)
      #expect(await scratch.belay(["promote", "c9", "--reason", "x"]).code == 3)
      let back = await scratch.belay(["revert", "--reason", "slow"])
      #expect(back.json["champion"].string == "c1" && back.json["items"].array?.count == 3)
      #expect(await scratch.belay(["revert", "--reason", "again"]).code == 3)
    }
  }
}
