internal import Base
internal import Dialect

/// Writes answers in OpenAI's chat dialect.
struct ChatServing: ServingStream {
  private let answer: ServedAnswer
  private var id = ""
  private var model = ""
  private var sentReasoning = false

  init(_ answer: ServedAnswer) { self.answer = answer }

  static func body(_ reply: ModelReply, _ answer: ServedAnswer) -> JSON {
    let (finish, refusal) = ending(reply.stop)
    let text = reply.turn.text
    let uses = reply.turn.toolUses
    var message: [String: JSON] = [
      "role": "assistant", "content": text.isEmpty ? .null : .string(text),
      "refusal": .optional(refusal),
    ]
    for case .reasoning(let thought) in reply.parts {
      for (name, value) in fields(thought) { message[name] = value }
    }
    if !uses.isEmpty { message["tool_calls"] = .array(uses.map { call($0) }) }
    return [
      "id": .string(reply.id ?? answer.id), "object": "chat.completion",
      "created": answer.seconds, "model": .string(answer.model ?? reply.model),
      "choices": [
        [
          "index": 0, "message": .object(message), "logprobs": nil,
          "finish_reason": .string(finish),
        ]
      ],
      "usage": ServedUsage.chat(reply.usage), "service_tier": .optional(reply.usage?.serviceTier),
    ]
  }

  mutating func start(id: String, model: String, into out: inout [UInt8]) {
    self.id = id
    self.model = model
    send(["role": "assistant", "content": ""], into: &out)
  }

  mutating func write(_ event: ReplyEvent, into out: inout [UInt8]) {
    switch event {
    case .text(let text): send(["content": .string(text)], into: &out)
    case .reasoning(let text):
      sentReasoning = true
      send(["reasoning_content": .string(text)], into: &out)
    case .thought(let thought):
      let details = thought.dialect == .chat ? thought.block?["reasoning_details"] : nil
      if let details, !details.isNull { send(["reasoning_details": details], into: &out) }
    case .toolUse(let index, let id, let name):
      send(
        [
          "tool_calls": [
            [
              "index": .int(index), "id": .string(id), "type": "function",
              "function": ["name": .string(name), "arguments": ""],
            ]
          ]
        ], into: &out)
    case .arguments(let index, let piece):
      send(
        [
          "tool_calls": [["index": .int(index), "function": ["arguments": .string(piece)]]]
        ], into: &out)
    case .started, .finished: break
    }
  }

  mutating func finish(_ reply: ModelReply, into out: inout [UInt8]) {
    let (finish, refusal) = Self.ending(reply.stop)
    if let refusal { send(["refusal": .string(refusal)], into: &out) }
    send([:], finish: .string(finish), into: &out)
    if answer.includesUsage {
      var body = chunk(choices: [])
      body["usage"] = ServedUsage.chat(reply.usage)
      body["service_tier"] = .optional(reply.usage?.serviceTier)
      Frame.write(body, into: &out)
    }
    out += "data: [DONE]\n\n".utf8
  }

  // No `[DONE]` after it: what came before is no answer.
  mutating func fail(_ fault: ServedFault, into out: inout [UInt8]) {
    Frame.write(fault.body, into: &out)
  }

  private func send(_ delta: JSON, finish: JSON = .null, into out: inout [UInt8]) {
    Frame.write(
      chunk(choices: [["index": 0, "delta": delta, "logprobs": nil, "finish_reason": finish]]),
      into: &out)
  }

  private func chunk(choices: JSON) -> JSON {
    [
      "id": .string(id), "object": "chat.completion.chunk", "created": answer.seconds,
      "model": .string(model), "choices": choices,
    ]
  }

  private static func call(_ use: ToolUse) -> JSON {
    [
      "id": .string(use.id), "type": "function",
      "function": ["name": .string(use.name), "arguments": .string(use.arguments)],
    ]
  }

  private static func fields(_ thought: Reasoning) -> [String: JSON] {
    if thought.dialect == .chat, let fields = thought.block?.object { return fields }
    return thought.text.isEmpty ? [:] : ["reasoning_content": .string(thought.text)]
  }

  private static func ending(_ stop: StopReason) -> (finish: String, refusal: String?) {
    switch stop {
    case .done, .stopText, .paused: ("stop", nil)
    case .toolUse: ("tool_calls", nil)
    case .outputLimit, .contextOverflow: ("length", nil)
    case .refusal("content_filter"): ("content_filter", nil)
    case .refusal(let words): ("stop", words.isEmpty ? "refusal" : words)
    case .other(let word): (word, nil)
    }
  }
}
