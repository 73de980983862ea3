internal import Base
public import Facts
internal import Layout
public import Ledger
internal import Score
internal import Stats

/// Finds what an id or a name means and says what is known of it.
public enum Show {
  /// A sheet of `r5`, `c3`, `t7`, `h12ab…`, a suite or a task by name or digest; trials that are withheld have
  /// none.
  public static func read(
    _ reader: LedgerReader, _ text: String, content: Bool = false,
    withholding: Withholding = { _ in false }
  ) throws -> Sheet {
    if let id = RunID(text) { return try run(reader, id) }
    if let id = CandidateID(text) { return try candidate(reader, try reader.candidate(id)) }
    if let id = TrialID(text) {
      return try trial(reader, id, content: content, withholding)
    }
    if let suite = try found({ try reader.suite(text) }) { return try self.suite(reader, suite) }
    if let harness = try found({ try reader.harness(text) }) {
      return try self.harness(reader, harness)
    }
    if let (suite, task) = try self.task(reader, named: text) {
      return try self.task(reader, suite, task)
    }
    throw BelayError(
      .notFound, "no run, candidate, trial, harness, suite or task of this name", place: text,
      hint: "belay log")
  }

  // What is not found under one reading may be found under the next.
  private static func found<Value>(_ read: () throws -> Value) throws -> Value? {
    do { return try read() } catch let error as BelayError where error.kind == .notFound {
      return nil
    }
  }

  private static func run(_ reader: LedgerReader, _ id: RunID) throws -> Sheet {
    let run = try reader.run(id)
    var table = TextTable([
      TextTable.Column(title: "candidate"), TextTable.Column(title: "harness", shrinksTo: 8),
      TextTable.Column(title: "score", right: true),
      TextTable.Column(title: "interval", right: true),
      TextTable.Column(title: "scored", right: true),
      TextTable.Column(title: "outcomes", shrinksTo: 10, leaves: 1),
    ])
    var scores: [JSON] = []
    for candidate in run.candidates.prefix(50) {
      let summary = try EvalSummary.read(reader, run: id, candidate: candidate)
      let card = summary.card
      table.add([
        "\(candidate)", summary.candidate.name, Figure.percent(card.score?.mean),
        card.score.map { Figure.range($0.interval) } ?? "undecided",
        "\(card.tally.scored)/\(card.tally.trials)", card.tally.outcomesText,
      ])
      scores.append(.object(summary.fields))
    }
    var record = run.json
    record["scores"] = .array(scores)
    return Sheet(
      kind: "run", record: record,
      hints: ["belay log \(id)"] + run.candidates.prefix(1).map { "belay show \($0)" },
      title: "run \(id)",
      values: [
        ("type", run.fact.type.rawValue), ("suite", "\(run.suiteName)@\(run.fact.suite.short)"),
        ("state", run.state), ("started", Figure.minute(run.fact.startedAt)),
        ("took", Figure.duration(milliseconds: run.wallMs)),
        ("trials", "\(run.finished) of \(run.trials) finished"),
        ("vault", run.fact.opensVault ? "opened" : "not opened"),
        ("command", run.fact.command),
        ("process", "\(run.fact.owner.pid) on \(run.fact.owner.host)"),
      ] + mark(run) + run.fact.conditions.leaves("conditions")
        + run.fact.settings.leaves("settings"),
      tables: [table])
  }

  // Whoever sees a figure of simulated models must know.
  private static func mark(_ run: RunRecord) -> [(String, String)] {
    run.fact.rehearsal.map { [("models", $0)] } ?? []
  }

  private static func candidate(_ reader: LedgerReader, _ candidate: CandidateRecord) throws
    -> Sheet
  {
    try harness(reader, try reader.harness(candidate.harness.hex))
  }

  private static func harness(_ reader: LedgerReader, _ harness: HarnessRecord) throws -> Sheet {
    let candidate = try reader.candidates().first { $0.harness == harness.digest }
    let runs = try candidate.map { known in
      try reader.runs().filter { $0.candidates.contains(known.id) }
    }
    var files = TextTable([
      TextTable.Column(title: "file", shrinksTo: 12), TextTable.Column(title: "mode"),
      TextTable.Column(title: "bytes", right: true), TextTable.Column(title: "blob", leaves: 1),
    ])
    for file in harness.files {
      files.add([
        file.path, String(file.mode, radix: 8), "\(file.bytes)", file.blob.short,
      ])
    }
    var history = TextTable([
      TextTable.Column(title: "run"), TextTable.Column(title: "type"),
      TextTable.Column(title: "suite", shrinksTo: 8), TextTable.Column(title: "state"),
      TextTable.Column(title: "finished", right: true),
      TextTable.Column(title: "started", leaves: 1),
    ])
    for run in (runs ?? []).prefix(20) {
      history.add([
        "\(run.id)", run.fact.type.rawValue, "\(run.suiteName)@\(run.fact.suite.short)", run.state,
        "\(run.finished)/\(run.trials)", Figure.minute(run.fact.startedAt),
      ])
    }
    let record: JSON = [
      "id": .string(harness.digest.harnessID), "digest": .string(harness.digest.hex),
      "name": .string(harness.name), "harness_kind": .string(harness.kind),
      "candidate": .optional(candidate.map { "\($0.id)" }), "definition": harness.definition,
      "files": .array(
        harness.files.map {
          [
            "path": .string($0.path), "mode": .int(Int($0.mode)), "bytes": .int($0.bytes),
            "blob": .string($0.blob.hex),
          ]
        }), "runs": .array((runs ?? []).map { .string("\($0.id)") }),
    ]
    return Sheet(
      kind: candidate == nil ? "harness" : "candidate", record: record,
      hints: (runs?.first).map { ["belay show \($0.id)", "belay leaderboard"] }
        ?? ["belay eval \(harness.digest.harnessID) --suite SUITE"],
      title: "\(candidate.map { "candidate \($0.id)  " } ?? "")harness \(harness.name)",
      values: [
        ("kind", harness.kind), ("id", harness.digest.harnessID), ("digest", harness.digest.hex),
      ] + harness.definition.leaves(), tables: [files, history])
  }

  private static func trial(
    _ reader: LedgerReader, _ id: TrialID, content: Bool, _ withholding: Withholding
  ) throws -> Sheet {
    let detail = try reader.trial(id)
    let trial = detail.trial
    if try withholding(trial) {
      throw BelayError(
        .usage, trial.split.whyWithheld, place: "\(id)", hint: "belay report \(trial.fact.run)")
    }
    var attempts = TextTable([
      TextTable.Column(title: "attempt", right: true), TextTable.Column(title: "outcome"),
      TextTable.Column(title: "score", right: true), TextTable.Column(title: "exit", right: true),
      TextTable.Column(title: "took", right: true), TextTable.Column(title: "ended", leaves: 1),
      TextTable.Column(title: "said", shrinksTo: 12),
    ])
    var files = TextTable([
      TextTable.Column(title: "attempt", right: true), TextTable.Column(title: "role"),
      TextTable.Column(title: "file", shrinksTo: 12), TextTable.Column(title: "bytes", right: true),
      TextTable.Column(title: "blob", leaves: 1),
    ])
    for attempt in detail.attempts {
      attempts.add([
        "\(attempt.number)", attempt.outcome.words, Figure.percent(attempt.score),
        attempt.exitCode.map { "\($0)" } ?? Figure.missing,
        Figure.duration(milliseconds: attempt.usage.wallMs), Figure.minute(attempt.endedAt),
        attempt.sentence(content: content) ?? "",
      ])
      for file in attempt.files {
        files.add([
          "\(attempt.number)", file.role, file.path,
          file.bytes == file.totalBytes ? "\(file.bytes)" : "\(file.bytes) of \(file.totalBytes)",
          file.blob.short,
        ])
      }
    }
    guard case .object(var record) = trial.json(content: content) else {
      throw BelayError(.internal, "a trial is no object", place: "\(id)")
    }
    record["attempts"] = .array(detail.attempts.map { $0.json(content: content) })
    let run = try reader.run(trial.fact.run)
    record["rehearsal"] = .bool(run.fact.rehearsal != nil)
    return Sheet(
      kind: "trial", record: .object(record), hints: ["belay trace \(id)"],
      title: "trial \(id)  \(trial.taskName)",
      values: [
        ("run", "\(trial.fact.run)"), ("candidate", "\(trial.fact.candidate)"),
        ("task", trial.fact.task.hex), ("split", trial.split?.rawValue ?? Figure.missing),
        ("repeat", "\(trial.fact.index + 1)"), ("seed", "\(trial.fact.seed)"),
        ("dispatched", Figure.minute(trial.fact.dispatchedAt)),
        ("score", Figure.percent(trial.isFinished ? trial.latest?.score : nil)),
      ] + mark(run), tables: [attempts, files])
  }
}
