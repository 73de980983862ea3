import Base
import Testing

@testable import Dialect

@Suite struct ChatTests {
  private func plain(_ message: String, finish: String = "\"stop\"") throws -> ModelReply {
    try WireDialect.chat.decodeReply(
      Array(
        #"{"id":"r1","model":"m","choices":[{"message":\#(message),"finish_reason":\#(finish)}]}"#
          .utf8))
  }

  @Test func `Ollama's arguments are an object and its ids are made up`() throws {
    let message =
      #"{"role":"assistant","content":"","tool_calls":[{"function":{"name":"bash","arguments":{"command":"ls"}}},{"function":{"name":"bash","arguments":""}}]}"#
    let reply = try plain(message)
    #expect(reply.stop == .toolUse)
    #expect(reply.turn.toolUses.map(\.arguments) == [#"{"command":"ls"}"#, ""])
    #expect(reply.turn.toolUses.map(\.id) == ["belay-call-r1-0", "belay-call-r1-1"])
  }

  @Test(arguments: ["reasoning", "reasoning_content"])
  func `what a model thought is read from either field and given back in it`(field: String) throws {
    let reply = try plain(#"{"content":"a","\#(field)":"hmm"}"#)
    #expect(
      reply.parts == [
        .reasoning(Reasoning(text: "hmm", block: [field: "hmm"], dialect: .chat)), .text("a"),
      ])
    let body = WireDialect.chat.body(
      of: ModelRequest(model: "m", turns: [.user("u"), reply.turn]), traits: ModelTraits())
    #expect(body["messages"][1][field] == "hmm")
    let line = #"{"choices":[{"delta":{"\#(field)":"hmm","content":"a"},"finish_reason":"stop"}]}"#
    #expect(try streamed(.chat, sse([line, "[DONE]"])).parts == reply.parts)
  }

  @Test func `OpenRouter's blocks of reasoning are joined by index`() throws {
    let reply = try streamed(
      .chat,
      sse([
        #"{"id":"g","choices":[{"delta":{"reasoning":"a","reasoning_details":[{"type":"reasoning.text","text":"a","index":0,"format":"f"}]}}]}"#,
        #"{"choices":[{"delta":{"reasoning":"b","reasoning_details":[{"type":"reasoning.text","text":"b","signature":"s","index":0}]}}]}"#,
        #"{"choices":[{"delta":{"content":"c"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"cost":0.25}}"#,
        "[DONE]",
      ]))
    #expect(reply.usage?.reportedUSD == 0.25)
    guard case .reasoning(let thought) = reply.parts[0] else { return #expect(Bool(false)) }
    #expect(thought.text == "ab")
    #expect(
      thought.block?["reasoning_details"] == [
        ["type": "reasoning.text", "text": "ab", "signature": "s", "index": 0, "format": "f"]
      ])
  }

  @Test(
    "pieces of parallel calls are joined by index, whatever a server leaves out",
    arguments: [
      // by index, pieces interleaved
      (
        [
          #"{"index":0,"id":"a","function":{"name":"x","arguments":""}}"#,
          #"{"index":1,"id":"b","function":{"name":"y","arguments":"{"}}"#,
          #"{"index":0,"function":{"arguments":"{}"}}"#,
          #"{"index":1,"function":{"arguments":"}"}}"#,
        ], ["a x {}", "b y {}"]
      ),
      // the same index for two calls
      (
        [
          #"{"index":0,"id":"a","function":{"name":"x","arguments":"{}"}}"#,
          #"{"index":0,"id":"b","function":{"name":"y","arguments":"{}"}}"#,
        ], ["a x {}", "b y {}"]
      ),
      // no index
      (
        [
          #"{"id":"a","function":{"name":"x","arguments":"{}"}}"#,
          #"{"id":"b","function":{"name":"y","arguments":"{"}}"#,
          #"{"function":{"arguments":"}"}}"#,
        ], ["a x {}", "b y {}"]
      ),
      // the id and the name repeated with each piece
      (
        [
          #"{"index":0,"id":"a","function":{"name":"x","arguments":"{"}}"#,
          #"{"index":0,"id":"a","function":{"name":"x","arguments":"}"}}"#,
        ], ["a x {}"]
      ),
      // no id
      ([#"{"index":7,"function":{"name":"x","arguments":"{}"}}"#], ["belay-call-g-0 x {}"]),
    ])
  func calls(pieces: [String], expected: [String]) throws {
    let lines = pieces.map { #"{"id":"g","choices":[{"delta":{"tool_calls":[\#($0)]}}]}"# }
    let reply = try streamed(
      .chat, sse(lines + [#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#, "[DONE]"]))
    #expect(reply.turn.toolUses.map { "\($0.id) \($0.name) \($0.arguments)" } == expected)
  }

  @Test func `cut arguments stay as they came, under the name of the limit`() throws {
    let reply = try plain(
      #"{"tool_calls":[{"id":"a","function":{"name":"x","arguments":"{\"command\":\"rm"}}]}"#,
      finish: "\"length\"")
    #expect(reply.stop == .outputLimit)
    #expect(reply.turn.toolUses[0].arguments == #"{"command":"rm"#)
  }

  @Test func `a refusal in its own field is a refusal`() throws {
    #expect(try plain(#"{"content":null,"refusal":"I cannot"}"#).stop == .refusal("I cannot"))
    let lines = [
      #"{"choices":[{"delta":{"refusal":"I "}}]}"#,
      #"{"choices":[{"delta":{"refusal":"cannot"},"finish_reason":"stop"}]}"#, "[DONE]",
    ]
    #expect(try streamed(.chat, sse(lines)).stop == .refusal("I cannot"))
  }

  @Test(
    "an answer that is none is a fault, never a crash",
    arguments: [
      "", "{", "[]", "{}", #"{"choices":[]}"#, #"{"choices":{}}"#,
      #"{"choices":[{"message":null}]}"#,
      #"{"choices":[{"message":{"content":"half"},"finish_reason":null}]}"#,
      #"{"choices":[{"message":{"content":"half"}}]}"#,
      String(repeating: #"{"choices":["#, count: 1000), #"{"id":1e999}"#,
    ])
  func malformed(body: String) {
    for dialect in [WireDialect.chat, .messages] {
      #expect(
        fault { () throws(ModelFault) in try dialect.decodeReply(Array(body.utf8)) }?.kind
          == .malformed)
    }
  }

  @Test func `counts that cannot be are unknown`() throws {
    let reply = try WireDialect.chat.decodeReply(
      Array(
        #"{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9223372036854775807,"completion_tokens":-1,"prompt_tokens_details":{"cached_tokens":"x"},"cost":-1}}"#
          .utf8))
    #expect(reply.usage == ModelUsage())
    #expect(reply.usage?.input == nil)
  }

  @Test func `an error chunk of OpenRouter is a fault by its code`() {
    let lines = [
      #"{"choices":[{"delta":{"content":"a"}}]}"#,
      #"{"error":{"code":502,"message":"upstream"},"choices":[{"delta":{"content":""},"finish_reason":"error"}]}"#,
    ]
    #expect(fault { () throws(ModelFault) in try events(.chat, sse(lines)) }?.kind == .server)
  }
}
