internal import Base
internal import Dialect

/// Writes answers in Anthropic's dialect.
struct MessagesServing: ServingStream {
  private var count = 0
  private var open: (kind: String, index: Int)?
  private var calls: [Int: Int] = [:]

  init(_ answer: ServedAnswer) {}

  static func body(_ reply: ModelReply, _ answer: ServedAnswer) -> JSON {
    let (reason, details) = ending(reply.stop)
    var body: JSON = [
      "id": .string(reply.id ?? answer.id), "type": "message", "role": "assistant",
      "model": .string(answer.model ?? reply.model),
      "content": .array(reply.parts.compactMap(block)), "stop_reason": .string(reason),
      "stop_sequence": nil, "usage": ServedUsage.messages(reply.usage),
    ]
    if !details.isNull { body["stop_details"] = details }
    return body
  }

  mutating func start(id: String, model: String, into out: inout [UInt8]) {
    Self.send(
      "message_start",
      [
        "message": [
          "id": .string(id), "type": "message", "role": "assistant", "model": .string(model),
          "content": [], "stop_reason": nil, "stop_sequence": nil,
          "usage": ["input_tokens": 0, "output_tokens": 0],
        ]
      ], into: &out)
  }

  mutating func write(_ event: ReplyEvent, into out: inout [UInt8]) {
    switch event {
    case .text(let text):
      begin("text", ["type": "text", "text": ""], into: &out)
      delta(["type": "text_delta", "text": .string(text)], into: &out)
    case .reasoning(let text):
      begin("thinking", ["type": "thinking", "thinking": "", "signature": ""], into: &out)
      delta(["type": "thinking_delta", "thinking": .string(text)], into: &out)
    case .thought(let thought): seal(thought, into: &out)
    case .toolUse(let index, let id, let name):
      close(into: &out)
      calls[index] = count
      begin(
        "tool_use",
        ["type": "tool_use", "id": .string(id), "name": .string(name), "input": [:]], into: &out)
    case .arguments(let index, let piece):
      guard let block = calls[index] else { return }
      delta(
        ["type": "input_json_delta", "partial_json": .string(piece)], index: block, into: &out)
    case .started, .finished: break
    }
  }

  mutating func finish(_ reply: ModelReply, into out: inout [UInt8]) {
    close(into: &out)
    let (reason, details) = Self.ending(reply.stop)
    var delta: JSON = ["stop_reason": .string(reason), "stop_sequence": nil]
    if !details.isNull { delta["stop_details"] = details }
    Self.send(
      "message_delta", ["delta": delta, "usage": ServedUsage.messages(reply.usage)], into: &out)
    Self.send("message_stop", [:], into: &out)
  }

  mutating func fail(_ fault: ServedFault, into out: inout [UInt8]) {
    Frame.write(fault.body, name: "error", into: &out)
  }

  private mutating func begin(_ kind: String, _ block: JSON, into out: inout [UInt8]) {
    guard open?.kind != kind || kind == "tool_use" else { return }
    close(into: &out)
    open = (kind, count)
    Self.send(
      "content_block_start", ["index": .int(count), "content_block": block], into: &out)
    count += 1
  }

  private func delta(_ delta: JSON, index: Int? = nil, into out: inout [UInt8]) {
    guard let at = index ?? open?.index else { return }
    Self.send("content_block_delta", ["index": .int(at), "delta": delta], into: &out)
  }

  private mutating func close(into out: inout [UInt8]) {
    guard let open else { return }
    Self.send("content_block_stop", ["index": .int(open.index)], into: &out)
    self.open = nil
  }

  // The words of a thought came before; what its provider wants back closes its block.
  private mutating func seal(_ thought: Reasoning, into out: inout [UInt8]) {
    let block = Self.block(.reasoning(thought)) ?? .null
    if block["type"] == "thinking" {
      begin("thinking", ["type": "thinking", "thinking": "", "signature": ""], into: &out)
      delta(["type": "signature_delta", "signature": block["signature"]], into: &out)
      close(into: &out)
    } else if !block.isNull {
      close(into: &out)
      begin("other", block, into: &out)
      close(into: &out)
    }
  }

  private static func send(_ type: String, _ body: JSON, into out: inout [UInt8]) {
    var body = body
    body["type"] = .string(type)
    Frame.write(body, name: type, into: &out)
  }

  private static func block(_ part: Part) -> JSON? {
    switch part {
    case .text(let text): return ["type": "text", "text": .string(text)]
    case .toolUse(let use):
      return [
        "type": "tool_use", "id": .string(use.id), "name": .string(use.name),
        "input": WireReader.object(arguments: use.arguments),
      ]
    case .reasoning(let thought):
      if thought.dialect == .messages, let block = thought.block { return block }
      let seal = CarriedThought.seal(thought)
      if !thought.text.isEmpty {
        return [
          "type": "thinking", "thinking": .string(thought.text), "signature": .string(seal),
        ]
      }
      return seal.isEmpty ? nil : ["type": "redacted_thinking", "data": .string(seal)]
    case .image, .toolAnswer: return nil
    }
  }

  private static func ending(_ stop: StopReason) -> (reason: String, details: JSON) {
    switch stop {
    case .done: ("end_turn", .null)
    case .toolUse: ("tool_use", .null)
    case .outputLimit: ("max_tokens", .null)
    case .stopText: ("stop_sequence", .null)
    case .contextOverflow: ("model_context_window_exceeded", .null)
    case .paused: ("pause_turn", .null)
    case .refusal("refusal"): ("refusal", .null)
    case .refusal(let words): ("refusal", ["type": "refusal", "explanation": .string(words)])
    case .other(let word): (word, .null)
    }
  }
}
