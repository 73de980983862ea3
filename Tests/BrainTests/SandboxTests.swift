import Base
import Dialect
import Facts
import Harness
import Interchange
import Model
import Platform
import Sandbox
import Suite
import Testing

@testable import Brain
@testable import Trial

/// Gives 1 exactly for the right answer.
private let check = """
  if [ "$(cat answer 2>/dev/null)" = right ]; then echo 1; else echo 0; fi \
  > /logs/verifier/reward.txt
  """

@Suite(.serialized) struct SandboxTests {
  @Test func aBrainsCommandsRunInTheTrialsSandboxAndAreJudged() async throws {
    try await Bench.with { bench in
      let model = Scripted([
        .reply(.shell("pwd; echo right > answer; echo '{}' > /logs/agent/trajectory.json")),
        .reply(.submits("wrote it")),
      ])
      let sink = PaperSink()
      let result = try await bench.trial(bench.harness(), model, sink: sink, test: check)
      #expect(result.detail == "the agent ended by itself: wrote it")
      #expect(result.outcome == .completed)
      #expect(result.score == 1)
      let traces = result.files.filter { $0.role == "trajectory" }
      #expect(traces.map(\.path) == ["agent/trajectory.json"])
      let trace = try #require(traces.first)
      let reading = Atif.read(trace.content, file: "trajectory.json")
      #expect(reading.faults.isEmpty)
      #expect(
        reading.trajectory?.steps.flatMap(\.results).map(\.text) == ["/app\n", "handed over"])
      // What the agent left under the trace's name is a file like any other.
      #expect(result.files.contains { $0.path == "agent/trajectory.json.left" })
      // Two that were said and two with what came of them; a slow command is told of beforehand as well.
      #expect((4...6).contains(sink.all.count))
      let fact = result.fact(
        trial: TrialID(1), number: 1, isFinal: true, startedAt: Timestamp(milliseconds: 0),
        endedAt: Timestamp(milliseconds: 1), wall: .milliseconds(1))
      #expect(fact.usage.inputTokens == 200)
      #expect(fact.usage.costUSD == 0.02)
      #expect(!fact.flags.contains("usage_self_reported"))
    }
  }

  @Test(arguments: [
    (Scripted.Line.reply(.says("", stop: .refusal("no"))), Outcome.refusal, true),
    (.fault(ModelFault(.overload, "down")), .providerFailed, false),
    (.fault(ModelFault(.budget, "spent")), .cancelled, false),
    (.reply(.says("nothing to do")), .completed, true),
  ])
  func everyEndingOfTheAgentIsJudgedAndNoneOfTheProvider(
    line: Scripted.Line, outcome: Outcome, isJudged: Bool
  ) async throws {
    try await Bench.with { bench in
      let result = try await bench.trial(bench.harness(), Scripted([line]), test: check)
      #expect(result.outcome == outcome)
      #expect(result.score == (isJudged ? 0 : nil))
      #expect(result.files.contains { $0.role == "trajectory" })
    }
  }

  @Test func thoseWhoWorkSideBySideHaveWorkspacesOfTheirOwnAndTheChosenOnesIsKept() async throws {
    try await Bench.with { bench in
      let harness = try bench.harness(
        """
        [tools]
        enabled = ["shell", "submit"]
        [orchestration]
        pattern = "steps"
        [[orchestration.step]]
        role = "first"
        prompt = "prompts/system.md"
        tools = ["shell", "submit"]
        [[orchestration.step]]
        role = "worker"
        prompt = "prompts/system.md"
        tools = ["shell", "submit"]
        fan_out = 3
        pick = "first-pass"
        """)
      let work: (String, String) -> [Scripted.Line] = { word, verdict in
        [
          .reply(.shell("rm base; echo \(word) > answer; mkfifo pipe; ls")),
          .reply(.submits(word, verdict: verdict)),
        ]
      }
      let model = Scripted([
        "first": [.reply(.shell("echo x > base; echo y > kept")), .reply(.submits("laid out"))],
        "worker.1": work("wrong", "fail"), "worker.2": work("right", "pass"),
        "worker.3": work("left", "pass"),
      ])
      let result = try await bench.trial(
        harness, model,
        test: "[ -e base ] || [ ! -e kept ] || \(check)")
      #expect(result.score == 1)
      let outputs = try #require(result.trace).subagents.map { $0.steps.flatMap(\.results)[0].text }
      #expect(
        outputs == ["", "answer\nkept\npipe\n", "answer\nkept\npipe\n", "answer\nkept\npipe\n"])
    }
  }

  @Test func aRestartThrowsFilesAndContextAway() async throws {
    try await Bench.with { bench in
      let harness = try bench.harness(
        """
        [tools]
        enabled = ["shell", "submit"]
        [orchestration]
        pattern = "steps"
        [[orchestration.step]]
        role = "builder"
        prompt = "prompts/system.md"
        tools = ["shell", "submit"]
        sees = ["instruction", "checker.output"]
        repeat_until = "checker.pass"
        max_rounds = 3
        pivot = "restart"
        [[orchestration.step]]
        role = "checker"
        prompt = "prompts/system.md"
        tools = ["shell", "submit"]
        fresh_context = true
        """)
      let model = Scripted([
        "builder": [
          .reply(.shell("echo a > first")), .reply(.submits("one")),
          .reply(.shell("echo b > second")), .reply(.submits("two")),
        ],
        "checker": [.reply(.submits("", verdict: "fail", faults: ["it is wrong"]))],
        "checker#2": [.reply(.submits("", verdict: "fail", faults: ["it is wrong"]))],
        "builder#2": [
          .reply(.shell("ls; echo right > answer")), .reply(.submits("three")),
        ],
        "checker#3": [.reply(.submits("", verdict: "pass"))],
      ])
      let result = try await bench.trial(harness, model, test: check)
      #expect(result.score == 1)
      #expect(result.detail == "the agent ended by itself: the checker passed it in round 3")
      #expect(result.flags.contains("restarted"))
      // The third attempt sees neither files nor words of the first two, but the checker's.
      let fresh = try #require(model.requests("builder#2").first)
      #expect(fresh.turns.count == 1)
      #expect(fresh.everything.contains("it is wrong"))
      let listing = try #require(model.requests("builder#2").last?.everything)
      #expect(!listing.contains("first") && !listing.contains("second"))
    }
  }
}

extension Bench {
  /// Runs one trial of a task with this verifier in a real sandbox.
  func trial(
    _ harness: Harness, _ asking: any ModelAsking, sink: (any StepSink)? = nil, test: String,
    models: Roster = Roster(["task": .scripted])
  ) async throws -> TrialResult {
    let task = Path.join(folder, "task-\(Files.randomName())")
    for (path, text) in [
      "task.toml": "version = \"1.0\"\n", "instruction.md": "Write the answer.\n",
      "environment/Dockerfile": "FROM debian\nWORKDIR /app\n",
      "tests/test.sh": "#!/bin/bash\n\(test)\n",
      "solution/solve.sh": "#!/bin/bash\necho right > answer\n",
    ] {
      let full = Path.join(task, path)
      try Files.makeDirectory(Path.parent(full))
      try Files.write(Array(text.utf8), to: full)
    }
    let provider = try await ProcessSandbox(scratch: folder)
    defer { provider.shutDown() }
    let scratch = Path.join(folder, "scratch")
    let preparation = try Preparation(
      scratch: scratch, provider: provider, fingerprint: "test", host: [:],
      owner: provider.layerOwner)
    let brain = Brain(asking: asking, roster: models, sink: sink) { visit, _ in
      BoxWorkshop(box: visit.box, environment: visit.environment)
    }
    guard let loaded = try Suite.load(task).tasks.first else {
      throw BelayError(.usage, "the task is not valid")
    }
    return await Conduct(
      provider: provider, rules: TrialRules(scratch: scratch, owner: provider.layerOwner),
      brain: brain
    ).run(
      Assignment(
        task: try await preparation.prepare(loaded), harness: try preparation.prepare(harness),
        index: 0, seed: 7, slot: 0, attempt: .sample))
  }
}

extension TrialResult {
  /// The trace that was recorded.
  var trace: Trajectory? {
    files.first { $0.role == "trajectory" }.flatMap { Atif.read($0.content, file: "t").trajectory }
  }
}

/// A plain shell in a real sandbox.
struct BoxWorkshop: Workshop {
  let box: any BranchingBox
  let environment: [String: String]

  func open(_ tools: [ToolSelection], for lane: LaneSpec) async throws -> any Toolbox {
    PlainToolbox(names: tools.map(\.text), isJudge: lane.isJudge) { [box, environment] command in
      let ended = try await box.run(
        CommandSpec(
          ["/usr/bin/bash", "-c", command], environment: environment, directory: "/app"))
      return ended.output.text
    }
  }
  func notes() async throws -> String { "" }
  func save() async throws -> SavedPlace { try await box.save() }
  func branch(from saved: SavedPlace) async throws -> any Workshop {
    BoxWorkshop(box: try await box.branch(from: saved), environment: environment)
  }
  func adopt(_ branch: any Workshop) async throws {
    guard let branch = branch as? BoxWorkshop else { return }
    try await box.adopt(branch.box)
  }
  func discard() async { await box.discard() }
}
