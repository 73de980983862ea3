public import Base
public import Facts
public import Layout
public import Ledger

/// What `belay eval` ends with: the score of one run with its interval, cost, time and worst tasks.
public struct EvalSummary: ReportPage {
  /// The name and version of its record.
  public static let schema = "belay.eval/1"

  /// A task with a low score and a trial to look at.
  public struct WorstTask: Sendable, Hashable {
    /// The task.
    public let task: TaskScore
    /// One of its trials that did not get the full score.
    public let trial: TrialID?
  }

  /// The run.
  public let run: RunRecord
  /// Its candidate.
  public let candidate: CandidateRecord
  /// The score and what it rests on.
  public let card: Scorecard
  /// The same by split, where there is more than one.
  public let splits: [Split: Scorecard]
  /// The tasks with the lowest scores.
  public let worst: [WorstTask]
  /// From the start of the run to its last end; nil while it runs.
  public let wallMs: Int?
  /// How often the suite's vault was opened in this lab.
  public let vaultOpenings: Int

  /// Folds one run and candidate; `expected` names the tasks that the run was to cover.
  public static func read(
    _ reader: LedgerReader, run id: RunID, candidate: CandidateID? = nil,
    expected: [TaskFact] = [], minCoverage: Double = 0.9, worstTasks: Int = 5
  ) throws -> EvalSummary {
    let run = try reader.run(id)
    guard let candidate = candidate ?? run.candidates.first else {
      throw BelayError(.notFound, "the run has no trials", place: "\(id)", hint: "belay log \(id)")
    }
    let cells = try reader.cells(CellFilter(runs: [id], candidates: [candidate]))
    let card = Scorecard(TaskScore.fold(cells), expected: expected, minCoverage: minCoverage)
    let worst = try card.worst(worstTasks).map { task in
      WorstTask(task: task, trial: try Self.lesson(reader, id, candidate, task.task))
    }
    return EvalSummary(
      run: run, candidate: try reader.candidate(candidate), card: card, worst: worst,
      vaultOpenings: try reader.vaultOpenings(suite: run.fact.suite).count)
  }

  init(
    run: RunRecord, candidate: CandidateRecord, card: Scorecard, worst: [WorstTask],
    vaultOpenings: Int
  ) {
    self.run = run
    self.candidate = candidate
    self.card = card
    self.worst = worst
    self.vaultOpenings = vaultOpenings
    let present = Set(card.tasks.compactMap(\.split))
    splits =
      present.count < 2
      ? [:]
      : Dictionary(
        uniqueKeysWithValues: present.map { split in
          let tasks = card.tasks.filter { $0.split == split }
          return (split, Scorecard(tasks, minCoverage: card.minCoverage))
        })
    wallMs = run.end.map { Int($0.at.milliseconds - run.fact.startedAt.milliseconds) }
  }

  // The first trial of the task that failed, else the first that was not scored.
  private static func lesson(
    _ reader: LedgerReader, _ run: RunID, _ candidate: CandidateID, _ task: Digest
  ) throws -> TrialID? {
    let trials = try reader.trials(
      TrialFilter(run: run, candidate: candidate, task: task), limit: 100)
    return
      (trials.first { ($0.latest?.score ?? 1) < 1 } ?? trials.first { $0.latest?.score == nil })?
      .id
  }

  /// The members of the last record of the job `eval`, beside `event` and `success`.
  public var fields: [String: JSON] {
    var fields = card.fields
    fields["run"] = .string("\(run.id)")
    fields["candidate"] = .string("\(candidate.id)")
    fields["harness"] = candidate.json
    fields["suite"] = ["name": .string(run.suiteName), "digest": .string(run.fact.suite.hex)]
    fields["rehearsal"] = .bool(run.fact.rehearsal != nil)
    fields["ending"] = .optional(run.end?.ending.rawValue)
    fields["time"] = [
      "started_at": .string("\(run.fact.startedAt)"),
      "ended_at": .optional(run.end.map { "\($0.at)" }), "wall_ms": .optional(wallMs),
      "trial_wall_ms": .int(card.tally.wallMs), "cpu_ms": .int(card.tally.cpuMs),
    ]
    fields["worst_tasks"] = .array(items)
    var bySplit: [String: JSON] = [:]
    for (split, card) in splits { bySplit[split.rawValue] = .object(card.fields) }
    fields["splits"] = .object(bySplit)
    fields["vault_openings"] = .int(vaultOpenings)
    fields["opens_vault"] = .bool(run.fact.opensVault)
    return fields
  }

  /// The worst tasks.
  public var items: [JSON] {
    worst.map { entry in
      var record = entry.task.json
      record["trial"] = .optional(entry.trial.map { "\($0)" })
      return record
    }
  }

  /// What to look at next.
  public var hints: [String] {
    var hints: [String] = []
    if run.end?.ending == .interrupted {
      let command = run.fact.command
      hints.append(command.contains(" --resume") ? command : "\(command) --resume")
    }
    if let trial = worst.compactMap(\.trial).first { hints.append("belay trace \(trial)") }
    let suite = "--suite \(run.fact.suite.pasteable(run.suiteName))"
    return hints + ["belay matrix \(suite)", "belay leaderboard \(suite)"]
  }
}

extension CandidateRecord {
  /// The harness behind a candidate.
  package var json: JSON {
    [
      "candidate": .string("\(id)"), "id": .string(harness.harnessID),
      "digest": .string(harness.hex), "name": .string(name), "kind": .string(kind),
    ]
  }
}
