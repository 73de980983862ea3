internal import Base
package import Console
internal import Facts
internal import Fleet
internal import Harness
internal import Layout
internal import Ledger
internal import Model
internal import Platform
internal import Report
internal import Suite
internal import Workbench

/// `belay verify`: a candidate and the one that it is to beat, with fresh seeds on the tasks that decide.
package enum VerifyCommand {
  static let candidate = Argument(
    HarnessWord.kind, "The candidate: c12, or any other HARNESS; or the file of a bundle")
  static let against = Option(
    "against", .text("HARNESS"), "What it is to beat; else the baseline of its night")
  static let trials = Option(
    "trials", .whole("K", 1...1000), default: 3, "Trials of each side on each task")
  static let suite = Option(
    "suite", SuiteWord.kind, "The suite's folder; else where that of its newest run was")
  static let split = Option(
    "split", .choice("SPLIT", ["gate", "dev"]), default: "gate", "On which tasks")
  static let seed = Option(
    "seed", .whole("S", 1...Int.max), "The seed; else one that was never used")
  static let trusted = Option(
    repeated: "trusted", .text("KEY"),
    "Of a bundle: a public key that may have signed it, or its file; may be given several times")

  /// What only trials need.
  private static let ofTrials: [any Parameter] =
    [against, trials, suite, split, seed, TrialFlags.slots, TrialFlags.provider] + ModelFlags.all

  package static let command = Command(
    "verify", in: .decide, "Try a candidate again with fresh seeds, or check a bundle offline",
    discussion: """
      Both sides run on the same tasks with the same fresh seeds; the difference is taken task by task and \
      its interval is clustered. Ends with 6 when the gain is not confirmed. Models are those of the \
      candidate's night unless --model says otherwise.

      Of a bundle ('belay export RUN --bundle') it says offline, line by line, what holds: hashes, signature, \
      harnesses, every decision, every figure, from the recorded trials. Ends with 6 when something does not.
      """,
    takes: [
      candidate, against, trials, suite, split, seed, trusted, TrialFlags.slots,
      TrialFlags.provider,
    ] + ModelFlags.all,
    examples: [
      Example("belay verify c12 --trials 3", "against the baseline of its night"),
      Example("belay verify c12 --against c7", "against another candidate"),
      Example("belay verify r12.belay --trusted their.key.pub", "a bundle that somebody sent"),
    ],
    output: .job("verify", compact: ["candidate", "against", "word", "mean", "low", "high"])
  ) { call in
    let file = Path.absolute(call[Self.candidate], from: call.surroundings.workingDirectory)
    if Files.isFile(file) {
      try call.refuse(
        ofTrials, as: "a bundle is checked by what is in it", hint: "belay verify FILE")
      return try BundleCommands.verify(call, file, trusted: call[trusted])
    }
    guard call[trusted].isEmpty else {
      throw BelayError(
        .notFound, "--trusted is for a bundle, and no such file is here", place: file,
        hint: "belay verify FILE --trusted KEY")
    }
    let reader = try LabWord.reader(call)
    let origin = try Origin.of(call[Self.candidate], reader)
    let suite = try place(of: origin, reader, call)
    guard let rival = call[Self.against] ?? origin?.baseline.map({ "\($0)" }) else {
      throw BelayError(
        .usage, "nothing is known that it should beat", place: call[Self.candidate],
        hint: "--against HARNESS")
    }
    let selection = try TaskSelection(
      suite: suite, split: call[Self.split], globs: [], opensVault: false)
    let opened = try await TrialSession.open(
      call, suite: suite, provider: call[TrialFlags.provider], createLab: false)
    return try await opened.closing {
      let seed =
        call[Self.seed].map { UInt64($0) } ?? UInt64(call.surroundings.clock.now.milliseconds)
      var runs: [RunID] = []
      let sides = try [rival, call[Self.candidate]].map {
        try HarnessWord.resolve($0, lab: opened.lab)
      }
      let models = ModelFlags.ofTrials(origin?.models ?? [:], of: sides)
      for harness in sides {
        let session = try opened.serving(harness, suite: suite, models: models)
        try session.refuse(selection, harness: harness, ignoringNetwork: false)
        var request = EvaluationRequest(
          harness: harness, suite: suite, tasks: selection.tasks, repeats: call[Self.trials],
          slots: call[TrialFlags.slots] ?? 2 * Machine.processors, command: call.commandLine)
        request.seed = seed
        request.settings = [
          "split": .string(call[Self.split]), "verifies": .string(call[Self.candidate]),
        ]
        let ended = try await session.run(request, resume: false)
        runs.append(ended.run)
        if ended.code != .ok {
          try call.output.done(
            success: false, ["runs": .array(runs.map { .string("\($0)") })]
          ) { _ in "interrupted: nothing is confirmed" }
          return ended.code
        }
      }
      return try await judge(runs, selection, seed, origin, opened, call)
    }
  }

  private static func judge(
    _ runs: [RunID], _ selection: TaskSelection, _ seed: UInt64, _ origin: Origin?,
    _ session: TrialSession, _ call: Call
  ) async throws -> ExitCode {
    let reader = try session.lab.reader()
    let subjects = try runs.map { try Subject.resolve("\($0)", reader) }
    var families: [Digest: String] = [:]
    for task in selection.tasks { families[task.digest] = task.family }
    let verification = Verification(
      try Comparison.read(reader, subjects[0], subjects[1]), families: families, seed: seed,
      split: call[Self.split], chooser: origin.flatMap { $0.isChosen ? $0.run.id : nil })
    // The last end of a run holds: what it was for stands with it.
    try await session.ledger.end(
      RunEndFact(
        run: runs[1], at: call.surroundings.clock.now, ending: .done,
        summary: ["verification": verification.summary]))
    let isConfirmed = verification.word == .confirmed
    try call.output.done(success: isConfirmed, verification.items[0].object ?? [:]) { width in
      verification.text(width: width)
        + Prose.text(Prose.parts(["next"] + verification.hints, width: width, indent: 6))
    }
    return isConfirmed ? .ok : ExitCode(.gate)
  }

  private static func place(of origin: Origin?, _ reader: LedgerReader, _ call: Call) throws
    -> Suite
  {
    if let named = call[Self.suite] { return try SuiteWord.load(named, call) }
    guard let origin else {
      throw BelayError(
        .usage, "the candidate was never run, so that its suite is not known",
        hint: "--suite SUITE")
    }
    let known = try reader.suite(origin.run.fact.suite.hex)
    guard Files.isDirectory(known.path) else {
      throw BelayError(
        .notFound, "the suite \(known.name.printable()) is no longer where it was",
        place: known.path,
        hint: "--suite SUITE")
    }
    let found = try Suite.load(known.path)
    if found.digest != known.digest {
      call.output.warn("the suite has changed since \(origin.run.id): its tasks are others")
    }
    return found
  }

  /// Where a candidate comes from: its night, else its newest run.
  struct Origin {
    let run: RunRecord
    let baseline: CandidateID?
    let models: [String: ModelName]
    /// Whether its night put it together, and chose it by dev and gate tasks.
    let isChosen: Bool

    static func of(_ word: String, _ reader: LedgerReader) throws -> Origin? {
      guard let id = CandidateID(word) else { return nil }
      let runs = try reader.runs().filter { $0.candidates.contains(id) }
      guard let run = runs.first(where: { $0.fact.type == .night }) ?? runs.first else {
        return nil
      }
      var models: [String: ModelName] = [:]
      for (alias, name) in run.fact.conditions["models"].object ?? [:] {
        models[alias] = name.string.flatMap { ModelName($0) }
      }
      let baseline = try reader.baseline(of: run.head)
      return Origin(
        run: run, baseline: baseline, models: models,
        isChosen: run.fact.type == .night && baseline != id)
    }
  }
}
