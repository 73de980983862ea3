import Base
import Dialect
import Testing

@testable import DialectServer

/// What our client's side writes, our server's side reads as the same, and the other way round.
@Suite struct RoundTripTests {
  static func thought(_ dialect: WireDialect, _ text: String) -> Reasoning {
    let block: JSON =
      switch dialect {
      case .chat: ["reasoning_content": .string(text)]
      case .messages: ["type": "thinking", "thinking": .string(text), "signature": "sig"]
      case .responses:
        [
          "type": "reasoning", "id": "rs_1", "encrypted_content": "sealed",
          "summary": [["type": "summary_text", "text": .string(text)]],
        ]
      case .gemini: ["text": .string(text), "thought": true, "thoughtSignature": "sig"]
      }
    return Reasoning(text: text, block: block, dialect: dialect)
  }

  static func usage(_ dialect: WireDialect) -> ModelUsage {
    var usage = ModelUsage()
    usage.inputUncached = 36
    usage.cacheRead = 64
    usage.output = 20
    usage.reasoning = 8
    if dialect != .gemini { usage.cacheWrite = 5 }
    if dialect == .messages { usage.cacheWriteLong = 7 }
    if dialect != .gemini { usage.reportedUSD = 0.5 }
    usage.serviceTier = "standard"
    return usage
  }

  static func replies(_ dialect: WireDialect) -> [ModelReply] {
    let use = ToolUse(id: "call_1", name: "bash", arguments: #"{"command":"ls \"ž\"\n🦊"}"#)
    let other = ToolUse(id: "call_2", name: "read", arguments: #"{"path":"/a"}"#)
    func reply(_ parts: [Part], _ stop: StopReason) -> ModelReply {
      ModelReply(id: "r1", model: "m", parts: parts, stop: stop, usage: usage(dialect))
    }
    var replies = [
      reply([.text("hello\n\"world\" 🦊")], .done),
      reply(
        [.reasoning(thought(dialect, "hmm")), .text("so"), .toolUse(use), .toolUse(other)], .toolUse
      ),
      reply([.toolUse(use)], .toolUse),
      reply([.text("cut")], .outputLimit),
      reply([], .done),
    ]
    switch dialect {
    case .chat:
      replies += [
        reply([.text("x")], .refusal("I cannot")), reply([.text("x")], .refusal("content_filter")),
      ]
    case .responses:
      replies += [reply([.text("x")], .refusal("I cannot")), reply([], .refusal("content_filter"))]
    case .messages:
      replies += [
        reply([.text("x")], .refusal("refusal")), reply([], .refusal("it said so")),
        reply([.text("x")], .paused), reply([.text("x")], .stopText),
        reply([.text("x")], .contextOverflow), reply([.text("x")], .other("new_reason")),
        reply(
          [
            .reasoning(
              Reasoning(
                text: "", block: ["type": "redacted_thinking", "data": "d"], dialect: .messages)),
            .text("x"),
          ], .done),
      ]
    case .gemini:
      replies += [
        reply([.text("x")], .refusal("SAFETY")), reply([], .other("MALFORMED_FUNCTION_CALL")),
        reply(
          [
            .text("x"),
            .reasoning(
              Reasoning(text: "", block: ["text": "", "thoughtSignature": "s"], dialect: .gemini)),
          ], .done),
        reply([.toolUse(ToolUse(id: "f", name: "x", arguments: "{}", signature: "s"))], .toolUse),
      ]
    }
    return replies
  }

  private func answer(_ dialect: WireDialect) -> ServedAnswer {
    ServedAnswer(dialect, id: "made-up", created: Timestamp(milliseconds: 1_795_231_511_000))
  }

  private func stream(
    _ dialect: WireDialect, _ bytes: [UInt8], piece: Int = .max
  ) throws(ModelFault) -> [ReplyEvent] {
    var stream = ReplyStream(dialect)
    var events: [ReplyEvent] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      events += try stream.push(Array(rest.prefix(piece)))
      rest = rest.dropFirst(piece)
    }
    return events + (try stream.finish())
  }

  @Test(arguments: WireDialect.allCases)
  func `an answer comes through whole, plain`(dialect: WireDialect) throws {
    for reply in Self.replies(dialect) {
      #expect(try dialect.decodeReply(answer(dialect).encode(reply)) == reply)
    }
  }

  @Test(arguments: WireDialect.allCases)
  func `an answer comes through whole, streamed`(dialect: WireDialect) throws {
    for reply in Self.replies(dialect) {
      var writer = ReplyWriter(answer(dialect))
      let bytes = writer.write(.finished(reply))
      let events = try stream(dialect, bytes)
      #expect(events.last == .finished(reply))
      // What the events said, written again, is read as the same events.
      var again = ReplyWriter(answer(dialect))
      let rewritten = events.flatMap { again.write($0) }
      #expect(try stream(dialect, rewritten) == events)
      for piece in [1, 3, 100] { #expect(try stream(dialect, bytes, piece: piece) == events) }
      let late = again.write(.text("late"))
      #expect(late.isEmpty)
    }
  }

  @Test(arguments: WireDialect.allCases, WireDialect.allCases)
  func `an answer of one dialect is told in any other`(from: WireDialect, to: WireDialect) throws {
    for reply in Self.replies(from) {
      var writer = ReplyWriter(answer(to))
      let bytes = writer.write(.finished(reply))
      guard case .finished(let told)? = try stream(to, bytes).last else {
        return #expect(Bool(false))
      }
      let plain = try to.decodeReply(answer(to).encode(reply))
      for told in [told, plain] {
        #expect(told.turn.text == reply.turn.text)
        #expect(told.turn.toolUses.map(\.arguments) == reply.turn.toolUses.map(\.arguments))
        #expect(told.turn.toolUses.map(\.id) == reply.turn.toolUses.map(\.id))
        #expect(told.usage?.input == reply.usage?.input)
        #expect(told.usage?.output == reply.usage?.output)
        #expect(told.usage?.reasoning == reply.usage?.reasoning)
        if case .refusal = reply.stop {
          guard case .refusal = told.stop else { return #expect(Bool(false), "\(from) to \(to)") }
        }
        if reply.stop == .outputLimit || reply.stop == .toolUse { #expect(told.stop == reply.stop) }
      }
    }
  }

  static func request(_ dialect: WireDialect, thinks: Bool) -> ModelRequest {
    var request = ModelRequest(
      model: "m", system: "be good",
      turns: [
        Turn(.user, [.text("look"), .image(mediaType: "image/png", base64: "AAAA")]),
        Turn(
          .assistant,
          [
            .reasoning(thought(dialect, "hmm")), .text("I look"),
            .toolUse(ToolUse(id: "call_1", name: "bash", arguments: #"{"command":"ls"}"#)),
            .toolUse(ToolUse(id: "call_2", name: "read", arguments: "{}")),
          ]),
        Turn(
          .user,
          [
            .toolAnswer(ToolAnswer(callID: "call_1", name: "bash", text: "a\nb")),
            .toolAnswer(
              ToolAnswer(
                callID: "call_2", name: "read", text: "",
                isError: dialect == .messages || dialect == .gemini)),
            .text("go on"),
          ]),
      ])
    let schema: JSON = [
      "type": "object", "properties": ["command": ["type": "string"]], "required": ["command"],
    ]
    request.tools = [
      ToolDeclaration(name: "bash", description: "runs", parameters: schema),
      ToolDeclaration(name: "stop", description: "", parameters: ["type": "object"]),
    ]
    request.maxOutputTokens = 30_000
    request.answerSchema = ["type": "object", "additionalProperties": false, "properties": [:]]
    request.streams = true
    if thinks {
      request.reasoning = "high"
    } else {
      request.sampling.temperature = 0.5
      request.sampling.topP = 0.25
      request.toolChoice = .named("bash")
    }
    if dialect != .gemini { request.allowsParallelCalls = false }
    if dialect != .responses { request.sampling.stop = ["END"] }
    if dialect == .chat || dialect == .gemini { request.sampling.seed = 7 }
    request.cachesPrefix = dialect == .messages
    return request
  }

  @Test(arguments: WireDialect.allCases, [true, false])
  func `a request comes through whole`(dialect: WireDialect, thinks: Bool) throws {
    let request = Self.request(dialect, thinks: thinks)
    let traits = ModelTraits()
    let bytes = dialect.encode(request, traits: traits)
    #expect(bytes == dialect.encode(request, traits: traits))
    let path = dialect.path(model: "m", streams: true)
    var read = try dialect.decodeRequest(bytes, path: path)
    #expect(read.tools == request.tools)
    #expect(read.turns == request.turns)
    read.tools = request.tools
    read.turns = request.turns
    #expect(read == request)
  }

  @Test(arguments: [WireDialect.messages, .responses, .gemini])
  func `a thought survives a client of another dialect`(client: WireDialect) throws {
    let foreign: WireDialect = client == .responses ? .messages : .responses
    let thought = Self.thought(foreign, "hmm")
    let hidden = Reasoning(
      text: "", block: ["type": "reasoning", "encrypted_content": "x"], dialect: foreign)
    let reply = ModelReply(
      id: "r", model: "m", parts: [.reasoning(thought), .reasoning(hidden), .text("so")],
      stop: .done)
    var writer = ReplyWriter(answer(client))
    guard case .finished(let told)? = try stream(client, writer.write(.finished(reply))).last else {
      return #expect(Bool(false))
    }
    for case .reasoning(let thought) in told.parts where client == .gemini {
      let seal = thought.block?["thoughtSignature"].string ?? ""
      #expect(seal.utf8.count.isMultiple(of: 4) && seal.allSatisfy { $0.isLetter || $0.isNumber })
    }
    for told in [told, try client.decodeReply(answer(client).encode(reply))] {
      let next = ModelRequest(model: "m", turns: [.user("u"), told.turn, .user("v")])
      let read = try client.decodeRequest(
        client.encode(next, traits: ModelTraits()), path: client.path(model: "m", streams: false))
      #expect(read.turns[1].parts == reply.parts)
    }
  }
}
