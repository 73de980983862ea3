import Base
import Climb
import Components
import Dialect
import Evidence
import Ledger
import MetaAgent
import Model
import Proposers
import Testing

@Suite struct ModelProposerTests {
  /// A model that uses tools as a test says: one list of uses for each turn.
  final class Player: ModelAsking {
    private let turns: Locked<[[(String, JSON)]]>
    let heard = Locked<[ModelCall]>([])
    private let fault: ModelFault?

    init(_ turns: [[(String, JSON)]], then fault: ModelFault? = nil) {
      self.turns = Locked(turns)
      self.fault = fault
    }

    func ask(_ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void)
      async throws -> ModelAnswer
    {
      heard.withLock { $0.append(call) }
      let uses = turns.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      if uses == nil, let fault { throw fault }
      var usage = ModelUsage()
      usage.inputUncached = 1_000
      usage.output = 100
      let parts = (uses ?? []).enumerated().map { index, use in
        Part.toolUse(ToolUse(id: "u\(index)", name: use.0, arguments: use.1.text()))
      }
      return ModelAnswer(
        ModelReply(
          id: "r", model: "m", parts: parts.isEmpty ? [.text("I am done.")] : parts,
          stop: parts.isEmpty ? .done : .toolUse, usage: usage),
        from: call.name, costUSD: 0.01, costBasis: .computed)
    }

    /// What the tools answered, in order.
    var answers: [ToolAnswer] {
      (heard.withLock { $0.last }?.request.turns ?? []).flatMap(\.parts).compactMap {
        if case .toolAnswer(let answer) = $0 { answer } else { nil }
      }
    }
  }

  static let model = ModelName(provider: "test", model: "m")

  static func edit(_ changes: JSON, summary: String = "mind bytes") -> JSON {
    [
      "edits": [
        [
          "summary": .string(summary),
          "hypothesis": [
            "evidence": ["t3"], "cause": "line ends", "mechanism": "look at bytes",
            "fixes": ["fix-ends"], "gain": 0.1,
          ], "changes": changes,
        ]
      ]
    ]
  }

  static func run(
    _ player: Player, count: Int = 1, limits: ModelProposer.Limits = .init(),
    _ check: (DevNight, ProposalAnswer) async throws -> Void
  ) async throws {
    try await DevNight.with { night in
      let request = ProposalRequest(
        run: night.run, number: 2, count: count, base: ProposerBench.base,
        baseCandidate: night.candidates[0], tasks: try night.tasks,
        evidence: try night.reader.pack(base: night.candidates[0]), reader: try night.reader,
        pool: [
          PoolLine(
            id: "e1", author: "x", components: ["a"], summary: "tried", mechanism: "m",
            state: "dropped", verdicts: [.init(gate: "race", word: .fail)])
        ], seed: 1)
      try await check(
        night, try await ModelProposer(Self.model, asking: player, limits: limits).propose(request))
    }
  }

  @Test func `it reads, compares and hands in, and nothing of a hidden task reaches it`()
    async throws
  {
    let player = Player([
      [("list_trials", ["passed": false]), ("open_trial", ["trial": "t1"])],
      [
        ("compare_trials", ["passed": "t1", "failed": "t2"]), ("search", ["text": "data.csv"]),
        ("search", ["text": .string(DevNight.canary)]),
        ("sql", ["statement": "SELECT task, sum(passed) FROM trials GROUP BY task ORDER BY task"]),
        ("sql", ["statement": "SELECT gate, word FROM verdicts"]), ("pool", [:]),
        ("candidates", [:]), ("read_task", ["task": "fix-ends"]),
        ("read_harness", [:]), ("read_harness", ["component": "prompts/system.md#Finish"]),
      ],
      [
        (
          "submit",
          Self.edit([["component": "prompts/system.md#Bytes", "content": "Mind line ends."]])
        )
      ],
    ])
    try await Self.run(player) { night, answer in
      let draft = try #require(answer.drafts.first, "\(answer.refused)")
      #expect(draft.patch.components == ["prompts/system.md#Bytes"])
      #expect(draft.patch.added == "## Bytes\n\nMind line ends.\n")
      #expect(draft.hypothesis.fixes == ["fix-ends"])
      #expect(answer.ending == .done)
      #expect(answer.spending.tokens == 3_300)
      #expect(player.heard.withLock { $0.allSatisfy { $0.purpose.role == Purpose.Role.propose } })
      #expect(player.heard.withLock { $0.first?.purpose.lane } == "proposal 2 model")
      let texts = player.answers.map(\.text)
      #expect(texts.count == 12)
      #expect(player.answers.allSatisfy { !$0.isError }, "\(player.answers.filter(\.isError))")
      #expect(texts[0].hasPrefix("8 trials, newest first"))
      #expect(texts[1].contains("wc -l data.csv"))
      #expect(texts[2].contains("The first 1 step are the same"))
      #expect(texts[4] == "nothing found")
      #expect(texts[5].contains("count-rows    2\nfix-ends    0\nsort-names    2"))
      #expect(texts[6].contains("race    fail"))
      let all = player.heard.withLock { "\($0.last?.request as Any)" }
      for hidden in ["gate-one", "vault-one", "tests of"] { #expect(!all.contains(hidden)) }
      #expect(all.split(separator: DevNight.canary).count == 2, "only as it asked for it")
    }
  }

  /// What a model may hand in wrongly, and what it is told.
  static let wrong: [(input: JSON, why: String)] = [
    (["edit": []], "unknown key 'edit'; did you mean 'edits'?"),
    (["edits": [["summary": "x"]]], "hypothesis"),
    (
      [
        "edits": [
          [
            "summary": "x", "hypothesis": ["cause": "c", "mechanism": "m"],
            "changes": [["component": "prompts/system.md#A", "text": "b"]],
          ]
        ]
      ], "unknown key 'text'"
    ),
    (edit([]), "at least one change"),
    (edit([["component": "nothing.md", "content": "x"]]), "name new files by 'file'"),
    (edit([["component": "skills/verify", "content": "x"]]), "is a folder"),
    (edit([["file": "../out", "content": "x"]]), "a path below the harness"),
    (edit([["file": "README.md", "content": "x"]]), "outside of the surface"),
    (edit([["knob": "limits.turns", "value": 5_000]]), "outside of its range"),
    (edit([["knob": "model.temperature", "value": 0]]), "is no knob"),
    (edit([["knob": "limits.turns", "value": 50]]), "it changes nothing"),
    (edit([["component": "harness.toml#tools.enabled", "content": "enabled = 5\n"]]), "not valid"),
  ]

  @Test(arguments: wrong.indices)
  func `a slip in what is handed in is said, and can be mended`(index: Int) async throws {
    let player = Player([
      [("submit", Self.wrong[index].input)],
      [
        (
          "submit",
          Self.edit([
            [
              "file": "skills/ends/SKILL.md",
              "content": "---\nname: ends\ndescription: ends\n---\nx\n",
            ],
            ["knob": "limits.turns", "value": 60],
          ])
        )
      ],
    ])
    try await Self.run(player) { _, answer in
      let told = try #require(player.answers.first?.text)
      #expect(told.contains(Self.wrong[index].why), "\(told)")
      #expect(
        answer.drafts.map(\.patch.components) == [["harness.toml#limits.turns", "skills/ends"]])
    }
  }

  @Test func `limits and faults end it with what was handed in until then`() async throws {
    var handedIn = Self.edit([["knob": "limits.turns", "value": 60]])
    if case .object(var fields) = handedIn {
      fields["done"] = false
      handedIn = .object(fields)
    }
    let good = ("submit", handedIn)
    let idle = ("pool", JSON.object([:]))
    var short = ModelProposer.Limits()
    short.turns = 3
    var few = ModelProposer.Limits()
    few.tokens = 2_000
    let down = ModelFault(.server, "down")
    let cases: [(Player, ModelProposer.Limits, ProposalAnswer.Ending, Int)] = [
      (Player([[good], [idle], [idle], [idle]]), short, .limit("it has taken its 3 turns"), 1),
      (Player([[idle], [idle]]), few, .limit("it has taken its 2000 tokens"), 0),
      (Player([[good]], then: down), .init(), .providerFailed(down.description), 1),
      (Player([], then: ModelFault(.budget, "spent")), .init(), .spent("spent"), 0),
      (Player([[good], [], [], []]), .init(), .done, 1),
    ]
    for (player, limits, ending, count) in cases {
      try await Self.run(player, count: 2, limits: limits) { _, answer in
        #expect(answer.ending == ending)
        #expect(answer.drafts.count == count)
      }
    }
  }
}
