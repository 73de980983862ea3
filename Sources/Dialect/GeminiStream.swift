internal import Base

/// An answer in Gemini's dialect; a whole one is a stream of one piece.
struct GeminiStream: DialectStream {
  private var model: String
  private var id: String?
  private var hasStarted = false
  private var parts: [Part] = []
  private var text = ""
  private var isThinking = false
  /// The last count of what was used, not yet read: there is one in every piece.
  private var lateUsage: ArraySlice<UInt8>?
  private var calls = 0
  private var reason: String?
  private var blocked: String?
  private var usage: ModelUsage?
  private(set) var isFinished = false

  init(model: String) { self.model = model }

  mutating func take(_ event: SSEEvent, into out: inout [ReplyEvent]) throws(ModelFault) {
    guard !event.data.isEmpty else { return }
    if hasStarted, let piece = GeminiPiece(event.data) {
      if let used = piece.usage { lateUsage = used }
      return say(piece.text, signature: nil, into: &out)
    }
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
    if let used = WireUsage.gemini(body["usageMetadata"]) {
      usage = used
      lateUsage = nil
    }
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
    close(into: &out)
    if let lateUsage, let body = try? JSON.parse(lateUsage) { usage = WireUsage.gemini(body) }
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
      close(into: &out)
      keep(part, text: "", into: &out)
    }
  }

  private mutating func call(
    _ call: JSON, signature: String?, into out: inout [ReplyEvent]
  ) {
    close(into: &out)
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
    _ piece: String, signature: String?, into out: inout [ReplyEvent]
  ) {
    if !isThinking { close(into: &out) }
    isThinking = true
    text += piece
    if !piece.isEmpty { out.append(.reasoning(piece)) }
    // A signature ends its thought: what is thought next is another one.
    if let signature { close(signature: signature, into: &out) }
  }

  // A signature on words is kept as an empty part of its own after them: so does Gemini stream it.
  private mutating func say(_ piece: String, signature: String?, into out: inout [ReplyEvent]) {
    if isThinking { close(into: &out) }
    text += piece
    if !piece.isEmpty { out.append(.text(piece)) }
    guard let signature else { return }
    close(into: &out)
    keep(["text": "", "thoughtSignature": .string(signature)], text: "", into: &out)
  }

  // Ends the words or the thought that are open.
  private mutating func close(signature: String? = nil, into out: inout [ReplyEvent]) {
    let whole = text
    let wasThought = isThinking
    text = ""
    isThinking = false
    if wasThought {
      var block: JSON = ["text": .string(whole), "thought": true]
      if let signature { block["thoughtSignature"] = .string(signature) }
      keep(block, text: whole, into: &out)
    } else if !whole.isEmpty {
      parts.append(.text(whole))
    }
  }

  private mutating func keep(_ block: JSON, text: String, into out: inout [ReplyEvent]) {
    let thought = Reasoning(text: text, block: block, dialect: .gemini)
    parts.append(.reasoning(thought))
    out.append(.thought(thought))
  }
}
