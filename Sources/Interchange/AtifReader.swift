internal import Base

/// Walks an ATIF document by Harbor's own model of it: every object refuses keys that it does not know.
struct AtifReader {
  let faults: JSONFields.Faults

  func trajectory(_ root: JSONFields) -> Trajectory {
    root.finish([
      "schema_version", "session_id", "trajectory_id", "agent", "steps", "notes", "final_metrics",
      "continued_trajectory_ref", "extra", "subagent_trajectories",
    ])
    let version = root.string("schema_version") ?? "ATIF-v1.8"
    if !Atif.versions.contains(version) {
      root.fault(
        "schema_version",
        "'\(version.prefix(40).description.printable())' is not known; expected ATIF-v1.0 to ATIF-v1.8"
      )
    }
    if !root.has("agent") { root.fault("agent", "missing; expected an object") }
    let agent = root.object("agent")
    agent?.finish(["name", "version", "model_name", "tool_definitions", "extra"])
    agent?.checkObject("extra")
    root.checkObject("extra")
    var result = Trajectory(
      format: version, sessionID: root.string("session_id"),
      trajectoryID: root.string("trajectory_id"), agentName: agent?.requiredString("name") ?? "",
      agentVersion: agent?.requiredString("version") ?? "", model: agent?.string("model_name"),
      tools: agent?.objects("tool_definitions").indices.map {
        agent?.any("tool_definitions")[$0] ?? .null
      }
        ?? [])
    result.steps = steps(root)
    result.notes = root.string("notes")
    result.declaredUsage = totals(root)
    result.continuation = root.string("continued_trajectory_ref")
    result.subagents = subagents(root)
    return result
  }

  private func subagents(_ root: JSONFields) -> [Trajectory] {
    var seen: Set<String> = []
    return root.objects("subagent_trajectories").map { fields in
      let inner = trajectory(fields)
      if let id = inner.trajectoryID {
        if !seen.insert(id).inserted {
          fields.fault("trajectory_id", "'\(id.prefix(60).description.printable())' is there twice")
        }
      } else {
        fields.fault("trajectory_id", "missing; an embedded trajectory needs one")
      }
      return inner
    }
  }

  private func steps(_ root: JSONFields) -> [TrajectoryStep] {
    if !root.has("steps") {
      root.fault("steps", "missing; expected a list")
    } else if root.array("steps")?.isEmpty == true {
      root.fault("steps", "is empty; expected at least one step")
    }
    return root.objects("steps").enumerated().map { index, fields in
      step(fields, expected: index + 1)
    }
  }

  func step(_ fields: JSONFields, expected: Int) -> TrajectoryStep {
    fields.finish([
      "step_id", "timestamp", "source", "model_name", "reasoning_effort", "message",
      "reasoning_content", "tool_calls", "observation", "metrics", "is_copied_context",
      "llm_call_count", "extra",
    ])
    let number = fields.int("step_id")
    if number != expected {
      fields.fault("step_id", "expected \(expected), found \(number.map(String.init) ?? "none")")
    }
    let source: TrajectoryStep.Source? = fields.choice("source")
    if !fields.has("source") {
      fields.fault("source", "missing; expected 'system', 'user', 'agent'")
    }
    if !fields.has("message") { fields.fault("message", "missing; expected a string or a list") }
    if let source, source != .agent {
      for key in ["model_name", "reasoning_effort", "reasoning_content", "tool_calls", "metrics"]
      where fields.has(key) {
        fields.fault(
          key, "is for steps of the agent only, and this one is of the \(source.rawValue)")
      }
    }
    let count = fields.int("llm_call_count", least: 0)
    if count == 0, source == .agent {
      for key in ["metrics", "reasoning_content"] where fields.has(key) {
        fields.fault(key, "must be absent where llm_call_count is 0")
      }
    }
    let effort = fields.any("reasoning_effort")
    switch effort {
    case .null, .string, .int, .double: break
    default: fields.fault("reasoning_effort", "expected a string or a number")
    }
    fields.checkObject("extra")
    var step = TrajectoryStep(
      number: number ?? expected, at: timestamp(fields), source: source ?? .agent,
      text: content(fields, "message"), extra: fields.any("extra"))
    step.model = fields.string("model_name")
    step.reasoning = fields.string("reasoning_content")
    step.calls = calls(fields)
    step.results = results(fields, known: Set(step.calls.map(\.id)))
    step.usage = usage(fields)
    step.isCopied = fields.bool("is_copied_context") ?? false
    step.modelCalls = count.map { max(0, $0) }
    step.reasoningEffort = effort.string ?? effort.double.map { "\($0)" }
    return step
  }

  private func timestamp(_ fields: JSONFields) -> Timestamp? {
    guard let text = fields.string("timestamp") else { return nil }
    let moment = Timestamp(iso: text) ?? Timestamp(iso: text + "T00:00:00")
    if moment == nil { fields.fault("timestamp", "is not of the form 2026-01-31T12:00:00Z") }
    return moment
  }

  private func calls(_ step: JSONFields) -> [ToolCall] {
    step.objects("tool_calls").map { fields in
      fields.finish(["tool_call_id", "function_name", "arguments", "extra"])
      fields.checkObject("extra")
      if !fields.has("arguments") { fields.fault("arguments", "missing; expected an object") }
      fields.checkObject("arguments")
      return ToolCall(
        id: fields.requiredString("tool_call_id"), name: fields.requiredString("function_name"),
        arguments: fields.any("arguments"), extra: fields.any("extra"))
    }
  }

  private func results(_ step: JSONFields, known: Set<String>) -> [ToolResult] {
    guard let observation = step.object("observation") else { return [] }
    observation.finish(["results"])
    if !observation.has("results") { observation.fault("results", "missing; expected a list") }
    return observation.objects("results").map { fields in
      fields.finish(["source_call_id", "content", "subagent_trajectory_ref", "extra"])
      fields.checkObject("extra")
      let call = fields.string("source_call_id")
      if let call, !known.contains(call) {
        fields.fault(
          "source_call_id",
          "'\(call.prefix(60).description.printable())' is no call of this step")
      }
      return ToolResult(
        callID: call, text: content(fields, "content"), subagents: references(fields),
        extra: fields.any("extra"))
    }
  }

  private func references(_ result: JSONFields) -> [String] {
    result.objects("subagent_trajectory_ref").compactMap { fields in
      fields.finish(["trajectory_id", "session_id", "trajectory_path", "extra"])
      fields.checkObject("extra")
      _ = fields.string("session_id")
      let target = fields.string("trajectory_id") ?? fields.string("trajectory_path")
      if target == nil {
        fields.fault("trajectory_id", "missing; expected this or trajectory_path")
      }
      return target
    }
  }

  private func usage(_ step: JSONFields) -> TokenUsage? {
    guard let fields = step.object("metrics") else { return nil }
    fields.finish([
      "prompt_tokens", "completion_tokens", "cached_tokens", "cost_usd", "prompt_token_ids",
      "completion_token_ids", "logprobs", "extra",
    ])
    fields.checkObject("extra")
    for key in ["prompt_token_ids", "completion_token_ids"] {
      if let ids = fields.array(key), !ids.allSatisfy({ $0.int != nil }) {
        fields.fault(key, "expected a list of whole numbers")
      }
    }
    if let values = fields.array("logprobs"), !values.allSatisfy({ $0.double != nil }) {
      fields.fault("logprobs", "expected a list of numbers")
    }
    return TokenUsage(
      input: fields.int("prompt_tokens"), cached: fields.int("cached_tokens"),
      output: fields.int("completion_tokens"), costUSD: fields.double("cost_usd"))
  }

  private func totals(_ root: JSONFields) -> TokenUsage? {
    guard let fields = root.object("final_metrics") else { return nil }
    fields.finish([
      "total_prompt_tokens", "total_completion_tokens", "total_cached_tokens", "total_cost_usd",
      "total_steps", "extra",
    ])
    fields.checkObject("extra")
    _ = fields.int("total_steps", least: 0)
    return TokenUsage(
      input: fields.int("total_prompt_tokens"), cached: fields.int("total_cached_tokens"),
      output: fields.int("total_completion_tokens"), costUSD: fields.double("total_cost_usd"))
  }

  /// A text, or parts of which media are named and not shown.
  private func content(_ fields: JSONFields, _ key: String) -> String {
    switch fields.any(key) {
    case .null: return ""
    case .string(let text): return text
    case .array: return fields.objects(key).map { part($0) }.joined(separator: "\n")
    default:
      fields.fault(key, "expected a string or a list of parts")
      return ""
    }
  }

  private func part(_ fields: JSONFields) -> String {
    fields.finish(["type", "text", "source"])
    let kind: AtifMedia.Kind? = fields.choice("type")
    if !fields.has("type") { fields.fault("type", "missing; expected 'text', 'image', 'audio'") }
    guard let kind, kind != .text else {
      if kind == .text, !fields.has("text") { fields.fault("text", "missing; expected a string") }
      if fields.has("source") { fields.fault("source", "has no place in a text") }
      return fields.string("text") ?? ""
    }
    if fields.has("text") { fields.fault("text", "has no place beside a source") }
    guard let source = fields.object("source") else {
      fields.fault("source", "missing; expected an object")
      return "[\(kind.rawValue)]"
    }
    AtifMedia.check(source, kind)
    return "[\(kind.rawValue): \(source.requiredString("path"))]"
  }
}

/// Kinds of media and their types.
enum AtifMedia {
  enum Kind: String, CaseIterable { case text, image, audio }

  private static let images = ["jpeg", "png", "gif", "webp"]
  private static let sounds = [
    "wav", "mpeg", "mp4", "aac", "ogg", "flac", "webm", "aiff", "mp3", "mpga", "x-mpeg", "x-wav",
    "wave", "vnd.wave", "x-m4a", "m4a", "x-aac", "x-flac", "x-aiff",
  ]

  static func check(_ source: JSONFields, _ kind: Kind) {
    source.finish(["media_type", "path"] + (kind == .audio ? ["duration_sec"] : []))
    let type = source.requiredString("media_type")
    let known = kind == .image ? images.map { "image/\($0)" } : sounds.map { "audio/\($0)" }
    let shown = kind == .audio ? type.lowercased().filter { !$0.isWhitespace } : type
    if source.has("media_type"), !known.contains(shown) {
      source.fault(
        "media_type", "'\(type.prefix(40).description.printable())' is no type of \(kind.rawValue)")
    }
    if kind == .audio, let duration = source.double("duration_sec"), duration < 0 {
      source.fault("duration_sec", "expected at least 0")
    }
  }
}
