import Base
import Testing

@testable import Dialect

@Suite struct RequestTests {
  private func body(
    _ dialect: WireDialect, _ model: String, _ change: (inout ModelRequest) -> Void = { _ in }
  ) -> JSON {
    var request = ModelRequest(model: model, system: "S", turns: [.user("U")])
    request.tools = [
      ToolDeclaration(name: "bash", description: "d", parameters: ["type": "object"])
    ]
    request.maxOutputTokens = 1024
    request.sampling.temperature = 0.5
    change(&request)
    return dialect.body(of: request, traits: .usual(model: model, dialect: dialect))
  }

  @Test(
    "what a model rejects is not sent to it",
    arguments: [
      (WireDialect.chat, "gpt-5.2", "max_completion_tokens", false, "developer"),
      (.chat, "o3-mini", "max_completion_tokens", false, "developer"),
      (.chat, "gpt-4.1", "max_completion_tokens", true, "system"),
      (.chat, "llama-3.3-70b", "max_tokens", true, "system"),
      (.chat, "openai/gpt-oss-120b", "max_tokens", true, "system"),
      (.responses, "gpt-5.2", "max_output_tokens", false, ""),
      (.messages, "claude-sonnet-4-5", "max_tokens", true, ""),
      (.messages, "claude-opus-4-7", "max_tokens", false, ""),
    ])
  func traits(dialect: WireDialect, model: String, limit: String, samples: Bool, role: String) {
    let body = body(dialect, model)
    #expect(body[limit] == 1024)
    #expect(body["temperature"] == (samples ? 0.5 : nil))
    if dialect == .chat { #expect(body["messages"][0]["role"].string == role) }
  }

  @Test(
    "a model of Anthropic is told to think in its own way",
    arguments: [
      ("claude-3-5-haiku-20241022", "high", nil, nil),
      ("claude-sonnet-4-5-20250929", "high", "enabled", nil),
      ("claude-opus-4-20250514", "low", "enabled", nil),
      ("claude-opus-4-6", "high", "adaptive", "high"),
      ("claude-opus-4-6", "minimal", "adaptive", "low"),
      ("claude-opus-4-6", "none", "disabled", nil),
    ] as [(String, String, String?, String?)])
  func thinking(model: String, reasoning: String, type: String?, effort: String?) {
    let body = body(.messages, model) {
      $0.reasoning = reasoning
      $0.maxOutputTokens = 5000
    }
    #expect(body["thinking"]["type"].string == type)
    #expect(body["output_config"]["effort"].string == effort)
    if type == "enabled" {
      #expect((1024..<5000).contains(body["thinking"]["budget_tokens"].int ?? 0))
      #expect(body["temperature"].isNull)
    }
  }

  @Test func `thinking is not begun in the middle of a turn, nor under a forced tool`() {
    let forced = body(.messages, "claude-opus-4-6") {
      $0.reasoning = "high"
      $0.toolChoice = .required
    }
    #expect(forced["thinking"].isNull)
    let middle = body(.messages, "claude-opus-4-6") {
      $0.reasoning = "high"
      $0.turns += [
        Turn(.assistant, [.toolUse(ToolUse(id: "a", name: "bash", arguments: ""))]),
        Turn(.user, [.toolAnswer(ToolAnswer(callID: "a", name: "bash", text: "out"))]),
      ]
    }
    #expect(middle["thinking"].isNull)
  }

  @Test func `cache marks go to tools, system and the last two turns of the user`() {
    let body = body(.messages, "claude-opus-4-5") {
      $0.cachesPrefix = true
      $0.turns = [.user("a"), .assistant("b"), .user("c"), .assistant("d"), .user("e")]
    }
    let mark: JSON = ["type": "ephemeral"]
    #expect(body["tools"][0]["cache_control"] == mark)
    #expect(body["system"][0]["cache_control"] == mark)
    #expect(body["messages"][0]["content"] == "a")
    #expect(body["messages"][2]["content"][0]["cache_control"] == mark)
    #expect(body["messages"][4]["content"][0]["cache_control"] == mark)
    #expect(body.text().split(separator: "cache_control").count == 5)
  }

  @Test func `results come first and in one turn, and a call without one gets one`() {
    let turns = [
      Turn.user("u"),
      Turn(
        .assistant,
        [
          .toolUse(ToolUse(id: "a.b", name: "x", arguments: "")),
          .toolUse(ToolUse(id: "c", name: "x", arguments: "{")),
        ]),
      Turn.user("by the way"),
      Turn(.user, [.toolAnswer(ToolAnswer(callID: "a.b", name: "x", text: "out"))]),
      Turn(.user, [.toolAnswer(ToolAnswer(callID: "unknown", name: "x", text: "stray"))]),
    ]
    let content = body(.messages, "claude-x") { $0.turns = turns }["messages"][2]["content"]
    #expect(content[0]["tool_use_id"] == "a_b")
    #expect(content[1]["tool_use_id"] == "c" && content[1]["is_error"] == true)
    #expect(content[2]["text"] == "by the way" && content[3]["text"] == "stray")
    let messages = body(.chat, "m") { $0.turns = turns }["messages"]
    #expect(messages[3]["tool_call_id"] == "a.b" && messages[4]["tool_call_id"] == "c")
    #expect(messages[2]["tool_calls"][0]["function"]["arguments"] == "{}")
  }

  @Test func `empty texts and blank ends, which Anthropic rejects, are not sent`() {
    let body = body(.messages, "claude-opus-4-5") {
      $0.turns = [Turn(.user, [.text(" \n"), .text("u")]), .assistant("so \n")]
      $0.sampling.stop = ["\n", "END"]
    }
    #expect(body["messages"][0]["content"] == "u" && body["messages"][1]["content"] == "so")
    #expect(body["stop_sequences"] == ["END"])
    let refused = self.body(.messages, "claude-opus-4-6") { $0.turns.append(.assistant("so")) }
    #expect(refused["messages"][2]["role"] == "user")
  }

  @Test func `the usage of a stream is asked for, and Gemini's model stands in the path`() {
    #expect(body(.chat, "m") { $0.streams = true }["stream_options"] == ["include_usage": true])
    #expect(
      WireDialect.gemini.path(model: "a b", streams: true)
        == "/models/a%20b:streamGenerateContent?alt=sse")
    #expect(WireDialect.messages.headers(key: "k")["anthropic-version"] == "2023-06-01")
    #expect(WireDialect.chat.headers(key: nil)["authorization"] == nil)
  }

  @Test(arguments: WireDialect.allCases)
  func `a schema of the answer is asked for`(dialect: WireDialect) {
    let schema: JSON = [
      "type": "object", "properties": ["a": ["type": "string"]], "required": ["a"],
      "additionalProperties": false,
    ]
    let sent = body(dialect, "m") { $0.answerSchema = schema }
    switch dialect {
    case .chat:
      #expect(sent["response_format"]["json_schema"]["schema"] == schema)
      #expect(sent["response_format"]["json_schema"]["strict"] == true)
    case .responses: #expect(sent["text"]["format"]["schema"] == schema)
    case .messages: #expect(sent["output_config"]["format"]["schema"] == schema)
    case .gemini: #expect(sent["generationConfig"]["responseJsonSchema"] == schema)
    }
  }
}

@Suite struct RemainingQuotaTests {
  private let now = Timestamp(milliseconds: 1_795_212_000_000)

  @Test func `what is left is read from either provider's headers`() throws {
    let open = try #require(
      RemainingQuota(
        headers: [
          "x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "15",
          "x-ratelimit-reset-requests": "1s", "x-ratelimit-limit-tokens": "150000",
          "x-ratelimit-remaining-tokens": "149984", "x-ratelimit-reset-tokens": "6m0s",
        ], now: now))
    #expect(open.tightest == 0.25 && open.tokens?.reset == .seconds(360))
    let late = Timestamp(milliseconds: now.milliseconds + 60_000)
    let anthropic = try #require(
      RemainingQuota(
        headers: [
          "anthropic-ratelimit-output-tokens-limit": "8000",
          "anthropic-ratelimit-output-tokens-remaining": "800",
          "anthropic-ratelimit-output-tokens-reset": late.description,
        ], now: now))
    #expect(anthropic.tightest == 0.1 && anthropic.outputTokens?.reset == .seconds(60))
  }

  @Test(arguments: [
    ["x": "y"], ["x-ratelimit-remaining-requests": "-1"],
    ["x-ratelimit-remaining-tokens": "0", "x-ratelimit-limit-tokens": "0"],
  ])
  func `headers that say nothing say nothing`(headers: [String: String]) {
    #expect(RemainingQuota(headers: headers, now: now) == nil)
  }
}
