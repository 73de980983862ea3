internal import Base
internal import Climb
package import Console
internal import Experiment
internal import Facts
internal import Fleet
internal import Harness
internal import Ledger
internal import NightPages
internal import Platform
internal import Workbench

/// `belay plan`: what a night can be expected to find, from a pilot of its baseline.
package enum PlanCommand {
  static let experiment = Argument(
    ValueKind<String>.path("EXPERIMENT"), "An experiment.toml, or the folder of one")
  static let pilot = Option(
    "pilot", .whole("K", 2...1000), default: 4, "Trials of the baseline on each dev task")
  static let from = Option(
    "from", ValueKind<RunID>.id("RUN"), "Take this run of the baseline for the pilot")
  static let force = Flag("force", "End with 0 even when the budget is hopeless")

  package static let command = Command(
    "plan", in: .setup, "Say what a night can find at its budget, and what it will cost",
    discussion: """
      Runs the baseline several times on each dev task: one harness against itself measures the noise. From \
      it follows which gain the night's races detect with which probability, how many edits can be judged, \
      and what the trials cost. Ends with 6 when nothing can be expected of the budget.
      """,
    takes: [experiment, pilot, from, force] + NightSetup.changes + [TrialFlags.provider]
      + ModelFlags.all,
    examples: [
      Example("belay plan my/experiment.toml", "before the night"),
      Example(
        "belay plan my/experiment.toml --trials 20000 --from r5", "another budget, the same pilot"),
    ],
    output: .job("plan", compact: ["hopeless", "detectable_gain", "edits", "cost"])
  ) { call in
    let setup = try NightSetup.read(call, call[experiment])
    let run: RunID
    if let known = call[from] {
      _ = try LabWord.reader(call).run(known)
      run = known
    } else {
      let session = try await TrialSession.open(
        call, suite: setup.suite, provider: call[TrialFlags.provider], createLab: true)
      let ended = try await session.closing {
        let serving = try session.serving(
          setup.harness, suite: setup.suite,
          models: ModelFlags.ofTrials(setup.experiment.models, of: [setup.harness]))
        let selection = try TaskSelection(
          suite: setup.suite, split: "dev", globs: [], opensVault: false)
        try serving.refuse(selection, harness: setup.harness, ignoringNetwork: false)
        var request = EvaluationRequest(
          harness: setup.harness, suite: setup.suite, tasks: selection.tasks,
          repeats: call[pilot], slots: setup.rules.slots, command: call.commandLine)
        request.seed = UInt64(call.surroundings.clock.now.milliseconds)
        request.settings = ["split": "dev", "pilot_of": .string(setup.path)]
        return try await serving.run(request, resume: false)
      }
      guard ended.code == .ok else {
        try call.output.done(success: false, ["run": .string("\(ended.run)")]) { _ in
          "interrupted: a pilot that is not whole says nothing"
        }
        return ended.code
      }
      run = ended.run
    }
    let reader = try LabWord.reader(call)
    let plan = NightPlan(
      setup.rules, pilot: try NightPlan.Pilot.read(reader, run: run),
      costLimit: setup.harness.limits.costUSD)
    var fields = plan.fields
    fields["run"] = .string("\(run)")
    let rehearsal = try reader.head(run).fact.rehearsal
    fields["rehearsal"] = .bool(rehearsal != nil)
    let isRefused = plan.hopeless != nil && !call[force]
    try call.output.done(success: !isRefused, fields) { width in
      plan.text(width: width) + (rehearsal.map { "\($0)\n" } ?? "")
        + (isRefused ? "" : "next      belay run \(call[experiment])\n")
    }
    return isRefused ? ExitCode(.gate) : .ok
  }
}
