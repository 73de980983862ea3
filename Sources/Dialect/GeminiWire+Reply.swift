internal import Base

extension GeminiWire {
  static func reply(_ body: JSON) throws(ModelFault) -> ModelReply {
    var stream = GeminiStream(model: "")
    var events: [ReplyEvent] = []
    stream.take(body, into: &events)
    try stream.end(into: &events)
    guard case .finished(let reply)? = events.last else {
      throw ModelFault(.malformed, "the answer has no finishReason")
    }
    return reply
  }

  static func stop(_ reason: String, hasCalls: Bool) -> StopReason {
    switch reason {
    case "STOP": hasCalls ? .toolUse : .done
    case "MAX_TOKENS": .outputLimit
    default: refusals.contains(reason) ? .refusal(reason) : .other(reason)
    }
  }

  /// The reasons to stop that mean that it, or a filter, declined.
  package static let refusals: Set<String> = [
    "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "IMAGE_SAFETY",
  ]
}
