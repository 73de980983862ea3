package import Base
package import Climb
package import Facts
package import Harness
package import Ledger

/// A night whose trials, candidates and harnesses the lab holds as well.
package enum RecordedNight {
  package static let prompts = [
    "Do the task as it is told, and stop.", "Do the task as it is said, and check it twice.",
  ]

  package static func harness(_ number: Int) throws -> Harness {
    let files = [
      HarnessFile(
        path: "harness.toml", isExecutable: false,
        content: Array(
          """
          schema = "belay.harness/1"
          name = "agent\(number)"
          kind = "program"
          command = ["sh", "agent.sh"]

          """.utf8)),
      HarnessFile(
        path: "agent.sh", isExecutable: true, content: Array("echo \(prompts[number - 1])\n".utf8)),
    ]
    return try Harness.load(files: files, named: "agent\(number)")
  }

  package static let suite = SuiteFact(
    digest: Digest.of("recorded suite"), name: "shell", path: "/suites/shell", definition: [:],
    tasks: (0..<4).map {
      TaskFact(name: "d\($0)", digest: Digest.of("d\($0)"), split: .dev)
    }
      + (0..<4).map {
        TaskFact(
          name: $0 == 0 ? NightLab.hostile : "g\($0)", digest: Digest.of("g\($0)"), split: .gate)
      })

  /// The facts of a night that adopted `c2`, with fresh trials of it where `reports` says so.
  package static func facts(reports: Bool, isOver: Bool = true) throws -> [NightFact] {
    var facts = try Nights.finished(vault: [0.2, 0.1, 0.3]).map { fact -> NightFact in
      if case .assembled(let id, let harness, _) = fact {
        return .assembled(id, harness: harness, candidate: id)
      }
      return fact
    }
    let halt = facts.removeLast()
    if reports {
      for (place, score) in [1.0, 0, 1, 1].enumerated() {
        let number = 100 + place
        facts.append(
          .issued(
            .run(
              Nights.order(
                number, 2, task: 4 + place, .report(visit: 0), draw: 100 + place))))
        facts.append(
          .finished(TrialID(number), .scored(score), Spending(costUSD: 0.2, tokens: 100)))
      }
    }
    return isOver ? facts + [halt] : facts
  }

  package static func with(
    reports: Bool = true, isOver: Bool = true, _ body: (NightLab) async throws -> Void
  ) async throws {
    let facts = try facts(reports: reports, isOver: isOver)
    try await NightLab.with(
      facts, conditions: ["models": ["task": "rehearsal/careful"]], end: isOver ? .done : nil,
      suite: suite,
      also: { ledger, run in try await record(facts, ledger, run) }, body)
  }

  /// What the agent of every trial asked its shell, and what it said.
  package static let shell = "cat notes.txt"
  static var trajectory: JSON {
    [
      "schema_version": "ATIF-v1.6", "session_id": "s", "agent": ["name": "demo", "version": "1"],
      "steps": [
        ["step_id": 1, "source": "user", "message": "do it"],
        [
          "step_id": 2, "source": "agent", "message": "yes",
          "tool_calls": [
            [
              "tool_call_id": "a", "function_name": "bash",
              "arguments": ["command": .string(shell), "host": ["settings": "mine"]],
            ]
          ],
        ],
      ],
    ]
  }

  /// Records what the lab holds of the night beside its facts.
  package static func record(_ facts: [NightFact], _ ledger: Ledger, _ run: RunID) async throws {
    for number in 1...2 {
      let harness = try harness(number)
      try await ledger.record(
        HarnessFact(
          digest: harness.digest, name: harness.name, kind: "program", definition: [:],
          files: harness.files.map {
            StoredFile(
              path: $0.path, mode: $0.isExecutable ? 0o755 : 0o644, content: $0.content)
          }))
      _ = try await ledger.candidate(harness: harness.digest)
    }
    try await record(trialsOf: facts, ledger, run)
  }

  private static func record(
    trialsOf facts: [NightFact], _ ledger: Ledger, _ run: RunID
  ) async throws {
    var orders: [TrialID: TrialOrder] = [:]
    for fact in facts {
      if case .issued(.run(let order)) = fact { orders[order.id] = order }
      guard case .finished(let id, .scored(let score), let spending) = fact,
        let order = orders[id]
      else { continue }
      let trials = try await ledger.dispatch([
        TrialFact(
          run: run, candidate: order.candidate, task: suite.tasks[order.task].digest,
          index: order.id.number, seed: UInt64(order.draw.visit), dispatchedAt: NightLab.start)
      ])
      for trial in trials {
        try await ledger.record(
          AttemptFact(
            trial: trial, number: 1, isFinal: true,
            outcome: score == 1
              ? .completed : order.candidate == CandidateID(2) ? .refusal : .limit,
            detail: "", limit: score == 1 ? nil : "wall", reward: score, score: score,
            usage: Usage(
              wallMs: 1000 * order.candidate.number, cpuMs: 10, inputTokens: 100, outputTokens: 10,
              costUSD: spending.costUSD), startedAt: NightLab.start, endedAt: NightLab.start,
            files: [
              AttemptFile(
                role: "trajectory", path: "agent/trajectory.json", content: trajectory.utf8(),
                indexed: true)
            ]))
      }
    }
  }
}
