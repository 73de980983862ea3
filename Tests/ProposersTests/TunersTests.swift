import Base
import Climb
import Components
import Evidence
import Harness
import Testing

@testable import Proposers

/// Proposers that ask no model: knobs, crossings, panels.
@Suite struct TunersTests {
  static let base = ProposerBench.base

  static func request(
    _ count: Int, seed: UInt64 = 1, number: Int = 1, base: Harness = base, pool: [PoolLine] = [],
    archive: [ArchivedCandidate] = []
  ) throws -> ProposalRequest {
    ProposalRequest(
      number: number, count: count, base: base, baseCandidate: CandidateID(1),
      tasks: try DevTasks([]), pool: pool, archive: archive, seed: seed)
  }

  static func line(_ draft: Draft, _ effect: Double?, state: String = "active") -> PoolLine {
    PoolLine(
      id: "e1", author: draft.author, components: draft.patch.components, summary: draft.summary,
      mechanism: draft.hypothesis.mechanism, state: state, effect: effect, error: 0.05,
      level: draft.levels.first?.value.text(), effectDigest: draft.patch.effect.hex)
  }

  @Test func `the tuner tries every level of every knob once and says when there is none left`()
    async throws
  {
    var pool: [PoolLine] = []
    var seen: Set<String> = []
    for number in 1...60 {
      let answer = try await KnobProposer().propose(Self.request(3, number: number, pool: pool))
      if answer.drafts.isEmpty {
        #expect(answer.note == "every level was tried")
        break
      }
      #expect(Set(answer.drafts.flatMap(\.levels).map(\.target)).count == answer.drafts.count)
      for draft in answer.drafts {
        #expect(draft.levels.count == 1)
        #expect(seen.insert("\(draft.levels)").inserted)
        pool.append(Self.line(draft, 0))
      }
    }
    let targets = Set(pool.map { $0.components.joined() })
    #expect(targets.count == Self.base.native?.knobs.count)
    #expect((20...40).contains(pool.count), "\(pool.count)")
  }

  @Test func `what was good nearby is tried more often than what was bad nearby`() async throws {
    let knob = try #require(Self.base.native?.knobs.first { $0.target == "limits.turns" })
    let turns = KnobScale(knob, now: .int(50))
    #expect(turns.levels.map(\.value) == [20, 26, 34, 45, 58, 76, 100])
    let belief = KnobScale.belief(at: 0.9, [(0.5, 0, 0.001), (1, 0.3, 0.05), (0, -0.3, 0.05)])
    #expect(belief.mean > 0.2)
    #expect(belief.deviation < 0.1)
    let far = KnobScale.belief(at: 0, [(1, 0.3, 0.05)])
    #expect(abs(far.mean) < 0.01 && far.deviation > 0.19)
  }

  static func candidate(
    _ number: Int, _ parents: [Int], _ edits: [(String, String)], on origin: Harness = base
  ) throws -> ArchivedCandidate {
    var files = origin.files
    for (title, text) in edits {
      let index = try #require(files.firstIndex { $0.path == "prompts/system.md" })
      files[index] = HarnessFile(
        path: "prompts/system.md", isExecutable: false,
        content: files[index].content + Array("## \(title)\n\n\(text)\n".utf8))
    }
    return ArchivedCandidate(
      id: CandidateID(number), parents: parents.map { CandidateID($0) },
      harness: try Harness.load(files: files, named: "bash-agent", near: origin.origin),
      hypotheses: [Hypothesis(fixes: [], gain: 0.1)], state: "active")
  }

  @Test func `a crossing brings over what other lineages have and keeps what the base has`()
    async throws
  {
    let root = try Self.candidate(2, [], [])
    let mine = try Self.candidate(1, [2], [("Mine", "Stay.")])
    let left = try Self.candidate(3, [2], [("Left", "One."), ("More", "Two.")])
    let right = try Self.candidate(4, [2], [("Right", "Three.")])
    let child = try Self.candidate(5, [1], [("Child", "Four.")], on: mine.harness)
    let answer = try await MergeProposer().propose(
      Self.request(8, base: mine.harness, archive: [root, mine, left, right, child]))
    let sets = answer.drafts.map { Set($0.patch.components.map { $0.split(separator: "#")[1] }) }
    #expect(sets.prefix(3) == [["Left", "More"], ["Right"], ["Child"]])
    // A section that stands behind another new one comes with it.
    #expect(sets.contains(["Child", "Right"]), "\(sets)")
    #expect(Set(sets).count == sets.count)
    for draft in answer.drafts {
      let crossed = try mine.harness.applying([draft.patch])
      #expect(crossed.native?.prompt("prompts/system.md")?.text.contains("Stay.") == true)
    }
    let alone = try await MergeProposer().propose(Self.request(8, archive: [root]))
    #expect(alone.drafts == [])
  }

  /// Hands in sections of a prompt, or fails.
  struct Member: Proposing {
    let name: String
    let sections: [(title: String, text: String, mechanism: String)]
    var fails = false

    func propose(_ request: ProposalRequest) async throws -> ProposalAnswer {
      if fails { throw BelayError(.provider, "\(name) is down") }
      var intake = try Intake(request, author: name)
      for section in sections {
        let files = try TunersTests.candidate(9, [], [(section.title, section.text)]).harness.files
        intake.take(files: files, Hypothesis(mechanism: section.mechanism), summary: section.title)
      }
      return ProposalAnswer(drafts: intake.drafts, spending: Spending(costUSD: 0.5, tokens: 10))
    }
  }

  @Test func `what several come to by themselves stands first, said once and in its shortest form`()
    async throws
  {
    let panel = PanelProposer([
      Member(
        name: "a",
        sections: [
          ("Alone", "Only I think of that.", "something else entirely"),
          (
            "Quotes", "Quote all names and all of the paths in the shell.",
            "quote names in the shell"
          ),
        ]),
      Member(name: "down", sections: [], fails: true),
      Member(name: "b", sections: [("Names", "Quote names.", "quote all names in the shell")]),
      Member(name: "c", sections: [("Third", "Check it.", "check results before the end")]),
    ])
    let answer = try await panel.propose(Self.request(2))
    #expect(answer.drafts.map(\.support) == [2, 1])
    #expect(answer.drafts[0].patch.components == ["prompts/system.md#Names"])
    #expect(answer.drafts[0].author == "panel")
    #expect(answer.spending == Spending(costUSD: 1.5, tokens: 30))
    #expect(answer.note.contains("down failed: down is down"))
    await #expect(throws: BelayError.self) {
      try await PanelProposer([Member(name: "down", sections: [], fails: true)])
        .propose(Self.request(1))
    }
  }
}
