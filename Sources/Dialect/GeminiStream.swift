internal import Base

/// An answer in Gemini's dialect; a whole one is a stream of one piece.
struct GeminiStream: DialectStream {
  private var model: String
  private var id: String?
  private var hasStarted = false
  private var parts: [Part] = []
  private var calls = 0
  private var reason: String?
  private var blocked: String?
  private var usage: ModelUsage?
  private(set) var isFinished = false

  init(model: String) { self.model = model }

  mutating func take(_ event: SSEEvent, into out: inout [ReplyEvent]) throws(ModelFault) {
    guard !event.data.isEmpty else { return }
    let body = try WireReader.json(event.data)
    if let fault = WireFault.embedded(in: body, dialect: .gemini) { throw fault }
    take(body, into: &out)
  }

  mutating func take(_ body: JSON, into out: inout [ReplyEvent]) {
    if let version = WireReader.text(body["modelVersion"]) { model = version }
    id = id ?? WireReader.text(body["responseId"])
    if !hasStarted {
      hasStarted = true
      out.append(.started(id: id, model: model))
    }
    if let used = WireUsage.gemini(body["usageMetadata"]) { usage = used }
    if let reason = WireReader.text(body["promptFeedback"]["blockReason"]) { blocked = reason }
    let candidate = body["candidates"][0]
    for part in candidate["content"]["parts"].array ?? [] { take(part: part, into: &out) }
    if let text = WireReader.text(candidate["finishReason"]), text != "FINISH_REASON_UNSPECIFIED" {
      reason = text
    }
  }

  // The stream has no mark after its last piece, and the usage may follow the reason.
  mutating func end(into out: inout [ReplyEvent]) throws(ModelFault) {
    let stop: StopReason
    if let reason {
      stop = GeminiWire.stop(reason, hasCalls: calls > 0)
    } else if let blocked {
      stop = .refusal(blocked)
    } else {
      return
    }
    isFinished = true
    closeThought(into: &out)
    out.append(
      .finished(ModelReply(id: id, model: model, parts: parts, stop: stop, usage: usage)))
  }

  private mutating func take(part: JSON, into out: inout [ReplyEvent]) {
    let signature = WireReader.text(part["thoughtSignature"])
    if part["functionCall"].object != nil {
      call(part["functionCall"], signature: signature, into: &out)
    } else if let text = part["text"].string {
      if part["thought"].bool == true {
        think(text, signature: signature, into: &out)
      } else {
        say(text, signature: signature, into: &out)
      }
    } else if let members = part.object, !members.isEmpty {
      closeThought(into: &out)
      let thought = Reasoning(text: "", block: part, dialect: .gemini)
      parts.append(.reasoning(thought))
      out.append(.thought(thought))
    }
  }

  private mutating func call(
    _ call: JSON, signature: String?, into out: inout [ReplyEvent]
  ) {
    closeThought(into: &out)
    let use = ToolUse(
      id: WireReader.text(call["id"]) ?? WireReader.madeUpID(reply: id, index: calls),
      name: call["name"].string ?? "",
      arguments: call["args"].isNull ? "{}" : call["args"].text(), signature: signature)
    parts.append(.toolUse(use))
    out.append(.toolUse(index: calls, id: use.id, name: use.name))
    out.append(.arguments(index: calls, use.arguments))
    calls += 1
  }

  private mutating func think(
    _ text: String, signature: String?, into out: inout [ReplyEvent]
  ) {
    var whole: Reasoning
    if let last = openThought {
      whole = last
      parts.removeLast()
    } else {
      whole = Reasoning(text: "", block: ["thought": true], dialect: .gemini)
    }
    whole.text += text
    whole.block?["text"] = .string(whole.text)
    if !text.isEmpty { out.append(.reasoning(text)) }
    // A signature ends its thought: what is thought next is another one.
    if let signature {
      whole.block?["thoughtSignature"] = .string(signature)
      out.append(.thought(whole))
    }
    parts.append(.reasoning(whole))
  }

  // A signature on words is kept as an empty part of its own after them: so does Gemini stream it.
  private mutating func say(_ text: String, signature: String?, into out: inout [ReplyEvent]) {
    closeThought(into: &out)
    if !text.isEmpty {
      if case .text(let before)? = parts.last {
        parts[parts.count - 1] = .text(before + text)
      } else {
        parts.append(.text(text))
      }
      out.append(.text(text))
    }
    if let signature {
      let block: JSON = ["text": "", "thoughtSignature": .string(signature)]
      let thought = Reasoning(text: "", block: block, dialect: .gemini)
      parts.append(.reasoning(thought))
      out.append(.thought(thought))
    }
  }

  private var openThought: Reasoning? {
    guard case .reasoning(let last)? = parts.last, last.block?["thought"].bool == true,
      last.block?["thoughtSignature"].isNull == true
    else { return nil }
    return last
  }

  private func closeThought(into out: inout [ReplyEvent]) {
    if let thought = openThought { out.append(.thought(thought)) }
  }
}
