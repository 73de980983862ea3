public import Base
public import Facts
internal import Layout
public import Ledger
internal import NightLog
internal import Score
internal import Stats

/// What a run comes to, in the words of those who know what kind of run it is.
public struct RunStanding: Sendable {
  /// As members of the run's record.
  public let fields: [String: JSON]
  /// As lines of its sheet.
  public let values: [(label: String, value: String)]
  /// Commands that lead on.
  public let hints: [String]

  /// What a run comes to.
  public init(
    fields: [String: JSON], values: [(label: String, value: String)], hints: [String]
  ) {
    self.fields = fields
    self.values = values
    self.hints = hints
  }
}

/// Finds what an id or a name means and says what is known of it.
public enum Show {
  /// A sheet of `r5`, `c3`, `t7`, `h12ab…`, a suite or a task by name or digest; trials that are withheld have
  /// none.
  ///
  /// A night mixes trials that chose with those that did not, so that no score over all of them means anything:
  /// what it comes to, `night` says.
  public static func read(
    _ reader: LedgerReader, _ text: String, content: Bool = false,
    withholding: Withholding = { _ in false }, night: (RunID) throws -> RunStanding? = { _ in nil }
  ) throws -> Sheet {
    if let id = RunID(text) { return try run(reader, id, night) }
    if let id = CandidateID(text) { return try candidate(reader, try reader.candidate(id)) }
    if let id = TrialID(text) {
      return try trial(reader, id, content: content, withholding)
    }
    if let suite = try found({ try reader.suite(text) }) { return try self.suite(reader, suite) }
    if let harness = try found({ try reader.harness(text) }) {
      return try self.harness(reader, harness)
    }
    if let (suite, task) = try self.task(reader, named: text) {
      return try self.task(reader, suite, task, withholding)
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

  private static func run(
    _ reader: LedgerReader, _ id: RunID, _ night: (RunID) throws -> RunStanding?
  ) throws -> Sheet {
    let run = try reader.run(id)
    guard run.fact.type != .night else {
      let standing = try night(id)
      return Sheet(
        kind: "run", record: record(run, standing?.fields ?? [:]),
        hints: standing?.hints ?? ["belay log \(id)"], title: "run \(id)",
        values: values(run) + (standing?.values ?? []) + rules(run), tables: [])
    }
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
    return Sheet(
      kind: "run", record: record(run, ["scores": .array(scores)]),
      hints: ["belay log \(id)"] + run.candidates.prefix(1).map { "belay show \($0)" },
      title: "run \(id)", values: values(run) + rules(run), tables: [table])
  }

  private static func record(_ run: RunRecord, _ more: [String: JSON]) -> JSON {
    .object((run.json.object ?? [:]).merging(more) { $1 })
  }

  private static func values(_ run: RunRecord) -> [(label: String, value: String)] {
    // A night opens the vault at its end, if at all: its own words tell.
    let vault = run.fact.type == .night ? "" : run.fact.opensVault ? "opened" : "not opened"
    return [
      ("type", run.fact.type.rawValue), ("suite", "\(run.suiteName)@\(run.fact.suite.short)"),
      ("state", run.fact.type == .night ? "" : run.state),
      ("started", Figure.minute(run.fact.startedAt)),
      ("took", Figure.duration(milliseconds: run.wallMs)),
      ("trials", "\(run.finished) of \(run.trials) finished"), ("vault", vault),
      ("command", run.fact.command),
      ("process", "\(run.fact.owner.pid) on \(run.fact.owner.host)"),
    ] + mark(run)
  }

  private static func rules(_ run: RunRecord) -> [(label: String, value: String)] {
    run.fact.conditions.leaves("conditions") + run.fact.settings.leaves("settings")
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
    let night = runs?.first { $0.fact.type == .night }
    let after = try candidate.flatMap { known in
      try night.map { try reader.aftermath(of: known.id, on: $0.fact.suite, after: $0.id) }
    }
    let record: JSON = [
      "since": after?.json ?? .null, "id": .string(harness.digest.harnessID),
      "digest": .string(harness.digest.hex),
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
      ] + (after?.lines ?? []).map { ("since", $0) } + harness.definition.leaves(),
      tables: [files, history])
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
