internal import Base
internal import Dialect

/// Writes answers in Gemini's dialect.
struct GeminiServing: ServingStream {
  private var id = ""
  private var model = ""

  init(_ answer: ServedAnswer) {}

  static func body(_ reply: ModelReply, _ answer: ServedAnswer) -> JSON {
    body(
      parts: reply.parts.compactMap(part), reply, id: reply.id ?? answer.id,
      model: answer.model ?? reply.model)
  }

  mutating func start(id: String, model: String, into out: inout [UInt8]) {
    self.id = id
    self.model = model
  }

  // Calls come whole here: they are written with the end.
  mutating func write(_ event: ReplyEvent, into out: inout [UInt8]) {
    switch event {
    case .text(let text): send(["text": .string(text)], into: &out)
    case .reasoning(let text): send(["text": .string(text), "thought": true], into: &out)
    case .thought(let thought):
      // Its words are told: what is left is the seal.
      guard var part = Self.part(.reasoning(thought)) else { return }
      let isKnown = thought.dialect == .gemini && part["text"].isNull
      if !isKnown {
        guard !part["thoughtSignature"].isNull else { return }
        part["text"] = ""
      }
      send(part, into: &out)
    case .toolUse, .arguments, .started, .finished: break
    }
  }

  mutating func finish(_ reply: ModelReply, into out: inout [UInt8]) {
    let calls = reply.parts.compactMap { part in
      if case .toolUse = part { Self.part(part) } else { nil }
    }
    Frame.write(Self.body(parts: calls, reply, id: id, model: model), into: &out)
  }

  mutating func fail(_ fault: ServedFault, into out: inout [UInt8]) {
    Frame.write(fault.body, into: &out)
  }

  private func send(_ part: JSON, into out: inout [UInt8]) {
    Frame.write(
      [
        "candidates": [["content": ["role": "model", "parts": [part]], "index": 0]],
        "modelVersion": .string(model), "responseId": .string(id),
      ], into: &out)
  }

  private static func body(
    parts: [JSON], _ reply: ModelReply, id: String, model: String
  ) -> JSON {
    var candidate: JSON = [
      "content": ["role": "model", "parts": .array(parts)], "index": 0,
      "finishReason": .string(ending(reply.stop)),
    ]
    if case .refusal(let words) = reply.stop { candidate["finishMessage"] = .string(words) }
    var body: JSON = [
      "candidates": [candidate], "modelVersion": .string(model), "responseId": .string(id),
    ]
    let usage = ServedUsage.gemini(reply.usage)
    if !usage.isNull { body["usageMetadata"] = usage }
    return body
  }

  private static func part(_ part: Part) -> JSON? {
    switch part {
    case .text(let text): return ["text": .string(text)]
    case .toolUse(let use):
      var part: JSON = [
        "functionCall": [
          "id": .string(use.id), "name": .string(use.name),
          "args": WireReader.object(arguments: use.arguments),
        ]
      ]
      if let signature = use.signature { part["thoughtSignature"] = .string(signature) }
      return part
    case .reasoning(let thought):
      if thought.dialect == .gemini, let block = thought.block { return block }
      let seal = CarriedThought.seal(thought)
      if thought.text.isEmpty && seal.isEmpty { return nil }
      var part: JSON = ["text": .string(thought.text), "thought": true]
      if !seal.isEmpty { part["thoughtSignature"] = .string(seal) }
      return part
    case .image, .toolAnswer: return nil
    }
  }

  private static func ending(_ stop: StopReason) -> String {
    switch stop {
    case .done, .toolUse, .stopText, .paused: "STOP"
    case .outputLimit, .contextOverflow: "MAX_TOKENS"
    case .refusal(let word) where GeminiWire.refusals.contains(word): word
    case .refusal: "SAFETY"
    case .other(let word): word
    }
  }
}
