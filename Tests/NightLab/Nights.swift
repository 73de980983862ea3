internal import Base
package import Climb
internal import Stats

/// Nights that tests read, as lists of facts.
package enum Nights {
  package static let hostile = NightLab.hostile

  package static func rules() -> NightRules {
    let dev = (0..<4).map { NightTask(name: "d\($0)", split: .dev) }
    let gate = (0..<4).map { NightTask(name: "g\($0)", split: .gate) }
    var rules = NightRules(seed: 1, tasks: dev + gate, rollouts: 5000)
    rules.proposers = ["model"]
    rules.stops.costUSD = 20
    rules.stops.deadlineSeconds = 3600
    return rules
  }

  package static func proposal(_ number: Int, author: String = "model", fixes: [String] = [])
    -> Proposal
  {
    Proposal(
      author: author,
      edit: Edit(components: ["prompts/system.md#\(number)"], value: .patch("p\(number)")),
      hypothesis: Hypothesis(
        evidence: ["t1"], cause: "cause \(hostile)", mechanism: "mechanism \(number)",
        fixes: fixes, risks: fixes.isEmpty ? [] : ["d3"], gain: 0.1),
      summary: "idea \(number) \(hostile)")
  }

  package static func verdict(_ gate: String, _ word: GateVerdict.Word) -> GateVerdict {
    GateVerdict(
      gate: gate, word: word, figures: ["tokens": 14], sentence: "\(gate) says \(hostile)",
      quotes: ["a quote \(hostile)"])
  }

  package static func order(
    _ number: Int, _ candidate: Int, task: Int, _ purpose: TrialPurpose, draw: Int = 0
  ) -> TrialOrder {
    TrialOrder(
      id: TrialID(number), candidate: CandidateID(candidate), task: task, purpose: purpose,
      attempt: 1, draw: TrialDraw(stream: 10, visit: draw))
  }

  package static func ordered(_ number: Int, from proposer: String = "model") throws -> NightFact {
    let json: JSON = [
      "issued": [
        "_0": [
          "propose": ["_0": ["number": .int(number), "proposer": .string(proposer), "count": 4]]
        ]
      ]
    ]
    return try json.decode(NightFact.self)
  }

  package static func opening(_ race: Int, candidate: Int, edits: [Int]) throws -> RaceOpening {
    let rules = try JSON.encoding(Race.Rules(threshold: 10, patience: 1))
    let json: JSON = [
      "number": .int(race), "candidate": .string("c\(candidate)"),
      "edits": .array(edits.map { .string("e\($0)") }), "control": "c1", "question": "better",
      "rules": rules, "expected": 0.2,
    ]
    return try json.decode(RaceOpening.self)
  }

  package static func figures(_ race: Int, logE: Double = 3) throws -> RaceFigures {
    let json: JSON = [
      "race": .int(race), "pairs": 40, "logE": .double(logE), "bar": 2.3, "shrunk": 0.333,
    ]
    return try json.decode(RaceFigures.self)
  }

  /// A pool with a blocked edit, one in doubt and two that pass, and a race that is open.
  package static func racing() throws -> [NightFact] {
    var facts: [NightFact] = [.opened(rules())]
    facts.append(
      .assembled(CandidateID(1), harness: "h1", candidate: CandidateID(41)))
    facts.append(try ordered(1))
    facts.append(
      .proposed(
        1,
        [
          proposal(1, fixes: ["d0", "d1"]), proposal(2), proposal(3, author: "command:\(hostile)"),
          proposal(4), proposal(1),
        ], Spending(costUSD: 0.5, tokens: 900), note: hostile))
    facts.append(.issued(.absorb(through: 0)))
    for edit in 1...4 { facts.append(.issued(.reflect(EditID(edit)))) }
    let passes = [verdict("judge", .pass)]
    facts.append(.reflected(EditID(1), passes, prior: 1, Spending(costUSD: 0.01)))
    facts.append(.reflected(EditID(2), [verdict("judge", .undecided)], prior: 2, Spending()))
    facts.append(.reflected(EditID(3), [verdict("canary", .fail)], prior: 1, Spending()))
    facts.append(.reflected(EditID(4), passes, prior: 1, Spending()))
    facts.append(.issued(.absorb(through: 0)))
    facts.append(.issued(.drop(EditID(4), verdict("harmful", .fail))))
    facts.append(.issued(.screen(trials: 100)))
    facts.append(.issued(.race(try opening(1, candidate: 2, edits: [1, 2]))))
    facts.append(.assembled(CandidateID(2), harness: "h2", candidate: CandidateID(57)))
    // Of three pairs two are won and one is tied; and dev trials with and without the edit.
    var number = 1
    func run(_ candidate: Int, _ task: Int, _ purpose: TrialPurpose, _ score: Double, draw: Int) {
      facts.append(.issued(.run(order(number, candidate, task: task, purpose, draw: draw))))
      facts.append(.finished(TrialID(number), .scored(score), Spending(costUSD: 0.1)))
      number += 1
    }
    for pair in 0..<3 {
      run(1, 4 + pair, .bank(visit: 0), pair == 2 ? 1 : 0, draw: 0)
      run(2, 4 + pair, .race(1, pair: pair), 1, draw: 0)
    }
    for visit in 0..<6 {
      run(1, 0, .pilot(visit: visit), 0, draw: visit)
      run(2, 0, .smoke(EditID(1), number: visit), 1, draw: visit)
      run(1, 3, .pilot(visit: visit), 1, draw: visit)
      run(2, 3, .smoke(EditID(1), number: visit), 1, draw: visit)
    }
    return facts
  }

  package static func report(
    champion: Int, vault differences: [Double]?, pruned: [EditID] = []
  ) throws -> NightReport {
    var json: JSON = [
      "candidate": .string("c\(champion)"), "score": 0.613,
      "interval": ["low": 0.58, "high": 0.65], "trials": 60, "adoptions": 1, "isAwaited": false,
      "baseline": ["score": 0.475, "interval": ["low": 0.44, "high": 0.51], "trials": 60],
      "bracket": ["low": 0.05, "high": 0.138], "rolledBack": [],
      "pruned": .array(pruned.map { .string("\($0)") }), "stop": "rollouts",
      "vault": nil, "unverified": differences == nil ? "no vault tasks" : nil,
    ]
    if let differences, let paired = PairedDifference(differences) {
      json["vault"] = [
        "tasks": .array(
          differences.enumerated().map { ["name": .string("v\($0)"), "difference": .double($1)] }),
        "mean": .double(paired.difference.mean),
        "interval": [
          "low": .double(paired.difference.interval.low),
          "high": .double(paired.difference.interval.high),
        ],
        "baseline": 0.482, "champion": 0.589, "trials": .int(differences.count * 4),
      ]
    }
    return try json.decode(NightReport.self)
  }

  /// The same night to its end.
  package static func finished(champion: Int = 2, vault: [Double]?) throws -> [NightFact] {
    var facts = try racing()
    if champion == 2 {
      facts.append(.inspected(CandidateID(2), [verdict("regrade", .pass)], Spending()))
      facts.append(.issued(.adopt(CandidateID(2), try figures(1))))
    } else {
      facts.append(.issued(.refuse(CandidateID(2), .futile, try figures(1, logE: -1))))
    }
    return facts + [.issued(.halt(try report(champion: champion, vault: vault)))]
  }
}
