import Base
import Dialect
import Platform
import Testing
import Transport

@testable import Model

/// The client before LiteLLM's proxy, alone and in front of another server.
///
/// Runs under `make counterparts`, which starts the servers and says where they are.
@Suite(.serialized, .enabled(if: ProcessIdentity.environment("LITELLM_SCRIPTED_URL") != nil))
struct LiteLLMTests {
  static let dialects: [WireDialect] = [.chat, .responses, .messages]

  static func urls(_ variable: String) -> [String] {
    (ProcessIdentity.environment(variable) ?? "").split(separator: " ").map(String.init)
  }

  private func ask(
    _ url: String, _ dialect: WireDialect, model: String, streams: Bool, turns: [Turn],
    tools: Bool = false
  ) async throws -> ModelAnswer {
    let base = dialect == .messages ? url : url + "/v1"
    let client = ModelClient(backends: [
      "litellm": HTTPBackend(
        Provider(
          name: "litellm", baseURL: base, dialect: dialect, keyNames: ["LITELLM_API_KEY"]),
        key: SecretKey("sk-test-1234"))
    ])
    var request = ModelRequest(model: "", turns: turns)
    request.streams = streams
    request.maxOutputTokens = 64
    if tools {
      request.tools = [
        ToolDeclaration(
          name: "bash", description: "Runs a command.",
          parameters: [
            "type": "object", "properties": ["command": ["type": "string"]],
            "required": ["command"],
          ])
      ]
    }
    return try await client.ask(
      ModelCall(
        request, of: ModelName(provider: "litellm", model: model), for: Purpose(.task)))
  }

  @Test(arguments: dialects, [false, true])
  func `a scripted model is spoken to, tools and all`(
    dialect: WireDialect, streams: Bool
  ) async throws {
    let url = try #require(Self.urls("LITELLM_SCRIPTED_URL").first)
    let text = try await ask(
      url, dialect, model: "scripted-text", streams: streams, turns: [.user("hi")])
    #expect(text.reply.turn.text.hasPrefix("scripted reply from litellm"))
    #expect(text.reply.stop == .done)

    let first = try await ask(
      url, dialect, model: "scripted-tool", streams: streams, turns: [.user("hi")], tools: true)
    let use = try #require(first.reply.turn.toolUses.first)
    #expect(use.name == "bash")
    #expect(try JSON.parse(use.arguments)["command"].string == "echo from-litellm")
    #expect(first.reply.stop == .toolUse)

    let answer = ToolAnswer(callID: use.id, name: use.name, text: "from-litellm")
    let second = try await ask(
      url, dialect, model: "scripted-tool", streams: streams,
      turns: [.user("hi"), first.reply.turn, Turn(.user, [.toolAnswer(answer)])], tools: true)
    #expect(second.reply.turn.text.hasPrefix("scripted reply"))
    #expect(second.reply.stop == .done)
  }

  // Its scripted faults are made for these two; on responses it answers with their names.
  @Test(arguments: [WireDialect.chat, .messages])
  func `its faults are told apart`(dialect: WireDialect) async throws {
    let url = try #require(Self.urls("LITELLM_SCRIPTED_URL").first)
    for (model, kind): (String, ModelFault.Kind) in [
      ("mock-ctx", .contextOverflow), ("nobody", .badRequest),
    ] {
      let fault = await #expect(throws: ModelFault.self) {
        try await ask(url, dialect, model: model, streams: false, turns: [.user("hi")])
      }
      #expect(fault?.kind == kind || model == "nobody" && fault?.kind == .noModel, "\(model)")
    }
  }

  @Test(arguments: dialects, [false, true])
  func `another server behind it is spoken to in both ways`(
    dialect: WireDialect, streams: Bool
  ) async throws {
    let urls = Self.urls("LITELLM_UPSTREAM_URLS")
    #expect(urls.count == 2)
    for url in urls {
      let text = try await ask(
        url, dialect, model: "stub-text", streams: streams, turns: [.user("hi")])
      #expect(text.reply.turn.text == "hello from stub")
      #expect(text.reply.usage?.output == 20)
      let first = try await ask(
        url, dialect, model: "stub-parallel", streams: streams, turns: [.user("hi")], tools: true)
      #expect(!first.reply.turn.toolUses.isEmpty)
      #expect(first.reply.stop == .toolUse)
      let answers = first.reply.turn.toolUses.map {
        Part.toolAnswer(ToolAnswer(callID: $0.id, name: $0.name, text: "done"))
      }
      let second = try await ask(
        url, dialect, model: "stub-parallel", streams: streams,
        turns: [.user("hi"), first.reply.turn, Turn(.user, answers)], tools: true)
      #expect(second.reply.turn.text == "hello from stub")
      // It fails once and is there when it is asked again.
      let again = try await ask(
        url, dialect, model: "stub-500-once", streams: false, turns: [.user("hi")])
      #expect(again.sends == 2)
    }
  }

  @Test(arguments: dialects, [false, true])
  func `Anthropic's form passes through it to one who speaks it`(
    dialect: WireDialect, streams: Bool
  ) async throws {
    for url in Self.urls("LITELLM_UPSTREAM_URLS") {
      let text = try await ask(
        url, dialect, model: "claude-stub", streams: streams, turns: [.user("hi")])
      #expect(text.reply.turn.text == "hello from stub")
    }
  }

  @Test(arguments: [
    ("stub-text", nil), ("stub-tool", nil), ("stub-parallel", nil), ("stub-429-once", nil),
    ("stub-529-once", nil), ("stub-500-once", nil), ("stub-401", ModelFault.Kind.auth),
    ("stub-ctx", .contextOverflow), ("stub-quota", .money),
  ])
  func `the scripted server itself is spoken to in all four forms`(
    model: String, kind: ModelFault.Kind?
  ) async throws {
    let url = try #require(Self.urls("LITELLM_STUB_URL").first)
    for dialect in WireDialect.allCases {
      for streams in [false, true] {
        let base = dialect == .messages ? url : url + (dialect == .gemini ? "/v1beta" : "/v1")
        let client = ModelClient(backends: [
          "stub": HTTPBackend(
            Provider(name: "stub", baseURL: base, dialect: dialect), key: nil)
        ])
        var request = ModelRequest(model: "", turns: [.user("hi")])
        request.streams = streams
        let call = ModelCall(
          request, of: ModelName(provider: "stub", model: model), for: Purpose(.task))
        if let kind {
          let fault = await #expect(throws: ModelFault.self) { try await client.ask(call) }
          #expect(fault?.kind == kind, "\(dialect)")
        } else {
          let answer = try await client.ask(call)
          #expect(answer.reply.turn.text == "hello from stub", "\(dialect)")
        }
      }
    }
  }
}
