internal import Base
internal import Console
internal import Harness
internal import Rehearsal
internal import Suite
internal import Workbench

/// What is true of a simulated model, computed from the tables that it acts by.
enum RehearseTruthCommand {
  static let model = Option(
    "model", .choice("MODEL", RehearsalModel.all.map(\.name)), default: "hasty",
    "The simulated model")
  static let suite = Option(
    "suite", SuiteWord.kind, default: "benchmarks/shell", "The suite that it knows")
  static let harness = Option(
    "harness", .directory("DIR"), "Say what it makes of this harness, too")

  static let command = Command(
    "truth", in: .run,
    "Show what is true of a simulated model: its chances, and each trait's worth",
    discussion: """
      Computed exactly from the tables that the model acts by, not from trials: what a climb claims in a \
      rehearsal can be checked against it. All of it is simulated and says nothing of any real model.
      """,
    takes: [model, suite, harness],
    examples: [
      Example("belay rehearse truth", "of rehearsal/hasty on the shipped suite"),
      Example("belay rehearse truth --model forgetful --harness harnesses/mine", "of one harness"),
    ],
    output: .page("rehearsal-truth", compact: ["name", "word", "effect"])
  ) { call in
    guard let model = RehearsalModel.named(call[model]) else {
      throw BelayError(.notFound, "there is no simulated model '\(call[model])'")
    }
    let suite = try SuiteWord.load(call[suite], call)
    let own = try call[harness].map { folder in
      let harness = try Harness.load(folder)
      return (name: harness.name, setting: try RehearsalSetting(harness))
    }
    let parts = Split.allCases.map { split in
      RehearsalTruthPage.Part(
        split.rawValue,
        tasks: suite.tasks.filter { ($0.split ?? .dev) == split }.map(\.shortName))
    }
    try call.show(
      RehearsalTruthPage(
        model, try RehearsalKnowledge.read(suite.folder), suite: suite.name, parts: parts, own: own)
    )
    return .ok
  }
}
