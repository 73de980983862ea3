public import Base

/// One step of a recorded trajectory, read with tolerance: whatever is missing is nil.
public struct TraceStep: Sendable, Hashable {
  /// A call of a tool.
  public struct Call: Sendable, Hashable {
    /// The tool's name as the model wrote it: untrusted.
    public let tool: String
    /// Its arguments, written by the agent.
    public let arguments: JSON
  }

  /// Its number in the trajectory, from 1.
  public let number: Int
  /// The step of a multi-step task that it belongs to.
  public let part: String?
  /// `system`, `user`, `agent`, or something odd.
  public let source: String
  /// When.
  public let at: Timestamp?
  /// What was said, written by the agent or for it.
  public let message: String
  /// What was thought.
  public let reasoning: String?
  /// Tools that were called.
  public let calls: [Call]
  /// What came back, written by tools.
  public let results: [String]
  /// The model.
  public let model: String?
  /// Tokens that were sent.
  public let inputTokens: Int?
  /// Of them, those from a cache.
  public let cachedTokens: Int?
  /// Tokens that were received.
  public let outputTokens: Int?
  /// Money in US dollars.
  public let costUSD: Double?

  /// The steps of an ATIF document; nil when it has none.
  public static func read(_ document: JSON, part: String? = nil) -> [TraceStep]? {
    guard let steps = document["steps"].array, !steps.isEmpty else { return nil }
    return steps.enumerated().map { TraceStep($1, number: $0 + 1, part: part) }
  }

  init(_ json: JSON, number: Int, part: String?) {
    self.number = number
    self.part = part
    source = json["source"].string ?? "unknown"
    at = json["timestamp"].string.flatMap { Timestamp(iso: $0) }
    message = Self.text(json["message"])
    reasoning = json["reasoning_content"].string
    model = json["model_name"].string
    calls = (json["tool_calls"].array ?? []).map {
      Call(tool: $0["function_name"].string ?? "", arguments: $0["arguments"])
    }
    results = (json["observation"]["results"].array ?? []).map { Self.text($0["content"]) }
    let figures = json["metrics"]
    inputTokens = figures["prompt_tokens"].int
    cachedTokens = figures["cached_tokens"].int
    outputTokens = figures["completion_tokens"].int
    costUSD = figures["cost_usd"].double
  }

  // A message is a text or a list of parts; of a part that is no text its kind is told.
  private static func text(_ content: JSON) -> String {
    if let text = content.string { return text }
    return (content.array ?? []).map { part in
      part["text"].string ?? "[\(part["type"].string ?? "part")]"
    }.joined(separator: "\n")
  }

  /// The tools called, where their names look like names; the rest is the agent's own text.
  var callNames: String {
    calls.map { call in
      let isName =
        (1...64).contains(call.tool.utf8.count)
        && call.tool.utf8.allSatisfy {
          (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
            || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E
        }
      return isName ? call.tool : "(odd name)"
    }.joined(separator: ", ")
  }

  /// What happened, without a word that the agent wrote.
  var summary: String {
    var parts: [String] = []
    if !calls.isEmpty { parts.append("-> \(callNames)") }
    if !message.isEmpty {
      let kind = source == "agent" ? "text" : source == "user" ? "instruction" : "prompt"
      parts.append("\(kind) \(Figure.count(message.unicodeScalars.count)) chars")
    }
    if let reasoning, !reasoning.isEmpty {
      parts.append("thought \(Figure.count(reasoning.unicodeScalars.count)) chars")
    }
    if !results.isEmpty {
      let length = results.reduce(0) { $0 + $1.unicodeScalars.count }
      parts.append("result \(Figure.count(length)) chars")
    }
    return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
  }

  func json(content: Bool) -> JSON {
    var record: JSON = [
      "step": .int(number), "part": .optional(part), "source": .string(source),
      "at": .optional(at.map { "\($0)" }), "summary": .string(summary),
      "model": content ? .optional(model) : .null,
      "tools": .array(
        callNames.isEmpty ? [] : callNames.split(separator: ", ").map { .string(String($0)) }),
      "input_tokens": .optional(inputTokens), "cached_tokens": .optional(cachedTokens),
      "output_tokens": .optional(outputTokens), "cost_usd": .number(costUSD),
      "content_withheld": .bool(!content),
    ]
    guard content, case .object(var members) = record else { return record }
    members["message"] = .string(message)
    members["reasoning"] = .optional(reasoning)
    members["calls"] = .array(
      calls.map { ["tool": .string($0.tool), "arguments": $0.arguments] })
    members["results"] = .array(results.map(JSON.string))
    record = .object(members)
    return record
  }
}
