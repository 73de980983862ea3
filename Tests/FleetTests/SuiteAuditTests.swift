import Base
import Facts
import Fleet
import Harness
import Ledger
import Platform
import Sandbox
import Suite
import Testing
import Trial

/// A suite of one task, put to the test as `belay suite audit` does it, in a real sandbox.
private struct Audit {
  static let check = """
    [ "$(cat answer 2>/dev/null)" = right ] && r=1 || r=0
    echo $r > /logs/verifier/reward.txt
    """

  static func of(test: String, solve: String = "echo right > answer") async throws
    -> SuiteAudit.Row
  {
    let folder = "/tmp/belay-audit-\(Files.randomName())"
    defer { try? Files.removeTree(folder) }
    let files = [
      "task.toml": "version = \"1.0\"\n", "instruction.md": "Write it.\n",
      "environment/Dockerfile": "FROM debian\nWORKDIR /app\n",
      "tests/test.sh": "#!/bin/bash\n\(test)\n", "solution/solve.sh": "#!/bin/bash\n\(solve)\n",
    ]
    for (path, text) in files {
      let full = Path.join(folder, "suite/task/\(path)")
      try Files.makeDirectory(Path.parent(full))
      try Files.write(Array(text.utf8), to: full, durable: false)
    }
    let suite = try Suite.load("\(folder)/suite")
    let lab = try Lab.create(at: "\(folder)/lab")
    let ledger = try await lab.open()
    let provider = try await ProcessSandbox(scratch: lab.scratchPath)
    defer { provider.shutDown() }
    let place = Evaluation.Place(
      lab: lab, ledger: ledger, provider: provider, host: await HostFingerprint.read([]),
      variables: [:], owner: provider.layerOwner)
    func trials(_ request: EvaluationRequest) async throws -> [TrialRecord] {
      var request = request
      request.type = .audit
      let evaluation = try await Evaluation.begin(request, in: place)
      try await evaluation.go(stop: StopSignal()) { _ in }
      return try lab.reader().trials(TrialFilter(run: evaluation.run), limit: 100)
    }
    func request(_ harness: Harness, _ repeats: Int) -> EvaluationRequest {
      EvaluationRequest(
        harness: harness, suite: suite, tasks: suite.tasks, repeats: repeats, slots: 2,
        command: "test")
    }
    let audit = SuiteAudit(
      suite, tasks: suite.tasks,
      trials: SuiteAudit.Trials(
        solution: try await trials(request(.oracle, 2)),
        nothing: try await trials(request(.nop, 2)),
        forged: try await trials(request(Forger.harness(in: lab.scratchPath), 1))),
      refused: [:], slow: .seconds(30))
    try await ledger.close()
    return try #require(audit.rows.first)
  }
}

@Suite(.serialized) struct SuiteAuditTests {
  @Test func aSoundTaskHasNoFlag() async throws {
    let row = try await Audit.of(test: Audit.check)
    #expect(row.flags == [], "\(row.detail)")
    #expect(row.solution == [1, 1] && row.nothing == [0, 0] && row.forged == 0)
  }

  @Test(arguments: [
    (Audit.check, "true", [SuiteAudit.Flag.unsolvable]),
    ("echo 1 > /logs/verifier/reward.txt", "true", [.trivial, .forgeable]),
    // Half a reward is no solution, and no trivial task either.
    ("echo 0.5 > /logs/verifier/reward.txt", "true", [.unsolvable]),
    // Nothing is written where nothing was done: that is no verdict.
    ("[ -e answer ] && echo 1 > /logs/verifier/reward.txt", "touch answer", [.silent]),
    // The verifier takes the reward from a place that the agent can write.
    (
      "cp /app/reward.txt /logs/verifier/ 2>/dev/null || echo 0 > /logs/verifier/reward.txt",
      "echo 1 > reward.txt", [.forgeable]
    ),
    // Seeds follow from the task: of the two runs of this very text one has a seed that 3 divides.
    (
      Audit.check, "[ $((BELAY_SEED % 3)) = 0 ] && echo right > answer; true",
      [.unsolvable, .flaky]
    ),
  ])
  func aTaskThatCannotBeTrustedIsFlagged(
    test: String, solve: String, flags: [SuiteAudit.Flag]
  ) async throws {
    let row = try await Audit.of(test: test, solve: solve)
    #expect(row.flags == flags, "\(row.detail)")
  }
}
