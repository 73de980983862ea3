internal import Base
internal import Facts
internal import Inspection
internal import Platform

/// The records of a Harbor job folder (its version 0.25), made from what a ledger holds of a run.
struct HarborRecords {
  let run: RunRecord
  let suite: SuiteFact
  let candidate: CandidateRecord
  /// What an imported job said of the agent; null for a harness of Belay's own.
  let origin: JSON

  init(run: RunRecord, suite: SuiteFact, candidate: CandidateRecord, definition: JSON = .null) {
    self.run = run
    self.suite = suite
    self.candidate = candidate
    origin = candidate.kind == "harbor" ? definition : .null
  }

  /// The key of the reward, as the suite names it.
  var rewardKey: String {
    let conditions = run.fact.conditions
    return conditions["reward"]["key"].string ?? conditions["rules"]["reward"]["key"].string
      ?? suite.definition["reward"]["key"].string
      ?? suite.definition["suite"]["reward"]["key"].string ?? "reward"
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

  /// The agent's name, as Harbor's figures have it.
  var agentName: String { origin["agent"].string ?? candidate.name }

  /// The model without its provider, where one is known.
  var modelName: String? {
    origin["model"].string.map { model in
      model.firstIndex(of: "/").map { String(model[model.index(after: $0)...]) } ?? model
    }
  }

  private var agentInfo: JSON {
    let provider = origin["model"].string.flatMap { model in
      model.firstIndex(of: "/").map { String(model[..<$0]) }
    }
    return [
      "name": .string(agentName),
      "version": .string(
        origin.isNull ? candidate.harness.harnessID : origin["version"].string ?? "unknown"),
      "model_info": modelName.map { ["name": .string($0), "provider": .optional(provider)] }
        ?? .null,
    ]
  }

  private var agent: JSON {
    guard origin.isNull else {
      return ["name": .string(agentName), "model_name": origin["model"]]
    }
    return [
      "name": .string(candidate.name), "kwargs": ["belay_harness": .string(candidate.harness.hex)],
    ]
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
      "agent_info": agentInfo,
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
    let reward = attempt.reward ?? attempt.score
    var rewards = attempt.metrics.mapValues { JSON.number($0) }
    if isImported(attempt) {
      // As Harbor had them, whatever they were worth here.
      guard reward != nil || !rewards.isEmpty else { return nil }
    } else {
      guard attempt.outcome.isScored, reward != nil else { return nil }
    }
    // The only key had another name; the reward under its own would make two of one.
    if !attempt.flags.contains("reward_of_only_key") || rewards.count != 1 {
      rewards[rewardKey] = reward.map { .number($0) }
    }
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

  private func isImported(_ attempt: AttemptRecord) -> Bool { attempt.flags.contains("imported") }

  /// The exception that Harbor would have recorded: for an import the one that it did.
  func exceptionType(_ attempt: AttemptRecord) -> String? {
    if isImported(attempt) {
      // What happened in a step stands there alone, as Harbor keeps it.
      let isOfStep = (attempt.steps.array ?? []).contains {
        $0["exception"].string == attempt.detail
      }
      return isOfStep ? nil : Self.exception(in: attempt.detail)?.type
    }
    return Self.exceptionType(attempt.outcome)
  }

  // An import says `Type: message`.
  private static func exception(in text: String) -> (type: String, message: String)? {
    guard let end = text.firstRange(of: ": ") else { return nil }
    let type = text[..<end.lowerBound]
    guard !type.isEmpty, type.utf8.allSatisfy({ Self.isNameByte($0) }) else { return nil }
    return (String(type), String(text[end.upperBound...]))
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x5F: true
    default: false
    }
  }

  // The names are those that Harbor's error policy sorts into the cause that each outcome stands for.
  private static func exceptionType(_ outcome: Outcome) -> String? {
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
    guard let type = exceptionType(attempt) else { return .null }
    let message =
      isImported(attempt)
      ? Self.exception(in: attempt.detail)?.message ?? ""
      : attempt.limit.map { "limit \($0): \(attempt.detail)" } ?? attempt.detail
    return exception(type, message, attempt)
  }

  private func exception(_ type: String, _ message: String, _ attempt: AttemptRecord) -> JSON {
    [
      "exception_type": .string(type), "exception_message": .string(message),
      "exception_traceback": "", "occurred_at": .string("\(attempt.endedAt)"),
    ]
  }

  private func step(_ step: JSON, _ attempt: AttemptRecord) -> JSON {
    var rewards = step["metrics"].object ?? [:]
    if step["reward"].double != nil { rewards[rewardKey] = step["reward"] }
    let recorded = step["exception"].string.flatMap { Self.exception(in: $0) }
    let limit = step["limit"].string.map { ("AgentTimeoutError", "limit \($0)") }
    return [
      "step_name": .string(step["name"].string ?? "step"),
      "verifier_result": rewards.isEmpty ? .null : ["rewards": .object(rewards)],
      "exception_info": (recorded ?? limit).map { exception($0.0, $0.1, attempt) } ?? .null,
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
        case "agent", "agent_execution": "agent_execution"
        case "verify", "verify again", "verifier": "verifier"
        case "set up", "agent_setup": "agent_setup"
        case "prepare", "start", "environment", "environment_setup": "environment_setup"
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
