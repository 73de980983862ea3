internal import Base
internal import Climb
package import Console
internal import Experiment
internal import Facts
internal import Fleet
internal import Harness
internal import Ledger
internal import Night
internal import Platform
internal import Suite
internal import Workbench

/// `belay run`: a whole night.
package enum RunCommand {
  static let experiment = Argument(
    optional: .path("EXPERIMENT"), "An experiment.toml, or the folder of one")
  static let resume = Option(
    "resume", .text("RUN"), "Go on with a night that was cut off; `last` is the last one")
  static let trials = Option(
    "trials", .whole("N", 1...100_000_000), "The most trials of the night (default: 2000)")
  static let candidates = Option(
    "candidates", .whole("N", 1...1_000_000), "The most edits that are asked for")
  static let cost = Option(
    "cost-usd", .number("DOLLARS", 0...1e9), "The most that all models together may cost")
  static let deadline = Option("deadline", .text("TIME"), "When it ends: 07:00, 8h or 90m")
  static let slots = Option("slots", .whole("N", 1...10_000), "Trials at once at most")
  static let seed = Option("seed", .whole("S", 0...Int.max), "Where all chance starts")
  static let dryRun = Flag("dry-run", short: "n", "Check everything, and begin nothing")
  static let skipAudit = Flag(
    "skip-audit", "Do not put the suite to the test first; every report says so")

  static let detach = Flag(
    "detach", "Begin it in the background, and come back once it runs; belay watch shows it")

  package static let command = Command(
    "run", in: .run, "Make a harness better overnight",
    discussion: """
      Checks everything first; then a pilot measures the noise, proposers fill a pool of edits, trials
      screen them, races on tasks that nobody saw decide what is adopted, and sealed tasks say what the
      night was worth. Ctrl-C once finishes what runs, twice stops now; --resume goes on from there, and
      nothing is paid twice.
      """,
    takes: [
      experiment, resume, trials, candidates, cost, deadline, slots, seed, dryRun, skipAudit,
      detach,
      TrialFlags.provider, ModelFlags.model, ModelsWord.file,
    ],
    examples: [
      Example("belay run experiments/rehearsal", "a whole night on a simulated model"),
      Example("belay run my/experiment.toml --cost-usd 20 --deadline 07:00", "until seven, or $20"),
      Example("belay run my/experiment.toml --detach", "and close the laptop's lid over ssh"),
      Example("belay run --resume last", "after Ctrl-C, or a power cut"),
    ],
    output: .job("run", compact: ["run", "verdict", "adoptions"])
  ) { call in
    if call[detach], !call[dryRun] { return try await DetachedNight(call: call).start() }
    let setup = try NightSetup.read(call)
    let session = try await TrialSession.open(
      call, suite: setup.suite, provider: call[TrialFlags.provider], createLab: true)
    return try await session.closing {
      try await NightSession(setup: setup, call: call, session: session).run()
    }
  }
}
