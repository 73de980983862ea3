import Base
import Testing

@testable import Climb

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

  @Test
  func `what is read without a tree is what the reader of all facts says, whatever is written`()
    throws
  {
    var texts = try Self.facts.filter {
      switch $0 {
      case .issued(.run), .finished, .clock: true
      default: false
      }
    }.map { try JSON.encoding($0).text() }
    // Else nothing would be read without a tree, and nobody would see it.
    for text in texts where !text.contains("0.30000000000000004") {
      #expect(PlainFact.read(text) != nil, "\(text)")
    }
    let endings: [(String, String)] = [
      ("0", "{}"), ("1", #"{"tokens":0}"#), ("0.25", #"{"costUSD":0.00068375}"#),
      ("0.30000000000000004", #"{"costUSD":1e-7,"tokens":12}"#), ("-0", "{}"), ("01", "{}"),
      ("1.", "{}"), (".5", "{}"), ("1e300", "{}"), ("123456789012345", "{}"),
      ("0.1234567890123456789", "{}"), (#""invalid""#, #"{"costUSD":1,"tokens":1.5}"#),
      ("9007199254740993", "{}"), ("0.000000000000001", "{}"), ("1", #"{"costUSD":null}"#),
    ]
    for (score, spent) in endings {
      texts.append(#"{"finished":{"_0":"t5","_1":\#(score),"_2":\#(spent)}}"#)
    }
    for number in 0..<300 {
      let parts: [Double] = [3, 7, 10, 100, 1000, 64]
      let value = Double(number * 7919 % 1000) / parts[number % 6]
      texts.append(try JSON.encoding(NightFact.clock(value)).text())
    }
    for text in texts {
      #expect(Self.plain(text) == Self.byTheBook(text), "\(text)")
    }
    var differing: [String] = []
    for (number, text) in texts.prefix(8).enumerated() {
      let bytes = Array(text.utf8)
      for place in bytes.indices {
        let byte = Array(#"0.,e""#.utf8)[(place + number) % 5]
        let (head, tail) = (bytes[..<place], bytes[(place + 1)...])
        let changes: [ArraySlice<UInt8>] = [
          head + [byte] + tail, head + [byte] + bytes[place...], head + tail, head,
        ]
        for changed in changes {
          let text = String(decoding: changed, as: UTF8.self)
          if Self.plain(text) != Self.byTheBook(text) { differing.append(text) }
        }
      }
    }
    #expect(differing == [])
  }

  private static func plain(_ text: String) -> NightFact? {
    try? NightFact(recorded: text, number: 1)
  }

  private static func byTheBook(_ text: String) -> NightFact? {
    try? JSON.parse(text).decode(NightFact.self)
  }
}
