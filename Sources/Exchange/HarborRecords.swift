internal import Base
internal import Ledger
internal import Platform
internal import Report

/// The records of a Harbor job folder (its version 0.25), made from what a ledger holds of a run.
struct HarborRecords {
  let run: RunRecord
  let suite: SuiteFact
  let candidate: CandidateRecord

  /// The key of the reward, as the suite names it.
  var rewardKey: String {
    suite.definition["reward"]["key"].string ?? suite.definition["suite"]["reward"]["key"].string
      ?? "reward"
  }

  /// A UUID that is the same in every export of the same thing.
  static func uuid(_ text: String) -> String {
    var bytes = Array(Digest.of(text).bytes.prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x50
    bytes[8] = bytes[8] & 0x3F | 0x80
    let hex = Array(Hex.text(bytes))
    let cuts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    return cuts.map { String(hex[$0]) }.joined(separator: "-")
  }

  var jobID: String { Self.jobID(run) }

  /// The id of the job that a run becomes.
  static func jobID(_ run: RunRecord) -> String {
    uuid("job \(run.fact.suite) \(run.id) \(run.fact.startedAt)")
  }

  /// `<task>__t000012`: Harbor's form, with the trial's own id in place of random letters.
  static func trialName(_ trial: TrialRecord) -> String {
    let last = trial.taskName.split(separator: "/").last.map(String.init) ?? "task"
    let plain = last.unicodeScalars.map { scalar -> Character in
      let isPlain =
        scalar.isASCII
        && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "._-".unicodeScalars.contains(scalar))
      return isPlain ? Character(scalar) : "-"
    }
    let digits = "\(trial.id.number)"
    let start = plain.first == "." ? "-" : ""
    return start + String(plain.prefix(32)) + "__t"
      + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  private func taskPath(_ trial: TrialRecord) -> String {
    Path.join(
      suite.path, trial.taskName.split(separator: "/").last.map(String.init) ?? trial.taskName)
  }

  private var agent: JSON {
    ["name": .string(candidate.name), "kwargs": ["belay_harness": .string(candidate.harness.hex)]]
  }

  // Harbor knows no sandbox of processes; an import path names one that it does not have to load to read.
  private var environment: JSON {
    let provider = run.fact.conditions["provider"].string ?? "process"
    return provider == "docker" || provider == "podman"
      ? ["type": .string(provider)] : ["import_path": .string("belay.sandbox:\(provider)")]
  }

  func trialConfig(_ trial: TrialRecord) -> JSON {
    [
      "task": ["path": .string(taskPath(trial)), "source": .string(suite.name)],
      "trial_name": .string(Self.trialName(trial)), "trials_dir": .string("\(run.id)"),
      "agent": agent, "environment": environment, "job_id": .string(jobID),
    ]
  }

  func trialLock(_ trial: TrialRecord) -> JSON {
    [
      "schema_version": 2,
      "task": [
        "name": .string(trial.taskName), "type": "local", "path": .string(taskPath(trial)),
        "source": .string(suite.name), "digest": .string("sha256:\(trial.fact.task.hex)"),
      ],
      "agent": agent, "environment": environment, "verifier": [:],
    ]
  }

  func trialResult(_ trial: TrialRecord, _ attempt: AttemptRecord, at folder: String) -> JSON {
    let name = Self.trialName(trial)
    var record: [String: JSON] = [
      "id": .string(Self.uuid("trial \(jobID) \(trial.id)")),
      "task_name": .string(trial.taskName), "trial_name": .string(name),
      "trial_uri": .string("file://" + Self.escaped(Path.join(folder, name))),
      "task_id": ["path": .string(taskPath(trial))], "source": .string(suite.name),
      "task_checksum": .string(trial.fact.task.hex), "config": trialConfig(trial),
      "agent_info": [
        "name": .string(candidate.name), "version": .string(candidate.harness.harnessID),
        "model_info": nil,
      ],
      "agent_result": [
        "n_input_tokens": .optional(attempt.usage.inputTokens),
        "n_cache_tokens": .optional(attempt.usage.cachedTokens),
        "n_output_tokens": .optional(attempt.usage.outputTokens),
        "cost_usd": .number(attempt.usage.costUSD), "metadata": ["belay": belay(trial, attempt)],
      ],
      "verifier_result": verdict(attempt).map { ["rewards": $0] } ?? .null,
      "exception_info": exception(attempt), "started_at": .string("\(attempt.startedAt)"),
      "finished_at": .string("\(attempt.endedAt)"),
    ]
    for (key, span) in spans(attempt) { record[key] = span }
    if let steps = attempt.steps.array {
      record["step_results"] = .array(steps.map { step($0, attempt) })
    }
    return .object(record)
  }

  /// The rewards of a scored attempt as Harbor keeps them: the reward under its key, then the metrics.
  func verdict(_ attempt: AttemptRecord) -> JSON? {
    guard attempt.outcome.isScored, let reward = attempt.reward ?? attempt.score else {
      return nil
    }
    var rewards = attempt.metrics.mapValues { JSON.number($0) }
    rewards[rewardKey] = .number(reward)
    return .object(rewards)
  }

  private func belay(_ trial: TrialRecord, _ attempt: AttemptRecord) -> JSON {
    [
      "outcome": .string(attempt.outcome.rawValue), "score": .number(attempt.score),
      "exit_code": .optional(attempt.exitCode), "limit": .optional(attempt.limit),
      "flags": .array(attempt.flags.map(JSON.string)), "attempts": .int(trial.attempts),
      "seed": .string("\(trial.fact.seed)"), "repeat": .int(trial.fact.index + 1),
      "split": .optional(trial.split?.rawValue),
      "cpu_ms": .int(attempt.usage.cpuMs),
      "peak_memory_bytes": .optional(attempt.usage.peakMemoryBytes),
    ]
  }

  // The names are those that Harbor's error policy sorts into the cause that each outcome stands for.
  static func exceptionType(_ outcome: Outcome) -> String? {
    switch outcome {
    case .completed, .brokeJudge: nil
    case .limit: "AgentTimeoutError"
    case .refusal: "AgentSafetyRefusalError"
    case .providerFailed: "ApiError"
    case .sandboxFailed: "RuntimeRequestError"
    case .verifierFailed: "VerifierOutputParseError"
    case .cancelled: "CancelledError"
    }
  }

  private func exception(_ attempt: AttemptRecord) -> JSON {
    guard let type = Self.exceptionType(attempt.outcome) else { return .null }
    return [
      "exception_type": .string(type),
      "exception_message": .string(
        attempt.limit.map { "limit \($0): \(attempt.detail)" } ?? attempt.detail),
      "exception_traceback": "", "occurred_at": .string("\(attempt.endedAt)"),
    ]
  }

  private func step(_ step: JSON, _ attempt: AttemptRecord) -> JSON {
    var rewards = step["metrics"].object ?? [:]
    rewards[rewardKey] = step["reward"]
    let isScored = step["reward"].double != nil
    return [
      "step_name": .string(step["name"].string ?? "step"),
      "verifier_result": isScored ? ["rewards": .object(rewards)] : .null,
      "exception_info": step["limit"].string.map { limit in
        [
          "exception_type": "AgentTimeoutError", "exception_message": .string("limit \(limit)"),
          "exception_traceback": "", "occurred_at": .string("\(attempt.endedAt)"),
        ]
      } ?? .null,
    ]
  }

  // Phases follow each other from the start of the attempt; Harbor keeps when four of them were.
  private func spans(_ attempt: AttemptRecord) -> [String: JSON] {
    var ranges: [String: (Double, Double)] = [:]
    var at = 0.0
    for phase in attempt.phases {
      let end = at + phase.duration.inMilliseconds
      let key: String? =
        switch phase.name {
        case "agent": "agent_execution"
        case "verify", "verify again", "verifier": "verifier"
        case "set up", "agent_setup": "agent_setup"
        case "prepare", "start", "environment": "environment_setup"
        default: nil
        }
      if let key { ranges[key] = (ranges[key]?.0 ?? at, end) }
      at = end
    }
    func moment(_ offset: Double) -> JSON {
      .string(
        "\(Timestamp(milliseconds: attempt.startedAt.milliseconds + Int64(offset.rounded())))")
    }
    return ranges.mapValues { ["started_at": moment($0.0), "finished_at": moment($0.1)] }
  }

  private static func escaped(_ path: String) -> String {
    var out = ""
    for byte in path.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x2F:
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default: out += "%" + Hex.text([byte]).uppercased()
      }
    }
    return out
  }
}
