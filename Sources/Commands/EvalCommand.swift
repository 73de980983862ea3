internal import Base
internal import Console
internal import Facts
internal import Fleet
internal import Harness
internal import Layout
internal import Ledger
internal import Platform
internal import Score
internal import Suite
internal import Workbench

/// `belay eval`: one harness on a suite, scored.
enum EvalCommand {
  static let harness = Argument(
    HarnessWord.kind, HarnessWord.help)
  static let suite = Option(
    required: "suite", SuiteWord.kind, "The suite's folder, or a single task's")
  static let split = Option(
    "split", .choice("SPLIT", ["dev", "gate", "vault", "all"]), default: "dev",
    "The tasks to run; a suite without splits has all of them in dev")
  static let trials = Option(
    "trials", .whole("K", 1...10_000), "Trials of each task (default: the suite's, else 1)")
  static let tasks = Option(
    repeated: "tasks", .text("GLOB"), "Only tasks whose name fits; may be given several times")
  static let resume = Flag("resume", "Go on with the last unfinished run of the same settings")
  static let seed = Option(
    "seed", .whole("S", 0...Int.max), default: 0, "Seed of the trials' seeds")
  static let minCoverage = Option(
    "min-coverage", .number("SHARE", 0...1), default: 0.9,
    "State a score only when this share of the trials is scored")
  static let openVault = Flag(
    "open-vault", "Use sealed tasks: counts as an audit and is shown on every later report")
  static let network = Option(
    "network", .choice("MODE", ["none"]), "Run tasks that ask for a network without one")
  static let timeoutFactor = Option(
    "timeout-factor", .number("X", 0.01...1000), default: 1.0, "Multiply every time limit")

  static let command = Command(
    "eval", in: .run, "Run a harness on a suite and score it",
    discussion: """
      Every trial runs in a sandbox of its own, is judged in a fresh one when all that the agent
      started is dead, and is recorded in the lab (made as ./.belay when there is none).
      Ctrl-C once finishes what runs, twice stops now; --resume goes on from there.
      """,
    takes: [
      harness, suite, split, trials, TrialFlags.slots, tasks, resume, seed, minCoverage, openVault,
      network,
      timeoutFactor, TrialFlags.provider,
    ] + ModelFlags.all,
    examples: [
      Example("belay eval oracle --suite benchmarks/shell", "run every task's own solution"),
      Example(
        "belay eval harnesses/mine --suite benchmarks/shell --trials 3 --slots 8",
        "three trials of each dev task, eight at once"),
      Example(
        "belay eval bash-agent --suite benchmarks/shell --model rehearsal/careful",
        "an agent that thinks, on a simulated model"),
      Example("belay eval oracle --suite benchmarks/shell --resume", "after Ctrl-C"),
    ],
    output: .job("eval", compact: ["run", "score", "verdict", "trials"])
  ) { call in
    let suite = try SuiteWord.load(call[Self.suite], call)
    let selection = try TaskSelection(
      suite: suite, split: call[split], globs: call[tasks], opensVault: call[openVault])
    let opened = try await TrialSession.open(
      call, suite: suite, provider: call[TrialFlags.provider], createLab: true)
    return try await opened.closing {
      let harness = try HarnessWord.resolve(call[Self.harness], lab: opened.lab)
      let session = try opened.serving(harness, suite: suite)
      try session.refuse(selection, harness: harness, ignoringNetwork: call[network] != nil)
      var request = EvaluationRequest(
        harness: harness, suite: suite, tasks: selection.tasks,
        repeats: call[trials] ?? suite.trials,
        slots: call[TrialFlags.slots] ?? 2 * Machine.processors, command: call.commandLine)
      request.seed = UInt64(call[seed])
      request.timeoutFactor = call[timeoutFactor]
      request.ignoresNetwork = call[network] != nil
      request.settings = [
        "split": .string(call[split]), "tasks": .array(call[tasks].map(JSON.string)),
      ]
      let ended = try await session.run(request, resume: call[resume])
      let summary = try EvalSummary.read(
        session.lab.reader(), run: ended.run,
        expected: selection.tasks.map { TaskFact($0) }, minCoverage: call[minCoverage])
      var fields = summary.fields
      fields["invalid_tasks"] = .array(
        suite.invalid.map { ["name": .string($0.name), "reason": .string($0.reason)] })
      try call.output.done(success: ended.code == .ok, fields) {
        summary.text(width: $0, leftOut: leftOut(suite))
      }
      return ended.code
    }
  }

  private static func leftOut(_ suite: Suite) -> [String] {
    guard !suite.invalid.isEmpty else { return [] }
    let names = suite.invalid.prefix(3).map { $0.name.printable() }
    return [
      Figure.plural(suite.invalid.count, "task") + " of the suite not run: "
        + names.joined(separator: ", ") + (suite.invalid.count > names.count ? ", …" : ""),
      "belay check \(suite.folder)",
    ]
  }
}
