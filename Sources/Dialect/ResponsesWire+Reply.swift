package import Base

extension ResponsesWire {
  static func reply(_ body: JSON) throws(ModelFault) -> ModelReply {
    guard let output = body["output"].array else {
      throw ModelFault(.malformed, "the answer has no output")
    }
    return try reply(body, output: output)
  }

  static func reply(_ body: JSON, output: [JSON]) throws(ModelFault) -> ModelReply {
    let id = WireReader.text(body["id"])
    var parts: [Part] = []
    var refusal: String?
    for (index, item) in output.enumerated() {
      parts += Self.parts(of: item, reply: id, index: index)
      refusal = refusal ?? Self.refusal(in: item)
    }
    let hasCalls = parts.contains { if case .toolUse = $0 { true } else { false } }
    let stop: StopReason
    switch body["status"].string ?? "" {
    case "completed": stop = refusal.map(StopReason.refusal) ?? (hasCalls ? .toolUse : .done)
    case "incomplete":
      switch WireReader.text(body["incomplete_details"]["reason"]) ?? "incomplete" {
      case "max_output_tokens", "max_tokens": stop = .outputLimit
      case "content_filter": stop = .refusal(refusal ?? "content_filter")
      case let reason: stop = .other(reason)
      }
    case "failed":
      throw ModelFault(.server, "the provider says that it failed, and not why")
    case let status:
      throw ModelFault(.malformed, "the answer's status is '\(status)', not completed")
    }
    var usage = WireUsage.responses(body["usage"])
    usage?.serviceTier = WireReader.text(body["service_tier"])
    return ModelReply(
      id: id, model: body["model"].string ?? "", parts: parts, stop: stop, usage: usage)
  }

  /// What one item of an answer says; what this version does not know is kept to be given back.
  private static func parts(of item: JSON, reply: String?, index: Int) -> [Part] {
    switch item["type"].string ?? "" {
    case "message":
      return (item["content"].array ?? []).compactMap { content in
        content["type"] == "output_text" ? WireReader.text(content["text"]).map(Part.text) : nil
      }
    case "function_call":
      return [
        .toolUse(
          ToolUse(
            id: WireReader.text(item["call_id"]) ?? WireReader.text(item["id"])
              ?? WireReader.madeUpID(reply: reply, index: index),
            name: item["name"].string ?? "", arguments: WireReader.arguments(item["arguments"])))
      ]
    case "": return []
    default: return [.reasoning(thought(item))]
    }
  }

  /// What the model thought, in its item.
  package static func thought(_ item: JSON) -> Reasoning {
    func texts(_ field: String) -> [String] {
      (item[field].array ?? []).compactMap { WireReader.text($0["text"]) }
    }
    let said = texts("content")
    let text =
      item["type"] == "reasoning" ? (said.isEmpty ? texts("summary") : said) : []
    return Reasoning(text: text.joined(separator: "\n\n"), block: item, dialect: .responses)
  }

  private static func refusal(in item: JSON) -> String? {
    guard item["type"] == "message" else { return nil }
    for content in item["content"].array ?? [] where content["type"] == "refusal" {
      return WireReader.text(content["refusal"]) ?? "refusal"
    }
    return nil
  }
}
