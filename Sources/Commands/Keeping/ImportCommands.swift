internal import Base
internal import Console
internal import Exchange
internal import Facts
internal import Fleet
internal import Interchange
internal import Layout
internal import Ledger
internal import Platform
internal import Workbench

/// The noun `import`: what other programs ran.
enum ImportCommands {
  static let folder = Argument(.directory("JOBDIR"), "A job folder, or that of a single trial")
  static let key = Option(
    "reward-key", .text("KEY"), default: "reward",
    "The reward that counts; a single one counts whatever its key")
  static let low = Option(
    "reward-min", .number("Y", -1e300...1e300), default: 0.0, shown: "0",
    "The reward that scores 0")
  static let high = Option(
    "reward-max", .number("Y", -1e300...1e300), default: 1.0, shown: "1",
    "The reward that scores 1")

  static let harbor = Command(
    "harbor", in: .share, "Take a job that Harbor ran into the lab",
    discussion: """
      Reads result.json, logs and ATIF trajectories; nothing is run. Every agent with its model becomes a \
      candidate, the job's tasks a suite. What Harbor scored although its machinery failed is not scored here.
      """,
    takes: [folder, key, low, high],
    examples: [
      Example("belay import harbor jobs/2026-11-20__22-00-00", "a job"),
      Example("belay import harbor job --reward-key accuracy", "another reward counts"),
    ],
    output: .page("import", compact: ["run", "trials", "scored"])
  ) { call in
    guard call[low] < call[high] else {
      throw BelayError(
        .usage, "--reward-min must be below --reward-max", hint: "belay import harbor --help")
    }
    let job = try HarborJob.read(SuiteWord.place(call[folder], call))
    for diagnostic in job.diagnostics.prefix(20) {
      let key = diagnostic.key.map { "\($0): " } ?? ""
      call.output.warn("\(diagnostic.file): \(key)\(diagnostic.message)".printable())
    }
    if let fault = job.lacksReward(key: call[key], option: "--reward-key") { throw fault }
    let lab = try LabWord.resolve(call)
    var scale = HarborImport.Scale()
    scale.key = call[key]
    scale.range = call[low]...call[high]
    let summary = try await record(HarborImport(job, scale: scale), in: lab, call)
    let page = Page(
      items: [summary.json],
      hints: [
        "belay show \(summary.run)", "belay leaderboard --suite \(summary.suite.short)",
      ],
      fields: [
        "skipped": .array(
          summary.skipped.map { ["name": .string($0.name), "reason": .string($0.reason)] })
      ])
    try call.output.page(page) { width in
      var lines = Prose.parts(
        [
          "\(summary.run)  \(job.name)", Figure.plural(summary.trials, "trial"),
          "\(summary.scored) scored", Figure.plural(summary.candidates.count, "candidate"),
        ], width: width, indent: 2)
      for skipped in summary.skipped {
        lines += Prose.wrap(
          "skipped \(skipped.name): \(skipped.reason)", width: width, indent: 2)
      }
      lines += Prose.parts(["next"] + page.hints, width: width, indent: 6)
      return Prose.text(lines)
    }
    return .ok
  }

  static let command = Command(
    "import", in: .share, "Take in what other programs ran", commands: [harbor])

  private static func record(_ job: HarborImport, in lab: Lab, _ call: Call) async throws
    -> HarborImport.Summary
  {
    let ledger = try await lab.open()
    do {
      let summary = try await job.record(
        in: ledger, known: lab.reader().runs(),
        owner: ProcessOwner.current,
        command: call.commandLine, now: call.surroundings.clock.now)
      try await ledger.close()
      return summary
    } catch {
      try? await ledger.close()
      throw error
    }
  }
}

extension HarborImport.Summary {
  var json: JSON {
    [
      "run": .string("\(run)"), "suite": .string(suite.hex),
      "candidates": .array(candidates.map { .string("\($0)") }), "trials": .int(trials),
      "scored": .int(scored), "skipped": .int(skipped.count),
    ]
  }
}
