internal import Base

extension MessagesWire {
  static func reply(_ body: JSON) throws(ModelFault) -> ModelReply {
    guard let blocks = body["content"].array else {
      throw ModelFault(.malformed, "the answer has no content")
    }
    guard let reason = WireReader.text(body["stop_reason"]) else {
      throw ModelFault(.malformed, "the answer has no stop_reason")
    }
    let id = WireReader.text(body["id"])
    var parts: [Part] = []
    for (index, block) in blocks.enumerated() {
      if let part = part(block, reply: id, index: index) { parts.append(part) }
    }
    return ModelReply(
      id: id, model: body["model"].string ?? "", parts: parts,
      stop: stop(reason, details: body["stop_details"], parts: parts),
      usage: WireUsage.messages(body["usage"]))
  }

  /// One block of an answer; what this version does not know is kept as it is, to be given back.
  static func part(_ block: JSON, reply: String?, index: Int) -> Part? {
    switch block["type"].string ?? "" {
    case "text": WireReader.text(block["text"]).map(Part.text)
    case "tool_use":
      .toolUse(
        ToolUse(
          id: WireReader.text(block["id"]) ?? WireReader.madeUpID(reply: reply, index: index),
          name: block["name"].string ?? "", arguments: WireReader.arguments(block["input"])))
    case "thinking":
      .reasoning(
        Reasoning(text: block["thinking"].string ?? "", block: block, dialect: .messages))
    case "": nil
    default: .reasoning(Reasoning(text: "", block: block, dialect: .messages))
    }
  }

  static func stop(_ reason: String, details: JSON, parts: [Part]) -> StopReason {
    switch reason {
    case "end_turn": .done
    case "max_tokens": .outputLimit
    case "stop_sequence": .stopText
    case "tool_use": .toolUse
    case "pause_turn": .paused
    case "refusal":
      .refusal(
        [details["category"], details["explanation"]].compactMap(WireReader.text)
          .joined(separator: ": ").orElse("refusal"))
    case "model_context_window_exceeded": .contextOverflow
    default: .other(reason)
    }
  }
}

extension String {
  fileprivate func orElse(_ other: String) -> String { isEmpty ? other : self }
}
