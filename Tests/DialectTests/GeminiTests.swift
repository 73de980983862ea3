import Base
import Testing

@testable import Dialect

@Suite struct GeminiTests {
  private func request(_ turns: [Turn], model: String = "gemini-3-pro") -> JSON {
    WireDialect.gemini.body(
      of: ModelRequest(model: model, turns: turns),
      traits: .usual(model: model, dialect: .gemini))
  }

  @Test
  func `signatures of thoughts and calls come back unchanged, and merged pieces stay one thought`()
    throws
  {
    let lines = [
      #"{"responseId":"r","modelVersion":"gemini-3","candidates":[{"content":{"parts":[{"text":"th","thought":true}]}}]}"#,
      #"{"candidates":[{"content":{"parts":[{"text":"ink","thought":true}]}}]}"#,
      #"{"candidates":[{"content":{"parts":[{"text":"words"}]}}]}"#,
      #"{"candidates":[{"content":{"parts":[{"text":"","thoughtSignature":"s1"}]}}]}"#,
      #"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"bash","args":{"c":1}},"thoughtSignature":"s2"}]},"finishReason":"STOP"}]}"#,
      #"{"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":2,"thoughtsTokenCount":3,"toolUsePromptTokenCount":4}}"#,
    ]
    let reply = try streamed(.gemini, sse(lines))
    #expect(reply.stop == .toolUse)
    #expect(reply.usage?.output == 5 && reply.usage?.reasoning == 3 && reply.usage?.input == 14)
    let parts = request([.user("u"), reply.turn])["contents"][1]["parts"]
    #expect(parts[0] == ["text": "think", "thought": true])
    #expect(parts[1] == ["text": "words"])
    #expect(parts[2] == ["text": "", "thoughtSignature": "s1"])
    // The id was made up here and is none that Gemini knows.
    #expect(
      parts[3] == ["functionCall": ["name": "bash", "args": ["c": 1]], "thoughtSignature": "s2"])
  }

  @Test func `a call that another model made is given the signature that Gemini lets pass`() {
    let turns = [
      Turn.user("u"),
      Turn(
        .assistant,
        [
          .toolUse(ToolUse(id: "a", name: "x", arguments: "")),
          .toolUse(ToolUse(id: "b", name: "x", arguments: "no json")),
        ]),
      Turn(
        .user,
        [
          .toolAnswer(ToolAnswer(callID: "a", name: "", text: "out")),
          .toolAnswer(ToolAnswer(callID: "b", name: "x", text: "bad", isError: true)),
        ]),
    ]
    let contents = request(turns)["contents"]
    #expect(contents[1]["parts"][0]["thoughtSignature"] == "skip_thought_signature_validator")
    #expect(
      contents[1]["parts"][1] == [
        "functionCall": ["id": "b", "name": "x", "args": ["INVALID_JSON": "no json"]]
      ])
    #expect(
      contents[2]["parts"][0] == [
        "functionResponse": ["id": "a", "name": "x", "response": ["output": "out"]]
      ])
    #expect(contents[2]["parts"][1]["functionResponse"]["response"] == ["error": "bad"])
    #expect(
      request(turns, model: "gemini-2.5-flash")["contents"][1]["parts"][0]["thoughtSignature"]
        .isNull)
  }

  @Test func `a blocked prompt is a refusal`() throws {
    let body =
      #"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":3}}"#
    #expect(
      try WireDialect.gemini.decodeReply(Array(body.utf8)).stop == .refusal("PROHIBITED_CONTENT"))
    #expect(try streamed(.gemini, sse([body])).stop == .refusal("PROHIBITED_CONTENT"))
  }

  @Test(arguments: [
    ("STOP", StopReason.done), ("MAX_TOKENS", .outputLimit), ("SAFETY", .refusal("SAFETY")),
    ("MALFORMED_FUNCTION_CALL", .other("MALFORMED_FUNCTION_CALL")),
  ])
  func `reasons to stop`(word: String, stop: StopReason) throws {
    let body = #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"\#(word)"}]}"#
    #expect(try WireDialect.gemini.decodeReply(Array(body.utf8)).stop == stop)
  }
}
