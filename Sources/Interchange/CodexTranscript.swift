internal import Base

/// Reads the events that `codex exec --json` prints: items that begin, change and are done.
struct CodexEvents {
  private let lines: TranscriptLines
  private var whole = Trajectory(agentName: "codex", agentVersion: "unknown")
  private var steps: TranscriptSteps
  private var items: [String: Int] = [:]
  private var session = 0
  private var reasoning: String?
  /// Usage counts up over a thread: its last figure is its own.
  private var used: [String: TokenUsage] = [:]
  private var thread = ""

  init(_ lines: TranscriptLines) {
    self.lines = lines
    steps = TranscriptSteps(limit: lines.limits.steps)
  }

  mutating func read() -> Trajectory {
    for object in lines.objects { take(object) }
    if let reasoning { _ = steps.add(agent("", reasoning, nil)) }
    whole.steps = steps.steps
    if !used.isEmpty { whole.declaredUsage = used.values.reduce(into: TokenUsage()) { $0.add($1) } }
    return whole
  }

  private mutating func take(_ object: JSON) {
    switch object["type"].string {
    case "thread.started":
      thread = object["thread_id"].string ?? thread
      whole.sessionID = whole.sessionID ?? object["thread_id"].string
      session += 1
    case "turn.started": break
    case "turn.completed": used[thread] = codexUsage(object["usage"]) ?? used[thread]
    case "turn.failed": note("turn failed: " + lines.text(object["error"]["message"]))
    case "error": note("error: " + lines.text(object["message"]))
    case "item.started", "item.updated", "item.completed": item(object["item"])
    case let type:
      let name = (type ?? "none").prefix(40).description.printable()
      lines.faults.add("", "events of type '\(name)' are not known and left out", .warning)
    }
  }

  private mutating func note(_ text: String) { steps.say(.system, text, at: nil) }

  private func agent(_ text: String, _ reasoning: String?, _ call: ToolCall?) -> TrajectoryStep {
    var step = TrajectoryStep(number: 0, source: .agent, text: text)
    step.reasoning = reasoning
    if let call { step.calls = [call] }
    return step
  }

  private mutating func item(_ item: JSON) {
    let own = item["id"].string ?? "unnamed"
    let id = session > 1 ? "\(session):\(own)" : own
    switch item["type"].string {
    case "agent_message":
      let text = lines.text(item["text"])
      if let index = items[id] { return steps.change(index) { $0.text = text } }
      begin(id, text, nil)
    case "reasoning":
      if items[id] == nil { reasoning = joined(reasoning, lines.text(item["text"])) }
      items[id] = -1
    case "error": if items.updateValue(-1, forKey: id) == nil { note(lines.text(item["message"])) }
    case let type:
      let call = call(id, type ?? "unknown", item)
      if let index = items[id] { steps.call(call, in: index) } else { begin(id, "", call) }
      guard let result = result(item) else { return }
      var extra: [String: JSON] = [:]
      if let code = item["exit_code"].int { extra["exit_code"] = .int(code) }
      if let status = item["status"].string { extra["status"] = .string(status) }
      steps.result(
        ToolResult(callID: id, text: result, extra: extra.isEmpty ? .null : .object(extra)),
        at: nil)
    }
  }

  private mutating func begin(_ id: String, _ text: String, _ call: ToolCall?) {
    items[id] = steps.add(agent(text, reasoning, call)) ?? -1
    reasoning = nil
  }

  private func call(_ id: String, _ type: String, _ item: JSON) -> ToolCall {
    switch type {
    case "command_execution":
      return ToolCall(id: id, name: "shell", arguments: ["command": item["command"]])
    case "mcp_tool_call":
      let name = "mcp__\(item["server"].string ?? "")__\(item["tool"].string ?? "")"
      return ToolCall(id: id, name: name, arguments: lines.arguments(item["arguments"]))
    case "file_change":
      return ToolCall(id: id, name: "apply_patch", arguments: ["changes": item["changes"]])
    case "web_search":
      return ToolCall(id: id, name: "web_search", arguments: ["query": item["query"]])
    case "todo_list":
      return ToolCall(id: id, name: "update_plan", arguments: ["items": item["items"]])
    default:
      // What is not known is kept as it came.
      var rest = item.object ?? [:]
      rest["id"] = nil
      rest["type"] = nil
      return ToolCall(id: id, name: String(type.prefix(100)), arguments: .object(rest))
    }
  }

  private func result(_ item: JSON) -> String? {
    if !item["aggregated_output"].isNull, item["status"].string != "in_progress" {
      return lines.text(item["aggregated_output"])
    }
    if let error = item["error"]["message"].string { return lines.bounded(error) }
    if !item["result"].isNull {
      let content = item["result"]["content"]
      return content.isNull ? lines.bounded(item["result"].text()) : lines.text(content)
    }
    return nil
  }
}

/// Reads the rollout file that Codex keeps of a session: what went to the model and came back.
struct CodexRollout {
  private let lines: TranscriptLines
  private let closesByCount: Bool
  private var whole = Trajectory(agentName: "codex", agentVersion: "unknown")
  private var steps: TranscriptSteps
  private var open: Int?
  private var effort: String?
  private var model: String?
  private var total: JSON = .null

  init(_ lines: TranscriptLines) {
    self.lines = lines
    steps = TranscriptSteps(limit: lines.limits.steps)
    closesByCount = lines.objects.contains { $0["payload"]["type"].string == "token_count" }
  }

  mutating func read() -> Trajectory {
    for object in lines.objects {
      let payload = object["payload"]
      let at = lines.moment(object)
      switch object["type"].string {
      case "session_meta": meta(payload, at)
      case "turn_context":
        model = payload["model"].string ?? model
        effort = payload["effort"].string ?? effort
        whole.model = whole.model ?? model
      case "response_item": item(payload, at)
      case "event_msg": event(payload, at)
      case "compacted":
        open = nil
        steps.say(.system, lines.text(payload["message"]), at: at, extra: ["compaction": true])
      case let type:
        let name = (type ?? "none").prefix(40).description.printable()
        lines.faults.add("", "lines of type '\(name)' are not known and left out", .warning)
      }
    }
    whole.steps = steps.steps
    whole.declaredUsage = codexUsage(total)
    return whole
  }

  private mutating func meta(_ payload: JSON, _ at: Timestamp?) {
    whole.sessionID = whole.sessionID ?? payload["id"].string
    whole.agentVersion = payload["cli_version"].string ?? whole.agentVersion
    let base = payload["base_instructions"]["text"]
    let instructions = base.isNull ? payload["instructions"] : base
    if steps.steps.isEmpty { steps.say(.system, lines.text(instructions), at: at) }
  }

  private mutating func item(_ item: JSON, _ at: Timestamp?) {
    let type = item["type"].string ?? "unknown"
    if type.hasSuffix("_output") {
      let output = item["output"]
      let text = output["content"].isNull ? output : output["content"]
      steps.result(
        ToolResult(
          callID: item["call_id"].string, text: lines.text(text),
          extra: at.map { ["timestamp": .string("\($0)")] } ?? .null), at: at)
      return
    }
    switch type {
    case "message":
      let text = lines.text(item["content"])
      guard item["role"].string == "assistant" else {
        open = nil
        return steps.say(item["role"].string == "user" ? .user : .system, text, at: at)
      }
      inAnswer(at) { $0.text = joined($0.text, text) ?? "" }
    case "reasoning":
      let summary = lines.text(item["summary"])
      let content = lines.text(item["content"])
      inAnswer(at) { $0.reasoning = joined($0.reasoning, content.isEmpty ? summary : content) }
    case "ghost_snapshot", "compaction": break
    default:
      let name = item["name"].string ?? type.replacing("_call", with: "")
      let input =
        [item["arguments"], item["input"], item["action"]].first { !$0.isNull } ?? .null
      inAnswer(at) { _ in }
      guard let open else { return }
      steps.call(
        ToolCall(
          id: item["call_id"].string ?? item["id"].string ?? "call_\(steps.steps.count)",
          name: item["namespace"].string.map { "\($0)__\(name)" } ?? name,
          arguments: lines.arguments(input)), in: open)
    }
  }

  private mutating func inAnswer(_ at: Timestamp?, _ body: (inout TrajectoryStep) -> Void) {
    // Without counts, what is said after a result is the next answer.
    if let open, !closesByCount, !steps.steps[open].results.isEmpty { self.open = nil }
    if open == nil {
      var step = TrajectoryStep(number: 0, at: at, source: .agent, text: "")
      step.model = model == whole.model ? nil : model
      step.reasoningEffort = effort
      step.modelCalls = 1
      open = steps.add(step)
    }
    if let open { steps.change(open, body) }
  }

  private mutating func event(_ event: JSON, _ at: Timestamp?) {
    switch event["type"].string {
    case "token_count":
      let info = event["info"]
      // A count that does not go on tells of limits, and not of another answer.
      guard info.object != nil, info["total_token_usage"] != total else { return }
      total = info["total_token_usage"]
      if let open { steps.change(open) { $0.usage = codexUsage(info["last_token_usage"]) } }
      open = nil
    case "turn_aborted":
      open = nil
      steps.say(.system, "turn aborted: \(lines.text(event["reason"]))", at: at)
    case "error", "stream_error": steps.say(.system, lines.text(event["message"]), at: at)
    // The rest says again, for a screen, what the items say.
    default: break
    }
  }
}

/// Codex counts as OpenAI does: cached tokens are a part of those read, reasoning of those written.
private func codexUsage(_ usage: JSON) -> TokenUsage? {
  func count(_ key: String) -> Int? { usage[key].int.flatMap { $0 >= 0 ? $0 : nil } }
  let known = TokenUsage(
    input: count("input_tokens"), cached: count("cached_input_tokens"),
    output: count("output_tokens"))
  return known.isEmpty ? nil : known
}
