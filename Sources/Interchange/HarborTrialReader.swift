internal import Base
internal import Platform

/// Reads the folder of one trial; keys that are missing or of another type are passed over.
struct HarborTrialReader {
  let folder: String
  let name: String

  func trial() throws(BelayError) -> HarborTrial {
    let path = Path.join(folder, "result.json")
    switch Files.kind(path) {
    case .regular: break
    case nil: throw BelayError(.notFound, "it has no result.json: it did not end")
    default: throw BelayError(.usage, "its result.json is not a regular file")
    }
    let result = try JSON.parse(Files.read(path, limit: 256 << 20))
    guard result.object != nil else {
      throw BelayError(.usage, "its result.json holds no object")
    }
    let lock = optional("lock.json")
    let config = result["config"].isNull ? optional("config.json") : result["config"]
    let steps = (result["step_results"].array ?? []).map { step($0) }
    let info = result["agent_info"]
    let model = info["model_info"]["name"].string.map { name in
      info["model_info"]["provider"].string.map { "\($0)/\(name)" } ?? name
    }
    return HarborTrial(
      name: result["trial_name"].string ?? name, folder: folder,
      task: result["task_name"].string ?? lock["task"]["name"].string ?? taskOfFolder,
      taskDigest: lock["task"]["digest"].string.flatMap { Digest($0) },
      dataset: result["source"].string, taskPlace: result["task_id"],
      agent: info["name"].string ?? config["agent"]["name"].string ?? "unknown",
      agentVersion: info["version"].string,
      model: model ?? config["agent"]["model_name"].string, attempt: 0,
      rewards: Self.rewards(result["verifier_result"]), exceptions: exceptions(result),
      usage: usage(result, steps), startedAt: Self.moment(result["started_at"]),
      finishedAt: Self.moment(result["finished_at"]),
      phases: Self.phases(
        result, ["environment_setup", "agent_setup", "agent_execution", "verifier"]),
      steps: steps, files: try files(), result: result)
  }

  /// Folders are named `<task>__<7 characters>`.
  private var taskOfFolder: String {
    name.ranges(of: "__").last.map { String(name[..<$0.lowerBound]) } ?? name
  }

  private func optional(_ file: String) -> JSON {
    let path = Path.join(folder, file)
    guard Files.kind(path) == .regular, let bytes = try? Files.read(path, limit: 64 << 20) else {
      return .null
    }
    return (try? JSON.parse(bytes)) ?? .null
  }

  // Failures of steps are recorded with the steps alone, so that a job's own counts miss them.
  private func exceptions(_ result: JSON) -> [HarborException] {
    var found = Self.exception(result["exception_info"], step: nil)
    for step in result["step_results"].array ?? [] {
      found += Self.exception(step["exception_info"], step: step["step_name"].string ?? "?")
    }
    return found
  }

  private static func exception(_ json: JSON, step: String?) -> [HarborException] {
    if json.isNull { return [] }
    return [
      HarborException(
        step: step, type: json["exception_type"].string ?? "unknown",
        message: json["exception_message"].string ?? json.string ?? "",
        traceback: json["exception_traceback"].string ?? "", at: moment(json["occurred_at"]))
    ]
  }

  private func step(_ json: JSON) -> HarborStep {
    HarborStep(
      name: json["step_name"].string ?? "?", rewards: Self.rewards(json["verifier_result"]),
      usage: Self.usage(json["agent_result"]),
      phases: Self.phases(json, ["agent_execution", "verifier"]))
  }

  private func usage(_ result: JSON, _ steps: [HarborStep]) -> TokenUsage {
    if result["agent_result"].object != nil { return Self.usage(result["agent_result"]) }
    return steps.reduce(into: TokenUsage()) { $0.add($1.usage) }
  }

  private static func usage(_ json: JSON) -> TokenUsage {
    // Less than nothing is a mistake, and nothing to add up.
    func tokens(_ key: String) -> Int? { json[key].int.flatMap { $0 < 0 ? nil : $0 } }
    return TokenUsage(
      input: tokens("n_input_tokens"), cached: tokens("n_cache_tokens"),
      output: tokens("n_output_tokens"),
      costUSD: json["cost_usd"].double.flatMap { $0 < 0 ? nil : $0 })
  }

  // Older files hold one bare reward.
  private static func rewards(_ json: JSON) -> [String: Double]? {
    if let reward = json["reward"].double { return ["reward": reward] }
    guard let members = json["rewards"].object else { return nil }
    var rewards: [String: Double] = [:]
    for (key, value) in members {
      // Without the value that is no number another key could pass for the only one.
      guard let number = value.double ?? value.bool.map({ $0 ? 1 : 0 }) else { return nil }
      rewards[key] = number
    }
    return rewards
  }

  private static func moment(_ json: JSON) -> Timestamp? {
    json.string.flatMap { Timestamp(iso: $0) }
  }

  private static func phases(_ json: JSON, _ names: [String]) -> [HarborPhase] {
    names.compactMap { name in
      moment(json[name]["started_at"]).map { start in
        HarborPhase(name: name, startedAt: start, finishedAt: moment(json[name]["finished_at"]))
      }
    }
  }

  private func files() throws(BelayError) -> [HarborFile] {
    try Files.walk(folder, limit: 100_000).filter { $0.kind == .regular }.map { entry in
      HarborFile(path: entry.path, role: Self.role(entry.path), bytes: entry.size)
    }
  }

  private static func role(_ path: String) -> HarborFile.Role {
    var parts = path.split(separator: "/")
    if parts.count > 2, parts.first == "steps" { parts.removeFirst(2) }
    switch (parts.first, parts.dropFirst().joined(separator: "/")) {
    case ("agent", "trajectory.json"): return .trajectory
    case ("agent", _) where parts.count > 1, ("user-agent", _) where parts.count > 1:
      return .agentLog
    case ("verifier", "reward.json"), ("verifier", "reward.txt"): return .reward
    case ("verifier", _) where parts.count > 1: return .verifierLog
    case ("artifacts", _) where parts.count > 1: return .artifact
    case ("trial.log", _), ("exception.txt", _): return .trialLog
    default: return .record
    }
  }
}
