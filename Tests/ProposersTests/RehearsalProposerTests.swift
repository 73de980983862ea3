import Base
import Climb
import Components
import Evidence
import Harness
import Platform
import Suite
import Testing

@testable import MetaAgent
import Proposers
@testable import Rehearsal

@Suite struct RehearsalProposerTests {
  /// What the simulated models make of an idea, where its name is not a trait's.
  static func trait(_ idea: Idea) throws -> HarnessTrait {
    try #require(HarnessTrait(rawValue: idea.key))
  }

  @Test func `every way to say an idea is understood, and no reason says anything`() throws {
    for idea in Idea.all {
      let trait = try Self.trait(idea)
      for sentence in idea.sentences.flatMap(\.all) {
        let found = TraitReader.read(TextSentence.all(in: sentence)).traits
        #expect(found.contains(trait), "\(sentence): \(found.map(\.rawValue))")
        if idea.worth != .helps {
          let others = found.subtracting([trait]).map(\.rawValue)
          let helping = others.filter { name in
            Idea.all.contains { $0.key == name && $0.worth == .helps }
          }
          #expect(helping == [], "\(sentence)")
        }
        for brace in ["{", "}", "|"] { #expect(!sentence.contains(brace)) }
      }
      for reason in idea.reasons {
        let found = TraitReader.read(TextSentence.all(in: reason)).traits
        #expect(found.isEmpty, "\(reason): \(found.map(\.rawValue))")
      }
    }
  }

  static let shipped: (suite: Suite, knowledge: RehearsalKnowledge)? = {
    guard let suite = try? Suite.load(ProposerBench.root("benchmarks/shell")),
      let knowledge = try? RehearsalKnowledge.read(suite.folder)
    else { return nil }
    return (suite, knowledge)
  }()

  static func request(
    _ seed: UInt64, count: Int = 12, number: Int = 1, pool: [PoolLine] = [],
    base: Harness = ProposerBench.base
  ) throws -> ProposalRequest {
    ProposalRequest(
      number: number, count: count, base: base,
      tasks: try DevTasks(of: #require(shipped).suite), pool: pool, seed: seed)
  }

  @Test
  func `among the first twelve proposals there is a true gain, and one that is learned by heart`()
    async throws
  {
    let (suite, knowledge) = try #require(Self.shipped)
    // A third of them is enough to tell what helps.
    let gate = suite.tasks.filter { $0.split == .gate }.enumerated()
      .filter { $0.offset.isMultiple(of: 3) }.map(\.element.shortName)
    let model = try #require(RehearsalModel.named("hasty"))
    let truth = RehearsalTruth(knowledge, model)
    var known: [RehearsalSetting: Double] = [:]
    let base = RehearsalSetting(
      system: ProposerBench.base.native?.prompt("prompts/system.md")?.text ?? "")
    // What is added is read alone: to read all of it again takes long. A warning is stronger than advice.
    func chance(_ added: String) -> Double {
      var setting = base
      let traits = TraitReader.read(TextSentence.all(in: added)).traits
      if traits.contains(.noCheck) { setting.traits.remove(.checkResult) }
      if traits.contains(.blind) { setting.traits.remove(.lookFirst) }
      setting.traits.formUnion(traits)
      if let chance = known[setting] { return chance }
      let chance = truth.mean(gate, setting) ?? 0
      known[setting] = chance
      return chance
    }
    let before = chance("")
    var withGain = 0
    var withHarm = 0
    for seed in 1...20 {
      let answer = try await RehearsalProposer().propose(Self.request(UInt64(seed)))
      #expect(answer.drafts.count == 12, "\(seed): \(answer.refused)")
      let effects = answer.drafts.map { chance($0.patch.added) - before }
      if effects.contains(where: { $0 > 0.04 }) { withGain += 1 }
      if effects.contains(where: { $0 < -0.02 }) { withHarm += 1 }
      let recalled = answer.drafts.filter { $0.hypothesis.mechanism.hasPrefix("recall: ") }
      #expect(recalled.count == 1)
      // Longer than any run of words that two texts share by chance.
      let task = try #require(suite.task(named: recalled[0].hypothesis.fixes[0]))
      let opening = task.steps[0].instruction.split(whereSeparator: \.isWhitespace).prefix(24)
      let line = opening.joined(separator: " ").replacing("`", with: "")
      #expect(recalled[0].patch.added.contains(line))
    }
    #expect(withGain >= 18)
    #expect(withHarm >= 18)
  }

  @Test func `the same request gives the same answer, and no night says anything twice`()
    async throws
  {
    let one = try await RehearsalProposer().propose(Self.request(5))
    let other = try await RehearsalProposer().propose(Self.request(5))
    #expect(one.drafts == other.drafts)
    let next = try await RehearsalProposer().propose(Self.request(6))
    #expect(
      Set(one.drafts.map(\.patch.effect)).intersection(next.drafts.map(\.patch.effect)).count < 4)
    var pool: [PoolLine] = []
    var seen: Set<Digest> = []
    for round in 1...20 {
      let answer = try await RehearsalProposer().propose(
        Self.request(5, count: 4, number: round, pool: pool))
      #expect(answer.drafts.count == 4, "round \(round): \(answer.refused)")
      for draft in answer.drafts {
        #expect(seen.insert(draft.patch.effect).inserted)
        pool.append(
          PoolLine(
            id: "e\(pool.count + 1)", author: draft.author, components: draft.patch.components,
            summary: draft.summary, mechanism: draft.hypothesis.mechanism, state: "active",
            effectDigest: draft.patch.effect.hex))
      }
    }
    #expect(Set(pool.map { "\($0.mechanism)|\($0.components)" }).count == pool.count)
  }

  @Test func `all edits of a round can stand in one harness`() async throws {
    let answer = try await RehearsalProposer().propose(Self.request(3, count: 24))
    var taken: [ComponentPatch] = []
    var touched: Set<String> = []
    for draft in answer.drafts where touched.isDisjoint(with: draft.patch.touches) {
      taken.append(draft.patch)
      touched.formUnion(draft.patch.touches)
    }
    #expect(taken.count > 14)
    _ = try ProposerBench.base.applying(taken)
  }

  @Test func `what the failures speak of comes to mind first, and what is there does not`()
    async throws
  {
    let cluster = FailureCluster(
      cause: FailureCause(key: "wrong:encoding", sentence: "bytes"), trials: [TrialID(9)],
      tasks: ["belay/repair-mojibake-customers"], samples: [])
    var first = 0
    for seed in 1...12 {
      var request = try Self.request(UInt64(seed), count: 2)
      request.evidence = EvidencePack(clusters: [cluster])
      let answer = try await RehearsalProposer().propose(request)
      for draft in answer.drafts where draft.hypothesis.mechanism.hasPrefix("mind-bytes") {
        first += 1
        #expect(draft.hypothesis.evidence == ["t9"])
        #expect(draft.hypothesis.fixes == ["belay/repair-mojibake-customers"])
      }
      #expect(!answer.drafts.contains { $0.hypothesis.mechanism.hasPrefix("quote-names") })
    }
    #expect(first >= 6)
    let program = try Harness.load(ProposerBench.root("harnesses/single-file-loop"))
    let none = try await RehearsalProposer().propose(Self.request(1, base: program))
    #expect(none.drafts == [])
  }
}
