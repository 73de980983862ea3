package import Base

extension ChatWire {
  static func reply(_ body: JSON) throws(ModelFault) -> ModelReply {
    let choice = body["choices"][0]
    let message = choice["message"]
    guard message.object != nil else {
      throw ModelFault(.malformed, "the answer has no choices[0].message")
    }
    if let fault = WireFault.embedded(in: choice, dialect: .chat) { throw fault }
    guard let finish = WireReader.text(choice["finish_reason"]) else {
      throw ModelFault(.malformed, "the answer has no finish_reason")
    }
    let id = WireReader.text(body["id"])
    var parts: [Part] = []
    var fields: [String: JSON] = [:]
    for field in reasoningFields where !message[field].isNull { fields[field] = message[field] }
    if let reasoning = reasoning(fields) { parts.append(.reasoning(reasoning)) }
    if let text = WireReader.text(content(message["content"])) { parts.append(.text(text)) }
    var uses: [ToolUse] = []
    for call in message["tool_calls"].array ?? [] {
      uses.append(use(call, reply: id, index: uses.count))
    }
    if uses.isEmpty, message["function_call"].object != nil {
      uses.append(use(["function": message["function_call"]], reply: id, index: 0))
    }
    parts += uses.map(Part.toolUse)
    var usage = WireUsage.chat(body["usage"])
    usage?.serviceTier = WireReader.text(body["service_tier"])
    return ModelReply(
      id: id, model: body["model"].string ?? "", parts: parts,
      stop: stop(finish, refusal: WireReader.text(message["refusal"]), hasCalls: !uses.isEmpty),
      usage: usage)
  }

  // Some servers send the text as parts.
  private static func content(_ content: JSON) -> JSON {
    guard let parts = content.array else { return content }
    return .string(parts.compactMap { $0["text"].string }.joined())
  }

  private static func use(_ call: JSON, reply: String?, index: Int) -> ToolUse {
    ToolUse(
      id: WireReader.text(call["id"]) ?? WireReader.madeUpID(reply: reply, index: index),
      name: call["function"]["name"].string ?? "",
      arguments: WireReader.arguments(call["function"]["arguments"]))
  }

  /// What the model thought, from the message's own fields; they are what it wants back.
  package static func reasoning(_ fields: [String: JSON]) -> Reasoning? {
    let kept = fields.filter { _, value in
      switch value {
      case .string(let text): !text.isEmpty
      case .array(let elements): !elements.isEmpty
      default: false
      }
    }
    guard !kept.isEmpty else { return nil }
    let details = (kept["reasoning_details"]?.array ?? []).compactMap { detail in
      detail["text"].string ?? detail["summary"].string
    }
    let text = kept["reasoning_content"]?.string ?? kept["reasoning"]?.string ?? details.joined()
    return Reasoning(text: text, block: .object(kept), dialect: .chat)
  }

  static func stop(_ finish: String, refusal: String?, hasCalls: Bool) -> StopReason {
    if let refusal { return .refusal(refusal) }
    switch finish {
    case "length", "max_tokens": return .outputLimit
    case "content_filter": return .refusal("content_filter")
    case "tool_calls", "function_call": return hasCalls ? .toolUse : .done
    // Some servers say `stop` although they ask for a tool.
    case "stop", "eos", "end_turn": return hasCalls ? .toolUse : .done
    default: return .other(finish)
    }
  }
}
