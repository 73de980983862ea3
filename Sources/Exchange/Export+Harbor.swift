public import Base
internal import Facts
public import Ledger
internal import Platform
internal import Stats

extension Export {
  /// Writes a run as a job folder that Harbor's own tools read.
  ///
  /// Attempts that were tried again are kept below `attempts/` of their trial, where Harbor would delete them.
  public static func harbor(_ reader: LedgerReader, run id: RunID, to path: String) throws
    -> ExportSummary
  {
    let run = try reader.run(id)
    let suite = try reader.suite(run.fact.suite.hex)
    var folder = try ExportFolder(path)
    let absolute = try Files.real(path)
    var tally = HarborJobTally()
    var locks: [JSON] = []
    let export = try Export(reader, TrialFilter(run: id))
    var candidates: [CandidateID: CandidateRecord] = [:]
    var definitions: [CandidateID: JSON] = [:]
    for candidate in run.candidates {
      let record = try reader.candidate(candidate)
      candidates[candidate] = record
      definitions[candidate] = try reader.harness(record.harness.hex).definition
    }
    try export.eachTrial { trial in
      guard let candidate = candidates[trial.fact.candidate] else { return }
      let records = HarborRecords(
        run: run, suite: suite, candidate: candidate,
        definition: definitions[candidate.id] ?? .null)
      locks.append(records.trialLock(trial))
      let detail = try reader.trial(trial.id)
      guard let attempt = detail.attempts.last, attempt.isFinal else {
        tally.addPending()
        return folder.countTrial(pending: true)
      }
      let name = HarborRecords.trialName(trial)
      try folder.write(records.trialConfig(trial), "config.json", in: name)
      try folder.write(records.trialLock(trial), "lock.json", in: name)
      try folder.write(
        records.trialResult(trial, attempt, at: absolute), "result.json", in: name)
      for one in detail.attempts {
        let place = one.number == attempt.number ? name : "\(name)/attempts/\(one.number)"
        try write(one, of: trial, records, to: &folder, in: place, reader, export)
      }
      tally.add(trial, attempt, records)
      folder.countTrial()
    }
    let jobName = Path.last(absolute)
    try folder.write(config(run, suite, Array(candidates.values), jobName), "config.json")
    try folder.write(
      [
        "schema_version": 3, "created_at": .string("\(run.fact.startedAt)"), "harbor": [:],
        "n_concurrent_trials": .int(run.fact.settings["slots"].int ?? 1), "retry": [:],
        "trials": .array(locks),
      ], "lock.json")
    try folder.write(tally.result(run), "result.json")
    return folder.summary
  }

  private static func write(
    _ attempt: AttemptRecord, of trial: TrialRecord, _ records: HarborRecords,
    to folder: inout ExportFolder, in place: String, _ reader: LedgerReader, _ export: Export
  ) throws {
    var hasManifest = false
    for file in attempt.files {
      try folder.write(try reader.blob(file.blob), file.path, in: place)
      hasManifest = hasManifest || file.path == "artifacts/manifest.json"
    }
    // A retried attempt keeps what it left; only the final one is completed to Harbor's shape.
    guard attempt.isFinal else { return }
    if !hasManifest { try folder.write(.array([]), "artifacts/manifest.json", in: place) }
    if !attempt.files.contains(where: { $0.role == "trajectory" }) {
      for entry in try export.trajectories(trial.id) {
        try folder.write(entry.document, "agent/trajectory.json", in: place)
      }
    }
    if records.exceptionType(attempt) != nil {
      try folder.write(Array((attempt.detail + "\n").utf8), "exception.txt", in: place)
    }
  }

  private static func config(
    _ run: RunRecord, _ suite: SuiteFact, _ candidates: [CandidateRecord], _ name: String
  ) -> JSON {
    [
      "job_name": .string(name), "n_attempts": .int(run.fact.conditions["trials"].int ?? 1),
      "n_concurrent_trials": .int(run.fact.settings["slots"].int ?? 1),
      "agents": .array(
        candidates.sorted { $0.id < $1.id }.map { ["name": .string($0.name)] }),
      "datasets": [["path": .string(suite.path)]],
    ]
  }
}

/// The figures of a job's `result.json`, counted as Harbor counts them.
struct HarborJobTally {
  private struct Evaluation {
    var trials = 0
    var errors = 0
    var sums: [String: Double] = [:]
    var rewards: [String: [String: [JSON]]] = [:]
    var exceptions: [String: [JSON]] = [:]
    var passes: [Digest: (passes: Int, trials: Int)] = [:]
    var isBinary = true
  }

  private var evaluations: [String: Evaluation] = [:]
  private var completed = 0
  private var errored = 0
  private var cancelled = 0
  private var pending = 0
  private var retries = 0
  private var input: Int?
  private var cached: Int?
  private var output: Int?
  private var cost: Double?
  private var last: Timestamp?

  mutating func addPending() { pending += 1 }

  mutating func add(_ trial: TrialRecord, _ attempt: AttemptRecord, _ records: HarborRecords) {
    completed += 1
    retries += trial.attempts - 1
    last = max(last ?? attempt.endedAt, attempt.endedAt)
    let name = JSON.string(HarborRecords.trialName(trial))
    let key = [records.agentName, records.modelName, records.suite.name].compactMap(\.self)
      .joined(separator: "__")
    var evaluation = evaluations[key] ?? Evaluation()
    if let rewards = records.verdict(attempt)?.object {
      evaluation.trials += 1
      for (reward, value) in rewards {
        evaluation.sums[reward, default: 0] += value.double ?? 0
        evaluation.rewards[reward, default: [:]][value.text(), default: []].append(name)
      }
      let value = rewards.count == 1 ? rewards.values.first?.double : nil
      evaluation.isBinary = evaluation.isBinary && (value == 0 || value == 1)
      let before = evaluation.passes[trial.fact.task] ?? (0, 0)
      evaluation.passes[trial.fact.task] = (
        before.passes + (value == 1 ? 1 : 0), before.trials + 1
      )
    }
    if let type = records.exceptionType(attempt) {
      evaluation.errors += 1
      errored += 1
      cancelled += attempt.outcome == .cancelled ? 1 : 0
      evaluation.exceptions[type, default: []].append(name)
    }
    evaluations[key] = evaluation
    func plus(_ sum: Int?, _ value: Int?) -> Int? { value.map { (sum ?? 0) + $0 } ?? sum }
    input = plus(input, attempt.usage.inputTokens)
    cached = plus(cached, attempt.usage.cachedTokens)
    output = plus(output, attempt.usage.outputTokens)
    if let money = attempt.usage.costUSD { cost = (cost ?? 0) + money }
  }

  func result(_ run: RunRecord) -> JSON {
    return [
      "id": .string(HarborRecords.jobID(run)), "started_at": Self.naive(run.fact.startedAt),
      "updated_at": Self.naive(run.end?.at ?? last ?? run.fact.startedAt),
      "finished_at": run.end.map { Self.naive($0.at) } ?? .null,
      "n_total_trials": .int(completed + pending),
      "stats": [
        "n_completed_trials": .int(completed), "n_errored_trials": .int(errored),
        "n_running_trials": 0, "n_pending_trials": .int(pending),
        "n_cancelled_trials": .int(cancelled), "n_retries": .int(retries),
        "evals": .object(evaluations.mapValues(Self.json)),
        "n_input_tokens": .optional(input), "n_cache_tokens": .optional(cached),
        "n_output_tokens": .optional(output), "cost_usd": .number(cost),
      ],
    ]
  }

  // Harbor's mean counts a trial without a reward as 0; here it is over the scored trials, and says so.
  private static func json(_ evaluation: Evaluation) -> JSON {
    let count = Double(max(1, evaluation.trials))
    let means = evaluation.sums.mapValues { JSON.number($0 / count) }
    let metric = means.count == 1 ? means.values.first.map { ["mean": $0] } ?? [:] : means
    return [
      "n_trials": .int(evaluation.trials), "n_errors": .int(evaluation.errors),
      "metrics": evaluation.trials == 0 ? [] : [.object(metric)],
      "pass_at_k": .object(passAtK(evaluation)),
      "reward_stats": .object(
        evaluation.rewards.mapValues { .object($0.mapValues(JSON.array)) }),
      "exception_stats": .object(evaluation.exceptions.mapValues(JSON.array)),
    ]
  }

  private static func passAtK(_ evaluation: Evaluation) -> [String: JSON] {
    guard evaluation.isBinary, let fewest = evaluation.passes.values.map(\.trials).min() else {
      return [:]
    }
    var found: [String: JSON] = [:]
    for k in PassAtK.shown(trials: fewest) where k > 1 {
      found["\(k)"] = .number(PassAtK.mean(Array(evaluation.passes.values), k: k))
    }
    return found
  }

  // Harbor writes the times of a job without a zone.
  private static func naive(_ time: Timestamp) -> JSON { .string(String("\(time)".dropLast())) }
}
