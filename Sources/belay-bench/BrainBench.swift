import Base
import Brain
import Dialect
import Fleet
import Harness
import Ledger
import Metering
import Model
import Platform
import Sandbox
import Suite
import Trial

/// The promises of native harnesses: how many may wait for a model at once, and what a turn costs besides
/// the model and the command.
enum BrainBench {
  private static let crowd = 10_000

  static let waiting = Benchmark(name: "brains-10000") {
    let before = ProcessIdentity.peakMemoryBytes
    let model = Silent(until: crowd)
    try await run(model, repeats: crowd, slots: crowd)
    let peak = model.peak
    return [
      BenchRow(
        what: "10,000 native trials waiting on a model, one coordinator",
        measured:
          "\(model.most) at once, \(peak >> 20) MB (\(max(0, peak - before) / crowd / 1024) KB each)",
        target: "all, <= 1024 MB", isMet: model.most == crowd && peak <= 1 << 30)
    ]
  }

  static let turn = Benchmark(name: "brain-turn") {
    var rows: [BenchRow] = []
    // Many at once as in a run, and one alone whose conversation grows long.
    for (trials, turns) in [(16, 60), (1, 300)] {
      let model = Busy(trials: trials, turns: turns)
      try await run(model, repeats: trials, slots: trials)
      let cpu = model.cpu / (turns * trials)
      rows.append(
        BenchRow(
          what: "own CPU per agent turn, \(trials) x \(turns) turns, journalled",
          measured: "\(Int(cpu / .microseconds(1))) us", target: "<= 1000 us",
          isMet: cpu <= .milliseconds(1)))
    }
    return rows
  }

  /// Answers nobody until so many have asked, and then ends the run.
  private final class Silent: ModelAsking {
    private struct State {
      var waiting: [CheckedContinuation<Void, Never>] = []
      var most = 0
      var peak = 0
    }

    private let crowd: Int
    private let state = Locked(State())

    init(until crowd: Int) { self.crowd = crowd }

    var most: Int { state.withLock { $0.most } }
    var peak: Int { state.withLock { $0.peak } }

    func ask(
      _ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void
    ) async throws -> ModelAnswer {
      call.onSend()
      await withCheckedContinuation { continuation in
        let everybody = state.withLock { state -> [CheckedContinuation<Void, Never>] in
          state.waiting.append(continuation)
          state.most = max(state.most, state.waiting.count)
          guard state.waiting.count == crowd else { return [] }
          state.peak = ProcessIdentity.peakMemoryBytes
          defer { state.waiting = [] }
          return state.waiting
        }
        for one in everybody { one.resume() }
      }
      throw ModelFault(.budget, "the budget of the run is spent: this is the end of the bench")
    }
  }

  /// Asks for a command again and again, and measures from the first call of all to the last.
  private final class Busy: ModelAsking {
    private struct State {
      var asked: [TrialID?: Int] = [:]
      var all = 0
      var from = Duration.zero
      var to: Duration?
    }

    private let trials: Int
    private let turns: Int
    private let state = Locked(State())

    init(trials: Int, turns: Int) {
      self.trials = trials
      self.turns = turns
    }

    /// What all turns together took.
    var cpu: Duration { state.withLock { ($0.to ?? .zero) - $0.from } }

    func ask(
      _ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void
    ) async throws -> ModelAnswer {
      call.onSend()
      let number = state.withLock { state in
        state.asked[call.purpose.trial, default: 0] += 1
        state.all += 1
        if state.all == 1 { state.from = ProcessIdentity.ownCPU }
        if state.all == trials * (turns + 1) { state.to = ProcessIdentity.ownCPU }
        return state.asked[call.purpose.trial] ?? 0
      }
      var usage = ModelUsage()
      usage.inputUncached = 100 * number
      usage.output = 40
      let arguments = #"{"command":"echo \#(number)"}"#
      let part: Part =
        number <= turns
        ? .toolUse(ToolUse(id: "call_\(number)", name: "shell", arguments: arguments))
        : .text("done")
      return ModelAnswer(
        ModelReply(
          model: "bench", parts: [part], stop: number <= turns ? .toolUse : .done, usage: usage),
        from: call.name)
    }
  }

  private static func run(_ model: any ModelAsking, repeats: Int, slots: Int) async throws {
    let folder = "/var/tmp/belay-bench-\(Files.randomName())"
    defer { try? Files.removeTree(folder) }
    let files = [
      "suite/nothing/task.toml": "schema_version = \"1.4\"\n",
      "suite/nothing/instruction.md": "Do nothing.\n",
      "suite/nothing/environment/Dockerfile": "FROM debian\nWORKDIR /app\n",
      "suite/nothing/tests/test.sh": "#!/bin/sh\necho 0 > /logs/verifier/reward.txt\n",
      "harness/harness.toml": """
      schema = "belay.harness/1"
      name = "bench"
      kind = "native"
      [tools]
      enabled = ["shell", "read", "write", "edit", "search", "submit"]
      [orchestration]
      pattern = "loop"

      """,
      "harness/prompts/system.md": "You work in a shell.\n",
    ]
    for (path, text) in files {
      let full = Path.join(folder, path)
      try Files.makeDirectory(Path.parent(full))
      try Files.write(Array(text.utf8), to: full, mode: 0o755)
    }
    let lab = try Lab.create(at: Path.join(folder, "lab"))
    let ledger = try await lab.open()
    let provider = try await ProcessSandbox(scratch: lab.scratchPath)
    let suite = try Suite.load(Path.join(folder, "suite"))
    let name = ModelName(provider: "bench", model: "bench")
    let asking = MeteredAsking(
      model, journal: LedgerJournal(ledger, reader: try lab.reader()))
    let evaluation = try await Evaluation.begin(
      EvaluationRequest(
        harness: try Harness.load(Path.join(folder, "harness")), suite: suite, tasks: suite.tasks,
        repeats: repeats, slots: slots, command: "belay-bench"),
      in: Evaluation.Place(
        lab: lab, ledger: ledger, provider: provider,
        host: await HostFingerprint.read(suite.requires), variables: [:],
        owner: provider.layerOwner,
        models: RunModels(
          asking: asking, roster: Roster(["task": name]), forget: { asking.forget($0) })))
    do {
      try await evaluation.go(stop: StopSignal()) { _ in }
    } catch let error as BelayError where error.kind == .budget {
      // That is how the model that answers nobody ends it.
    }
    provider.shutDown()
    try await ledger.close()
  }
}
