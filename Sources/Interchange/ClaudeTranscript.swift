internal import Base

/// Reads what Claude Code streams or keeps: one line per content block, several lines per answer.
struct ClaudeTranscript {
  private let lines: TranscriptLines
  private var whole = Trajectory(agentName: "claude-code", agentVersion: "unknown")
  private var order: [String] = []
  private var lanes: [String: Lane] = [:]
  private var seen: Set<String> = []
  private var result: JSON = .null

  private struct Lane {
    var steps: TranscriptSteps
    /// Where the answer with an id stands: its later lines belong to the same step.
    var answers: [String: Int] = [:]
  }

  init(_ lines: TranscriptLines) { self.lines = lines }

  mutating func read() -> Trajectory {
    for object in lines.objects { take(object) }
    whole.steps = lanes[""]?.steps.steps ?? []
    for name in order where name != "" {
      guard let steps = lanes[name]?.steps.steps, !steps.isEmpty else { continue }
      var inner = Trajectory(
        sessionID: whole.sessionID, trajectoryID: name, agentName: "claude-code subagent",
        agentVersion: whole.agentVersion, model: steps.lazy.compactMap(\.model).first)
      inner.steps = steps
      whole.subagents.append(inner)
    }
    // A session file of a sub-agent alone is that agent's own trajectory.
    if whole.steps.isEmpty, whole.subagents.count == 1, let only = whole.subagents.popLast() {
      whole.steps = only.steps
    }
    link()
    whole.model = whole.model ?? whole.steps.lazy.compactMap(\.model).first
    for index in whole.steps.indices where whole.steps[index].model == whole.model {
      whole.steps[index].model = nil
    }
    whole.declaredUsage = declared()
    return whole
  }

  private mutating func take(_ object: JSON) {
    if let id = object["uuid"].string, !seen.insert(id).inserted { return }
    whole.sessionID =
      whole.sessionID ?? object["session_id"].string ?? object["sessionId"].string
    if let version = object["version"].string ?? object["claude_code_version"].string {
      whole.agentVersion = version
    }
    switch object["type"].string {
    case "assistant": answer(object)
    case "user": turn(object)
    case "system": system(object)
    case "result": result = object
    // Pieces of answers that come whole later, and marks of the program's own.
    case "stream_event", "summary", "progress", "file-history-snapshot", "queue-operation": break
    case let type:
      let name = (type ?? "none").prefix(40).description.printable()
      lines.faults.add("", "lines of type '\(name)' are not known and left out", .warning)
    }
  }

  private mutating func inLane(_ object: JSON, _ body: (inout Lane) -> Void) {
    var name = object["parent_tool_use_id"].string ?? ""
    if name.isEmpty, object["isSidechain"].bool == true {
      name = object["agentId"].string ?? "sidechain"
    }
    // Taken out while it changes: in its place it would be copied for every line.
    let known = lanes.removeValue(forKey: name)
    if known == nil { order.append(name) }
    var lane = known ?? Lane(steps: TranscriptSteps(limit: lines.limits.steps))
    body(&lane)
    lanes[name] = lane
  }

  private mutating func answer(_ object: JSON) {
    let lines = lines
    inLane(object) { lane in
      let message = object["message"]
      let id = message["id"].string ?? object["uuid"].string ?? ""
      let isMade = message["model"].string == "<synthetic>"
      let known = id.isEmpty ? nil : lane.answers[id]
      guard
        let index = known
          ?? lane.steps.add(
            TrajectoryStep(number: 0, at: lines.moment(object), source: .agent, text: ""))
      else { return }
      if !id.isEmpty { lane.answers[id] = index }
      let blocks = message["content"].array ?? [["type": "text", "text": message["content"]]]
      for block in blocks {
        switch block["type"].string {
        case "tool_use", "server_tool_use":
          lane.steps.call(
            ToolCall(
              id: block["id"].string ?? "", name: block["name"].string ?? "unnamed",
              arguments: lines.arguments(block["input"])), in: index)
        case "thinking":
          let thought = lines.text(block["thinking"])
          if !isMade { lane.steps.change(index) { $0.reasoning = joined($0.reasoning, thought) } }
        case "redacted_thinking": break
        case let type where type?.hasSuffix("_tool_result") == true:
          lane.steps.result(
            ToolResult(
              callID: block["tool_use_id"].string, text: lines.text(block["content"])), at: nil)
        default:
          let text = lines.text(.array([block]))
          lane.steps.change(index) { $0.text = joined($0.text, text) ?? "" }
        }
      }
      lane.steps.change(index) { step in
        step.modelCalls = isMade ? 0 : 1
        guard !isMade else { return }
        step.model = message["model"].string
        // Every line of an answer repeats its usage, and the last one is nearest to the truth.
        if let usage = Self.usage(message["usage"]) { step.usage = usage }
      }
    }
  }

  private mutating func turn(_ object: JSON) {
    let lines = lines
    let at = lines.moment(object)
    inLane(object) { lane in
      let content = object["message"]["content"]
      let source: TrajectoryStep.Source = object["isMeta"].bool == true ? .system : .user
      guard let blocks = content.array else {
        return lane.steps.say(source, lines.text(content), at: at)
      }
      var said: [JSON] = []
      for block in blocks {
        guard block["type"].string == "tool_result" else {
          said.append(block)
          continue
        }
        var extra: [String: JSON] = [:]
        if block["is_error"].bool == true { extra["is_error"] = true }
        if let at { extra["timestamp"] = .string("\(at)") }
        lane.steps.result(
          ToolResult(
            callID: block["tool_use_id"].string, text: lines.text(block["content"]),
            extra: extra.isEmpty ? .null : .object(extra)), at: at)
      }
      if !said.isEmpty { lane.steps.say(source, lines.text(.array(said)), at: at) }
    }
  }

  private mutating func system(_ object: JSON) {
    if object["subtype"].string == "init" {
      whole.model = whole.model ?? object["model"].string
      if whole.tools.isEmpty {
        whole.tools = (object["tools"].array ?? []).prefix(1000).compactMap(\.string).map {
          ["type": "function", "function": ["name": .string($0)]]
        }
      }
      return
    }
    let text = lines.text(object["content"])
    let at = lines.moment(object)
    inLane(object) { $0.steps.say(.system, text, at: at) }
  }

  // A sub-agent that the stream names by the call that began it is what that call gave.
  private mutating func link() {
    let inner = Set(whole.subagents.compactMap(\.trajectoryID))
    for step in whole.steps.indices {
      for place in whole.steps[step].results.indices {
        if let id = whole.steps[step].results[place].callID, inner.contains(id) {
          whole.steps[step].results[place].subagents = [id]
        }
      }
    }
  }

  /// What the last line states of the whole; its figures by model hold sub-agents as well.
  private func declared() -> TokenUsage? {
    let cost = result["total_cost_usd"].double.flatMap { $0 >= 0 ? $0 : nil }
    var sum: TokenUsage?
    for (_, model) in result["modelUsage"].object ?? [:] {
      let cached = Self.count(model["cacheReadInputTokens"])
      let made = Self.count(model["cacheCreationInputTokens"])
      var total = sum ?? TokenUsage()
      total.add(
        TokenUsage(
          input: Self.total([Self.count(model["inputTokens"]), cached, made]), cached: cached,
          output: Self.count(model["outputTokens"])))
      sum = total
    }
    var usage = sum ?? Self.usage(result["usage"])
    if cost != nil { usage = usage ?? stepwise() }
    usage?.costUSD = cost
    return usage
  }

  private func stepwise() -> TokenUsage {
    var plain = whole
    plain.declaredUsage = nil
    return plain.subagents.reduce(into: plain.usage) { $0.add($1.usage) }
  }

  private static func usage(_ usage: JSON) -> TokenUsage? {
    guard usage.object != nil else { return nil }
    let cached = count(usage["cache_read_input_tokens"])
    let input = total([
      count(usage["input_tokens"]), count(usage["cache_creation_input_tokens"]), cached,
    ])
    return TokenUsage(input: input, cached: cached, output: count(usage["output_tokens"]))
  }

  private static func count(_ value: JSON) -> Int? { value.int.flatMap { $0 >= 0 ? $0 : nil } }

  private static func total(_ parts: [Int?]) -> Int? {
    parts.reduce(nil) { sum, part in
      var both = TokenUsage(input: sum)
      both.add(TokenUsage(input: part))
      return both.input
    }
  }
}

/// Two texts below each other; nil when both are empty.
func joined(_ first: String?, _ second: String?) -> String? {
  let parts = [first, second].compactMap(\.self).filter { !$0.isEmpty }
  return parts.isEmpty ? nil : parts.joined(separator: "\n")
}
