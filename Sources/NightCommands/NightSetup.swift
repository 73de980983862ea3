internal import Base
internal import Climb
internal import Console
internal import Experiment
internal import Facts
internal import Harness
internal import Ledger
internal import Platform
internal import Stats
internal import Suite
internal import Workbench

/// What a night is to be: the experiment with what the flags say on top, or what was recorded of one that
/// is gone on with.
struct NightSetup {
  let path: String
  let experiment: Experiment
  let harness: Harness
  let suite: Suite
  /// The suite's usable tasks that have a split, in the order of the rules.
  let tasks: [Task]
  let rules: NightRules
  /// The night that is gone on with; nil for a new one.
  let record: RunRecord?

  static func read(_ call: Call) throws -> NightSetup {
    let record = try call[RunCommand.resume].map { try recorded($0, call) }
    if record != nil, call.isGiven(RunCommand.seed) || call.isGiven(RunCommand.deadline) {
      throw BelayError(
        .usage, "--seed and --deadline are fixed from the beginning of a night on",
        hint: "belay run EXPERIMENT begins another one")
    }
    guard
      let path = call[RunCommand.experiment] ?? record?.fact.settings["experiment"].string
    else {
      throw BelayError(
        .usage, "run needs an experiment", hint: "belay run EXPERIMENT, or --resume last")
    }
    return try read(call, path, record: record)
  }

  /// What the flags of a command may say on top of an experiment.
  static let changes: [any Parameter] = [
    RunCommand.trials, RunCommand.candidates, RunCommand.cost, RunCommand.deadline,
    RunCommand.slots, RunCommand.seed,
  ]

  /// What the flags change of a night that is gone on with; nil for a new one, and where they change nothing.
  func change(_ call: Call) -> Steering? {
    let new = Retuning(
      rollouts: call[RunCommand.trials], costUSD: call[RunCommand.cost],
      slots: call[RunCommand.slots], proposals: call[RunCommand.candidates])
    guard record != nil, new != Retuning() else { return nil }
    return Steering(
      by: SteeringCommands.author(call), reason: "asked for with --resume", order: .retune(new))
  }

  /// The experiment of this path with what the flags say on top.
  static func read(_ call: Call, _ path: String, record: RunRecord? = nil) throws -> NightSetup {
    var experiment = try Experiment.load(path)
    try override(&experiment, call)
    let suite = try Suite.load(experiment.suite)
    let harness = try Harness.load(experiment.harness)
    if let record { try refuseChanges(record, suite, harness) }
    let tasks = suite.tasks.filter { $0.split != nil }
    for split in [Split.dev, .gate] where !tasks.contains(where: { $0.split == split }) {
      throw BelayError(
        .usage, "the suite has no task in its split '\(split.rawValue)'", place: suite.folder,
        hint: "belay suite split \(suite.folder)")
    }
    return NightSetup(
      path: Path.absolute(path, from: call.surroundings.workingDirectory),
      experiment: experiment, harness: harness, suite: suite, tasks: tasks,
      rules: rules(experiment, tasks, call), record: record)
  }

  private static func recorded(_ word: String, _ call: Call) throws -> RunRecord {
    try unfinished(try NightWord.run(word, try LabWord.reader(call)))
  }

  private static func unfinished(_ run: RunRecord) throws(BelayError) -> RunRecord {
    guard run.end?.ending != .done else {
      throw BelayError(
        .notFound, "\(run.id) is over: there is nothing to resume",
        hint: "belay report \(run.id)")
    }
    return run
  }

  private static func override(_ experiment: inout Experiment, _ call: Call) throws(BelayError) {
    experiment.stop.trials = call[RunCommand.trials] ?? experiment.stop.trials
    experiment.stop.candidates = call[RunCommand.candidates] ?? experiment.stop.candidates
    experiment.stop.costUSD = call[RunCommand.cost] ?? experiment.stop.costUSD
    experiment.slots = call[RunCommand.slots] ?? experiment.slots
    experiment.seed = call[RunCommand.seed].map { UInt64($0) } ?? experiment.seed
    guard let text = call[RunCommand.deadline] else { return }
    guard let deadline = Deadline(text) else {
      throw BelayError(
        .usage, "--deadline takes a time such as 07:00, 8h or 90m, not '\(text.printable())'")
    }
    experiment.stop.deadline = deadline
  }

  private static func refuseChanges(_ record: RunRecord, _ suite: Suite, _ harness: Harness)
    throws(BelayError)
  {
    let before = record.fact.settings["harness"].string
    guard record.fact.suite == suite.digest, before == harness.digest.hex else {
      let what = record.fact.suite == suite.digest ? "harness" : "suite"
      throw BelayError(
        .usage, "the \(what) has changed since \(record.id) began", place: "\(record.id)",
        hint: "put it back as it was, or begin a new night")
    }
  }

  private static func rules(_ experiment: Experiment, _ tasks: [Task], _ call: Call) -> NightRules {
    var rules = NightRules(
      seed: experiment.seed ?? 0,
      tasks: tasks.map {
        NightTask(name: $0.name, split: $0.split ?? .dev, family: $0.family)
      }, rollouts: experiment.stop.trials ?? 2000)
    rules.slots = experiment.slots ?? 2 * Machine.processors
    rules.mode = experiment.mode
    rules.autonomy = experiment.autonomy
    rules.proposers = experiment.proposers
    rules.stops = NightStops(
      proposals: experiment.stop.candidates, noGainFor: experiment.stop.noGainFor,
      costUSD: experiment.stop.costUSD, tokens: experiment.stop.tokens,
      deadlineSeconds: experiment.stop.deadline.map {
        Double($0.seconds(from: call.surroundings.clock.now, offset: LocalTime.offset))
      })
    if let target = experiment.target { rules.racing.target = target }
    rules.add(twinsOf: tasks)
    rules.screening.share = screening(of: rules)
    // Fourteen to one that it harms. Nothing is certified by it: an edit that is dropped by mistake is only not
    // carried further.
    rules.screening.harm = 1.5
    // Edits that look bad are carried now and then all the same, or nothing more would be learned of them.
    rules.screening.flips = max(rules.screening.flips, 0.2)
    return rules
  }

  /// The share of the trials that goes to the screening, so that the last races have what they need.
  private static func screening(of rules: NightRules) -> Double {
    let kept =
      rules.reportTrials * rules.count(.gate) + 2 * rules.vaultTrials * rules.count(.vault)
      + rules.pilotTrials * rules.count(.dev) + rules.reserveForTwins
    let free = Double(max(rules.rollouts - kept, 1))
    return min(rules.screening.share, max(1 - Double(rules.lastRaces) / free, 0.35))
  }

  /// Whether the night compares tasks with their twins: what it began with stands.
  var hasTwins: Bool {
    guard let record else { return rules.twins != nil }
    return record.fact.settings["twins"].string != nil
  }

  /// Refuses to go on with a night whose twins were others.
  func refuse(_ twins: Suite?) throws(BelayError) {
    guard let record, record.fact.settings["twins"].string != twins?.digest.hex,
      record.fact.settings["twins"].string != nil
    else { return }
    throw BelayError(
      .usage, "the twins of the suite's tasks have changed since \(record.id) began",
      place: "\(record.id)", hint: "put the twin.toml files back, or begin a new night")
  }

  /// What is recorded of it; `audited` is whether its suite was put to the test first.
  func settings(audited: Bool, twins: Suite?) -> JSON {
    [
      "twins": .optional(twins?.digest.hex),
      "experiment": .string(path), "name": .string(experiment.name),
      "harness": .string(harness.digest.hex), "definition": experiment.definition,
      "direction": .string(experiment.direction), "audited": .bool(audited),
    ]
  }
}
