import Base
import Dialect
import Platform
import Testing
import Transport

@testable import Model

/// The client before llmock, which breaks things on purpose and judges what the client makes of it.
///
/// Runs under `make counterparts`, which starts it and says where it is.
@Suite(.serialized, .enabled(if: ProcessIdentity.environment("LLMOCK_URL") != nil))
struct LLMockTests {
  struct Scenario: Sendable, CustomTestStringConvertible {
    let what: String
    let behaviors: String
    /// What the call ends in; nil for an answer.
    var fault: ModelFault.Kind?
    /// Whether it is one of streams alone.
    var isOfStreams = false

    var testDescription: String { what }
  }

  static let scenarios: [Scenario] =
    [
      Scenario(
        what: "rate limit",
        behaviors: #"{"type":"fail","status":429,"retry_after":1,"times":2}"#),
      Scenario(
        what: "rate limit, then overload",
        behaviors:
          #"{"type":"fail","status":429,"retry_after":0.5},{"type":"fail","status":529}"#),
      Scenario(what: "overload", behaviors: #"{"type":"fail","status":529,"times":3}"#),
      Scenario(what: "unavailable", behaviors: #"{"type":"fail","status":503,"times":3}"#),
      Scenario(what: "server error", behaviors: #"{"type":"fail","status":500,"times":2}"#),
      Scenario(what: "bad gateway", behaviors: #"{"type":"fail","status":502,"times":2}"#),
      Scenario(what: "time-out", behaviors: #"{"type":"fail","status":504}"#),
      Scenario(
        what: "bad request", behaviors: #"{"type":"fail","status":400,"times":null}"#,
        fault: .badRequest),
      Scenario(
        what: "wrong key", behaviors: #"{"type":"fail","status":401,"times":null}"#, fault: .auth),
      Scenario(
        what: "not allowed", behaviors: #"{"type":"fail","status":403,"times":null}"#,
        fault: .auth),
      Scenario(
        what: "no model", behaviors: #"{"type":"fail","status":404,"times":null}"#,
        fault: .noModel),
      Scenario(
        what: "unprocessable", behaviors: #"{"type":"fail","status":422,"times":null}"#,
        fault: .badRequest),
      Scenario(
        what: "outage", behaviors: #"{"type":"fail","status":503,"times":null}"#,
        fault: .overload),
      Scenario(what: "slow answer", behaviors: #"{"type":"delay","seconds":0.5}"#),
    ]
    + ["truncate", "disconnect", "malformed"].flatMap { kind in
      [0, 1, 2].map { chunks in
        Scenario(
          what: "\(kind) after \(chunks)",
          behaviors: #"{"type":"stream_fault","kind":"\#(kind)","after_chunks":\#(chunks)}"#,
          isOfStreams: true)
      }
    } + [
      Scenario(
        what: "stall",
        behaviors: #"{"type":"stream_fault","kind":"stall","after_chunks":1,"stall_seconds":20}"#,
        isOfStreams: true),
      Scenario(
        what: "slow first token", behaviors: #"{"type":"slow_first_token","seconds":0.5}"#,
        isOfStreams: true),
      Scenario(
        what: "a stream that breaks twice, each time otherwise",
        behaviors: #"""
          {"type":"stream_fault","kind":"truncate","after_chunks":1},
          {"type":"fail","status":429,"retry_after":0.5}
          """#,
        isOfStreams: true),
    ]

  static let folders: [(WireDialect, String)] = [
    (.chat, "/v1"), (.responses, "/v1"), (.messages, "/anthropic"), (.gemini, "/gemini/v1beta"),
  ]

  @Test(arguments: scenarios)
  func `llmock finds nothing to say against the client`(scenario: Scenario) async throws {
    let mock = try Mock("LLMOCK_URL")
    try await mock.reset()
    for (dialect, _) in Self.folders {
      for streams in scenario.isOfStreams ? [true] : [false, true] {
        try await mock.play(scenario.behaviors)
        let result = await mock.ask(dialect, streams: streams)
        switch (result, scenario.fault) {
        case (.success(let answer), nil):
          #expect(answer.reply.stop == .done)
          #expect(!answer.reply.turn.text.isEmpty)
          if scenario.behaviors.contains("malformed") { #expect(answer.sends == 2) }
        case (.failure(let fault), let wanted?): #expect(fault.kind == wanted)
        default: Issue.record("\(scenario.what), \(dialect): \(result)")
        }
        try await mock.drop()
      }
    }
    try await mock.judge()
  }

  @Test(arguments: folders.map(\.0))
  func `quotas are kept without one refusal`(dialect: WireDialect) async throws {
    let mock = try Mock("LLMOCK_LIMITED_URL")
    try await mock.reset()
    let client = mock.client(dialect)
    // The server lets 120 through a minute, each dialect for itself.
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<126 {
        group.addTask {
          let result = await mock.ask(dialect, by: client, text: "question \(number)")
          if case .failure(let fault) = result { Issue.record("\(fault)") }
        }
      }
    }
    try await mock.judge()
  }

  @Test(arguments: folders.map(\.0))
  func `what does not fit the window is told apart`(dialect: WireDialect) async throws {
    let mock = try Mock("LLMOCK_LIMITED_URL")
    try await mock.reset()
    let result = await mock.ask(
      dialect, text: String(repeating: "many words of a long story ", count: 4000))
    guard case .failure(let fault) = result else {
      Issue.record("it was answered")
      return
    }
    #expect(fault.kind == .contextOverflow)
    try await mock.judge()
  }

  @Test(arguments: folders.map(\.0), [false, true])
  func `calls of tools come whole, broken ones as they are`(
    dialect: WireDialect, streams: Bool
  ) async throws {
    let mock = try Mock("LLMOCK_URL")
    let call = #"{"type":"reply","tool_calls":[{"name":"shell","arguments":{"command":"ls -l"}}]}"#
    try await mock.reset()
    try await mock.play(call)
    let whole = try await mock.ask(dialect, streams: streams, tools: true).get()
    let use = try #require(whole.reply.turn.toolUses.first)
    #expect(use.name == "shell")
    #expect(try JSON.parse(use.arguments)["command"].string == "ls -l")
    #expect(whole.reply.stop == .toolUse)

    try await mock.play(call + #",{"type":"tool_fault","kind":"unknown_tool"}"#)
    let unknown = try await mock.ask(dialect, streams: streams, tools: true).get()
    #expect(unknown.reply.turn.toolUses.count == 1)
    try await mock.judge()
  }
}

/// One llmock server and a client of it.
private struct Mock {
  let url: String
  private let program: String
  private let http = HTTPClient()

  init(_ variable: String) throws {
    url = try #require(ProcessIdentity.environment(variable))
    program = try #require(ProcessIdentity.environment("LLMOCK"))
  }

  func reset() async throws {
    _ = try await http.send(HTTPRequest("POST", url + "/_llmock/reset", body: []))
  }

  /// Forgets behaviours that nobody met.
  func drop() async throws {
    _ = try await http.send(HTTPRequest("DELETE", url + "/_llmock/scenario"))
  }

  func play(_ behaviors: String) async throws {
    let response = try await http.send(
      HTTPRequest(
        "POST", url + "/_llmock/scenario",
        body: Array(#"{"behaviors":[\#(behaviors)]}"#.utf8)))
    #expect(response.head.status == 201)
  }

  func client(_ dialect: WireDialect) -> ModelClient {
    let folder = LLMockTests.folders.first { $0.0 == dialect }?.1 ?? ""
    var patience = HTTPBackend.Patience()
    patience.silence = .seconds(1)
    var settings = ModelClient.Settings()
    settings.patience = .seconds(2)
    settings.retries.firstWait = .milliseconds(120)
    return ModelClient(
      backends: [
        "p": HTTPBackend(
          Provider(name: "p", baseURL: url + folder, dialect: dialect, keyNames: ["P_KEY"]),
          key: SecretKey("sk-\(dialect.rawValue)"), http: http, patience: patience)
      ], settings: settings)
  }

  func ask(
    _ dialect: WireDialect, by client: ModelClient? = nil, streams: Bool = false,
    tools: Bool = false, text: String = "How are you?"
  ) async -> Result<ModelAnswer, ModelFault> {
    var request = ModelRequest(model: "", turns: [.user(text)])
    request.streams = streams
    if tools {
      request.tools = [
        ToolDeclaration(
          name: "shell", description: "Runs a command.",
          parameters: [
            "type": "object", "properties": ["command": ["type": "string"]],
            "required": ["command"],
          ])
      ]
    }
    let call = ModelCall(
      request, of: ModelName(provider: "p", model: "some-model"), for: Purpose(.task))
    do {
      return .success(try await (client ?? self.client(dialect)).ask(call))
    } catch {
      return .failure(error as? ModelFault ?? ModelFault(.malformed, "\(error)"))
    }
  }

  /// `llmock report` must be content, and there must be no warning either.
  func judge() async throws {
    let report = try await Child.capture(program, ["llmock", "report", "--url", url])
    let text = String(decoding: report.output + report.errors, as: UTF8.self)
    #expect(report.exit.code == 0, "\(text)")
    // An answer that was whole on the wire before its reader broke off counts as read for llmock: it
    // then takes the second try for a call of its own. That there was one is expected elsewhere.
    let warnings = text.split(separator: "\n").filter {
      $0.contains("WARN") && !$0.contains("malformed_chunk_ignored")
    }
    #expect(warnings.isEmpty, "\(text)")
  }
}
