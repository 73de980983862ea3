import Base
import Dialect
import Testing

@testable import DialectServer

@Suite struct WireEditTests {
  private func edit(
    _ dialect: WireDialect, _ body: String, path: String = ""
  ) throws(ModelFault) -> WireEdit {
    try WireEdit(dialect, body: Array(body.utf8), path: path)
  }

  @Test func `what is replaced is replaced, and every other byte stays`() throws {
    let body =
      #"{ "messages" : [ {"role":"user","content":"\"model\":\"x\" é"} ],"model" : "a" , "stream":true,"z":1.0e2,"max_tokens":null}"#
    var edit = try edit(.chat, body)
    #expect(edit.model == "a" && edit.streams && !edit.includesUsage && edit.outputLimit == nil)
    edit.replace(model: "b\"c")
    edit.replace(outputLimit: 5)
    edit.includeUsage()
    #expect(
      String(decoding: edit.bytes, as: UTF8.self)
        == #"{"stream_options":{"include_usage":true}, "messages" : [ {"role":"user","content":"\"model\":\"x\" é"} ],"model" : "b\"c" , "stream":true,"z":1.0e2,"max_tokens":5}"#
    )
  }

  @Test(
    "the limit is set under each dialect's name",
    arguments: [
      (WireDialect.chat, #"{}"#, #"{"max_completion_tokens":9}"#),
      (
        .chat, #"{"max_tokens":1,"max_completion_tokens":2}"#,
        #"{"max_tokens":9,"max_completion_tokens":9}"#
      ),
      (.responses, #"{"a":1}"#, #"{"max_output_tokens":9,"a":1}"#),
      (.messages, #"{"max_tokens":4096}"#, #"{"max_tokens":9}"#),
      (.gemini, #"{}"#, #"{"generationConfig":{"maxOutputTokens":9}}"#),
      (.gemini, #"{"generationConfig":{}}"#, #"{"generationConfig":{"maxOutputTokens":9}}"#),
      (
        .gemini, #"{"generation_config":{"max_output_tokens":7,"x":1}}"#,
        #"{"generation_config":{"max_output_tokens":9,"x":1}}"#
      ),
    ])
  func limits(dialect: WireDialect, body: String, expected: String) throws {
    var edit = try edit(dialect, body, path: "/models/m:generateContent")
    edit.replace(outputLimit: 9, field: .maxCompletionTokens)
    #expect(String(decoding: edit.bytes, as: UTF8.self) == expected)
    #expect(try WireEdit(dialect, body: edit.bytes).outputLimit == 9)
  }

  @Test func `a model named twice or under an escaped key cannot slip through`() throws {
    var edit = try edit(.messages, #"{"model":"cheap","\u006dodel":"dear"}"#)
    #expect(edit.model == nil)
    edit.replace(model: "ours")
    #expect(String(decoding: edit.bytes, as: UTF8.self) == #"{"model":"ours","\u006dodel":"ours"}"#)
  }

  @Test(arguments: [
    (WireDialect.chat, #"{"n":3,"\u006e":7}"#, 7), (.chat, "{}", 1),
    (.gemini, #"{"generation_config":{"candidateCount":4}}"#, 4), (.messages, "{}", 1),
  ])
  func `how many answers are asked for is seen under each name`(
    dialect: WireDialect, body: String, count: Int
  ) throws {
    #expect(try edit(dialect, body, path: "/models/m:generateContent").answers == count)
  }

  @Test func `options of a stream are completed`() throws {
    for (options, expected) in [
      (#"{"include_usage":false}"#, #"{"include_usage":true}"#),
      (#"{"a":1}"#, #"{"include_usage":true,"a":1}"#), ("{}", #"{"include_usage":true}"#),
    ] {
      var edit = try edit(.chat, #"{"stream":true,"stream_options":\#(options)}"#)
      edit.includeUsage()
      #expect(
        String(decoding: edit.bytes, as: UTF8.self)
          == #"{"stream":true,"stream_options":\#(expected)}"#)
    }
    var plain = try edit(.chat, #"{"stream":false}"#)
    plain.includeUsage()
    #expect(String(decoding: plain.bytes, as: UTF8.self) == #"{"stream":false}"#)
  }

  @Test func `Gemini's model and stream stand in the path`() throws {
    let edit = try edit(
      .gemini, "{}", path: "/v1beta/models/gemini-3%2Dpro:streamGenerateContent?alt=sse")
    #expect(edit.model == "gemini-3-pro" && edit.streams)
  }

  @Test(arguments: [
    "", "[]", "{", #"{"a""#, #"{"a":}"#, "{\"a\":1}x", #"{"a":[}"#, "null", #"{"a":1,}"#,
  ])
  func `what is no object is refused`(body: String) {
    #expect(throws: ModelFault.self) { try edit(.chat, body) }
  }

  @Test(
    "places are told apart",
    arguments: [
      ("POST", "/v1/chat/completions", WireRoute.generate(.chat)),
      ("POST", "/chat/completions", .generate(.chat)),
      ("POST", "/v1/responses", .generate(.responses)),
      ("POST", "/v1/messages?beta=true", .generate(.messages)),
      ("POST", "/v1/messages/count_tokens?beta=true", .countTokens(.messages)),
      ("POST", "/v1beta/models/m:generateContent", .generate(.gemini)),
      ("POST", "/v1beta/models/m:streamGenerateContent?alt=sse", .generate(.gemini)),
      ("POST", "/v1beta/models/m:countTokens", .countTokens(.gemini)),
      ("GET", "/v1/models", .models(.chat, name: nil)),
      ("GET", "/v1/models/a/b", .models(.chat, name: "a/b")),
      ("GET", "/v1beta/models", .models(.gemini, name: nil)),
      ("GET", "/v1/chat/completions", nil), ("POST", "/", nil), ("POST", "/v1/other", nil),
      ("POST", "/v1beta/models/m:embed", nil), ("GET", "", nil),
    ] as [(String, String, WireRoute?)])
  func routes(method: String, path: String, route: WireRoute?) {
    #expect(WireRoute(method: method, path: path) == route)
  }
}
