import Base
import Dialect
import Gateway
import Glibc
import Harness
import Http
import Loopback
import Model
import Platform
import Transport
import Trial

/// A model that does what a test says.
struct Scripted: ModelAsking {
  typealias Body =
    @Sendable (ModelCall, @Sendable (ReplyEvent) async -> Void) async throws -> ModelAnswer

  let calls = Locked<[ModelCall]>([])
  let body: Body

  init(_ body: @escaping Body) { self.body = body }

  func ask(
    _ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelAnswer {
    calls.withLock { $0.append(call) }
    return try await body(call, pieces)
  }

  /// Says a text and asks for a tool, piece by piece.
  static func reply(_ call: ModelCall) -> ModelReply {
    var usage = ModelUsage()
    usage.inputUncached = 30
    usage.cacheRead = 12
    usage.output = 7
    return ModelReply(
      id: "reply-1", model: call.name.model,
      parts: [
        .text("hello there"),
        .toolUse(ToolUse(id: "call-1", name: "bash", arguments: #"{"command":"ls"}"#)),
      ], stop: .toolUse, usage: usage)
  }

  static var talkative: Scripted { Scripted(talk) }

  static let talk: Body = { call, pieces in
    let reply = reply(call)
    await pieces(.started(id: reply.id, model: reply.model))
    await pieces(.text("hello "))
    await pieces(.text("there"))
    await pieces(.toolUse(index: 0, id: "call-1", name: "bash"))
    await pieces(.arguments(index: 0, #"{"command":"#))
    await pieces(.arguments(index: 0, #""ls"}"#))
    await pieces(.finished(reply))
    return ModelAnswer(reply, from: call.name, costUSD: 0.25, costBasis: .computed)
  }

  static func failing(_ fault: ModelFault) -> Scripted { Scripted { _, _ in throw fault } }
}

/// A lease on a gateway with a scripted model behind it, and a client of it.
struct GatewayFixture {
  static let models = ServedModels([
    "task": ModelName(provider: "openai", model: "gpt-x"),
    "claude-*": ModelName(provider: "rehearsal", model: "careful"),
  ])

  let lease: any ModelLease
  let variables: [String: String]
  let port: UInt16

  static func with(
    _ asking: any ModelAsking, limits: HarnessLimits = HarnessLimits(),
    models: ServedModels = models, _ body: (GatewayFixture) async throws -> Void
  ) async throws {
    let server = try HTTPServer()
    let socket = LoopbackSocket()
    let gateway = Gateway(server: server, models: models, asking: asking)
    do {
      let lease = try await gateway.lease(
        ModelVisit(
          attempt: AttemptKey(
            run: RunID(1), candidate: CandidateID(2), trial: TrialID(3), number: 4), seed: 99,
          step: 0, limits: limits), on: SharedDescriptor(owning: dup(socket.raw)))
      try await body(
        GatewayFixture(lease: lease, variables: lease.variables, port: socket.port))
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  var token: String { variables["OPENAI_API_KEY"] ?? "" }

  /// A request of a dialect's own client.
  func send(
    _ dialect: WireDialect, _ body: String, stream: Bool = false, token: String? = nil,
    path: String? = nil, model: String = "task"
  ) async throws -> HTTPResponse {
    try await HTTPClient.shared.send(
      request(dialect, body, stream: stream, token: token, path: path, model: model))
  }

  func request(
    _ dialect: WireDialect, _ body: String, stream: Bool = false, token: String? = nil,
    path: String? = nil, model: String = "task"
  ) -> HTTPRequest {
    var headers: HTTPHeaders = ["content-type": "application/json"]
    for (name, value) in dialect.headers(key: token ?? self.token) { headers[name] = value }
    let own: String =
      switch dialect {
      case .chat: "/v1/chat/completions"
      case .responses: "/v1/responses"
      case .messages: "/v1/messages?beta=true"
      case .gemini:
        "/v1beta/models/\(model):" + (stream ? "streamGenerateContent?alt=sse" : "generateContent")
      }
    return HTTPRequest(
      body.isEmpty ? "GET" : "POST", "http://127.0.0.1:\(port)\(path ?? own)", headers: headers,
      body: body.isEmpty ? nil : Array(body.utf8))
  }

  static func body(_ dialect: WireDialect, model: String = "task", stream: Bool = false) -> String {
    let flag = stream ? #","stream":true"# : ""
    return switch dialect {
    case .chat:
      #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}],"x_own":1.50\#(flag)}"#
    case .responses: #"{"model":"\#(model)","input":"hi"\#(flag)}"#
    case .messages:
      #"{"model":"\#(model)","max_tokens":99,"messages":[{"role":"user","content":"hi"}]\#(flag)}"#
    case .gemini: #"{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#
    }
  }
}
