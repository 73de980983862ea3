import Base
import Climb
import Testing

/// Facts as they are kept.
@Suite struct FactTests {
  static let verdict = GateVerdict(
    gate: "canary", word: .fail, figures: ["shared": 12], sentence: "It quotes a task.",
    quotes: ["x"])
  static let proposal = Proposal(
    author: "command:claude",
    edit: Edit(components: ["b", "a", "b"], value: .patch("00ff"), requires: [EditID(1)], size: 9),
    hypothesis: Hypothesis(evidence: ["t5"], cause: "c", mechanism: "m", gain: 0.04), summary: "s")

  static func order(_ purpose: TrialPurpose) -> NightFact {
    .issued(
      .run(
        TrialOrder(
          id: TrialID(1_000_000), candidate: CandidateID(20_000), task: 59, purpose: purpose,
          attempt: 1, draw: TrialDraw(stream: 19, visit: 1000))))
  }

  static let twinned: NightRules = {
    var rules = NightRules(
      seed: 1,
      tasks: [NightTask(name: "a", split: .dev), NightTask(name: "b", split: .dev, twinOf: 0)],
      rollouts: 1000)
    rules.twins = TwinRules(rollouts: 1000)
    return rules
  }()

  static let facts: [NightFact] = [
    .opened(
      NightRules(
        seed: .max, tasks: [NightTask(name: "a", split: .dev, family: "f")], rollouts: 1000)),
    .proposed(1, [proposal], Spending(costUSD: 0.25, tokens: 1000), note: nil),
    .reflected(EditID(1), [verdict], prior: 5, Spending()),
    .finished(TrialID(7), .scored(0.1 + 0.2), Spending(costUSD: 0.01, tokens: 1234)),
    .finished(TrialID(8), .invalid, Spending()), .finished(TrialID(9), .unfit, Spending()),
    .inspected(CandidateID(2), [], Spending(tokens: 5)),
    .assembled(CandidateID(2), harness: "ab", candidate: CandidateID(31)),
    .steered(Steering(by: "ada", reason: "late", order: .pause(hard: true))),
    .steered(Steering(by: "ada", order: .retune(Retuning(rollouts: 5)))),
    .steered(Steering(by: "ada", order: .veto(component: "tools/x"))), .clock(12.5), .resumed,
    .issued(.drop(EditID(3), verdict)), .issued(.reflect(EditID(3))),
    .issued(.pause("nothing could be judged")),
    order(.pilot(visit: 1)), order(.smoke(EditID(4), number: 2)), order(.screen(number: 9)),
    order(.race(2, pair: 17)), order(.bank(visit: 3)), order(.report(visit: 0)),
    order(.vault(visit: 1)), order(.twin(3, number: 17)),
    .opened(twinned),
  ]

  @Test func `every fact comes back from its JSON, and the frequent ones are short`() throws {
    for fact in Self.facts {
      let text = try JSON.encoding(fact).text()
      #expect(try JSON.parse(text).decode(NightFact.self) == fact)
      switch fact {
      case .issued(.run), .finished: #expect(text.utf8.count <= 120, "\(text)")
      default: break
      }
    }
  }
}
