import Base
import Testing

@testable import Dialect

@Suite struct ResponsesTests {
  private let item: JSON = [
    "type": "reasoning", "id": "rs_1", "summary": [["type": "summary_text", "text": "short"]],
    "encrypted_content": "sealed",
  ]

  @Test func `what it thought travels with the conversation, before its call`() throws {
    let body: JSON = [
      "id": "resp_1", "model": "gpt-5", "status": "completed", "error": nil,
      "output": [
        item,
        [
          "type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "bash",
          "arguments": "",
        ],
      ],
    ]
    let reply = try WireDialect.responses.decodeReply(body.utf8())
    #expect(reply.stop == .toolUse)
    #expect(
      reply.parts[0] == .reasoning(Reasoning(text: "short", block: item, dialect: .responses)))
    var request = ModelRequest(model: "gpt-5", turns: [.user("u"), reply.turn])
    request.tools = [
      ToolDeclaration(name: "bash", description: "d", parameters: ["type": "object"])
    ]
    let sent = WireDialect.responses.body(
      of: request, traits: .usual(model: "gpt-5", dialect: .responses))
    #expect(sent["input"][1] == item)
    #expect(sent["input"][2]["call_id"] == "call_1" && sent["input"][2]["arguments"] == "{}")
    #expect(sent["input"][3]["type"] == "function_call_output")
    #expect(sent["include"] == ["reasoning.encrypted_content"] && sent["store"] == false)
    #expect(sent["tools"][0]["strict"] == false)
  }

  @Test func `items count when the last event leaves its output empty`() throws {
    let reply = try streamed(
      .responses,
      sse([
        #"{"type":"response.created","response":{"id":"r","model":"m"}}"#,
        #"{"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","call_id":"c","name":"x","arguments":"{}"}}"#,
        #"{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"hi"}]}}"#,
        #"{"type":"response.completed","response":{"id":"r","output":[]}}"#,
      ]))
    #expect(reply.parts == [.text("hi"), .toolUse(ToolUse(id: "c", name: "x", arguments: "{}"))])
  }

  @Test(
    "endings of an answer are told apart",
    arguments: [
      (
        #"{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]}"#,
        StopReason.outputLimit
      ),
      (
        #"{"status":"incomplete","incomplete_details":{"reason":"content_filter"},"output":[]}"#,
        .refusal("content_filter")
      ),
      (
        #"{"status":"completed","output":[{"type":"message","content":[{"type":"refusal","refusal":"no"}]}]}"#,
        .refusal("no")
      ),
    ])
  func endings(body: String, stop: StopReason) throws {
    #expect(try WireDialect.responses.decodeReply(Array(body.utf8)).stop == stop)
  }

  @Test(
    "an answer that failed is a fault of its kind",
    arguments: [
      (
        #"{"status":"failed","error":{"code":"rate_limit_exceeded","message":"m"},"output":[]}"#,
        ModelFault.Kind.rate
      ),
      (#"{"status":"failed","error":{"code":"server_error","message":"m"},"output":[]}"#, .server),
      (#"{"status":"failed","error":{"code":"bio_policy","message":"m"},"output":[]}"#, .refused),
      (#"{"status":"in_progress","output":[]}"#, .malformed),
      (#"{"output":[]}"#, .malformed),
    ])
  func failures(body: String, kind: ModelFault.Kind) {
    #expect(
      fault { () throws(ModelFault) in try WireDialect.responses.decodeReply(Array(body.utf8)) }?
        .kind == kind)
    let line = #"{"type":"response.failed","response":\#(body)}"#
    let streamKind = fault { () throws(ModelFault) in try events(.responses, sse([line])) }?.kind
    #expect(streamKind == (kind == .malformed ? .server : kind))
  }

  @Test func `a flat error event is a fault`() {
    let line = #"{"type":"error","code":"rate_limit_exceeded","message":"slow","param":null}"#
    #expect(fault { () throws(ModelFault) in try events(.responses, sse([line])) }?.kind == .rate)
  }
}
