internal import Base
internal import Facts
internal import Interchange
internal import Platform

extension HarborImport {
  /// Where the run comes from; two imports with the same are the same job.
  var source: JSON {
    [
      "kind": "harbor", "job": .string(job.name), "id": .optional(job.id),
      "folder": job.id == nil ? .string(job.folder) : .null,
      "harbor_version": .optional(job.harborVersion),
      "reward": [
        "key": .string(scale.key), "min": .number(scale.range.lowerBound),
        "max": .number(scale.range.upperBound),
      ],
    ]
  }

  /// What must agree before two jobs are compared; the rest of a configuration may hold keys and is not kept.
  var conditions: JSON {
    let environment = job.config["environment"]
    var kept: [String: JSON] = ["provider": .string("harbor"), "reward": source["reward"]]
    for (key, value) in job.config.object ?? [:] where key.hasSuffix("timeout_multiplier") {
      kept[key] = value
    }
    for (key, value) in environment.object ?? [:]
    where key == "type" || key.hasPrefix("override_") {
      kept["environment_\(key)"] = value
    }
    return .object(kept)
  }

  /// The tasks of the job as a suite; its digest is that of a folder with exactly these tasks.
  var suiteFact: SuiteFact {
    var tasks: [Digest: TaskFact] = [:]
    for trial in job.trials {
      let digest = Self.digest(of: trial)
      // Of one content under several names the first name stands.
      if tasks[digest] != nil { continue }
      tasks[digest] = TaskFact(
        name: trial.task, digest: digest,
        definition: ["place": trial.taskPlace, "digest_known": .bool(trial.taskDigest != nil)])
    }
    var hasher = Hasher256()
    for digest in tasks.keys.sorted() { hasher.update("\(digest.hex)\n") }
    let datasets = Set(job.trials.compactMap(\.dataset))
    let name = datasets.count == 1 ? datasets.first ?? job.name : job.name
    return SuiteFact(
      digest: hasher.finish(), name: name, path: job.folder, definition: ["source": "harbor"],
      tasks: tasks.values.sorted { ($0.name, $0.digest) < ($1.name, $1.digest) })
  }

  /// The task's own digest; an old job that does not know it stands for itself by name.
  static func digest(of trial: HarborTrial) -> Digest {
    trial.taskDigest
      ?? Digest.of(
        JSON.object(["harbor_task": .string(trial.task), "place": trial.taskPlace]).text())
  }

  /// What became of a trial; a reward that is no number of the range is the verifier's failure.
  func attempt(_ trial: HarborTrial, _ id: TrialID, otherwise start: Timestamp) -> AttemptFact {
    var outcome = Outcome(rawValue: trial.outcome.rawValue) ?? .sandboxFailed
    var detail = trial.exceptions.first.map { "\($0.type): \($0.message)" } ?? ""
    let reward = trial.reward(key: scale.key)
    let score = outcome.isScored ? self.score(reward) : nil
    if outcome.isScored, score == nil {
      outcome = .verifierFailed
      detail =
        reward.map { "reward \(Self.shown($0)) is out of the range \(range)" }
        ?? "there is no reward '\(scale.key)' among \(Self.names(trial.rewards))"
    } else if outcome == .verifierFailed, detail.isEmpty {
      detail = "the verifier gave no reward"
    }
    var flags = ["imported"]
    if trial.rewards?.count == 1, trial.rewards?[scale.key] == nil {
      flags.append("reward_of_only_key")
    }
    let startedAt = trial.startedAt ?? start
    let endedAt = trial.finishedAt ?? startedAt
    return AttemptFact(
      trial: id, number: 1, isFinal: true, outcome: outcome, detail: detail,
      limit: outcome == .limit ? limit(trial) : nil, reward: reward, score: score,
      metrics: (trial.rewards ?? [:]).filter { $0.key != scale.key },
      phases: trial.phases.map { phase in
        PhaseFact(phase.name, (phase.finishedAt ?? phase.startedAt).since(phase.startedAt))
      },
      usage: Usage(
        wallMs: Int(max(0, endedAt.milliseconds - startedAt.milliseconds)), cpuMs: 0,
        inputTokens: trial.usage.input, cachedTokens: trial.usage.cached,
        outputTokens: trial.usage.output, costUSD: trial.usage.costUSD),
      flags: flags, steps: steps(trial), startedAt: startedAt, endedAt: endedAt,
      files: trial.files.filter { $0.role != .record }.compactMap { kept($0, of: trial) })
  }

  private func limit(_ trial: HarborTrial) -> String {
    trial.exceptions.first?.type == "AgentTimeoutError" ? "wall" : "tokens"
  }

  private func steps(_ trial: HarborTrial) -> JSON {
    guard !trial.steps.isEmpty else { return .null }
    return .array(
      trial.steps.map { step in
        let rewards = step.rewards ?? [:]
        let reward = rewards[scale.key] ?? (rewards.count == 1 ? rewards.values.first : nil)
        let exception = trial.exceptions.first { $0.step == step.name }
        return [
          "name": .string(step.name), "reward": .number(reward), "score": .number(score(reward)),
          "metrics": .object(
            rewards.filter { $0.key != scale.key }.mapValues { .number($0) }),
          "limit": exception?.type == "AgentTimeoutError" ? "wall" : .null,
          "exception": .optional(exception.map { "\($0.type): \($0.message)" }),
        ]
      })
  }

  private func score(_ reward: Double?) -> Double? {
    guard let reward, scale.range.contains(reward) else { return nil }
    return (reward - scale.range.lowerBound) / (scale.range.upperBound - scale.range.lowerBound)
  }

  private var range: String {
    "\(Self.shown(scale.range.lowerBound)) to \(Self.shown(scale.range.upperBound))"
  }

  private static func shown(_ number: Double) -> String { JSON.number(number).text() }

  private static func names(_ rewards: [String: Double]?) -> String {
    (rewards ?? [:]).keys.sorted().map { "'\($0.printable())'" }.joined(separator: ", ")
  }

  private func kept(_ file: HarborFile, of trial: HarborTrial) -> AttemptFile? {
    let path = Path.join(trial.folder, file.path)
    // A trajectory that is cut is no JSON any more.
    let limit = file.role == .trajectory ? 8 * fileLimit : fileLimit
    guard let bytes = try? Files.prefix(path, count: limit) else { return nil }
    let isText = [.trajectory, .agentLog, .verifierLog, .trialLog].contains(file.role)
    return AttemptFile(
      role: file.role.rawValue, path: file.path, content: bytes, totalBytes: file.bytes,
      indexed: isText && !bytes.prefix(4096).contains(0))
  }
}
