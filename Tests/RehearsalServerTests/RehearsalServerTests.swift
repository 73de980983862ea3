import Base
import Dialect
import Platform
import Rehearsal
import RehearsalServer
import Testing
import Transport

@Suite struct RehearsalServerTests {
  static let suite =
    #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/benchmarks/shell"

  static let shell = ToolDeclaration(
    name: "shell", description: "Runs a command in a bash shell.",
    parameters: [
      "type": "object", "properties": ["command": ["type": "string"]], "required": ["command"],
    ])

  static func question(_ model: String, streams: Bool) throws -> ModelRequest {
    var request = ModelRequest(
      model: model, system: "You solve tasks with the tool shell.",
      turns: [.user(try Files.readText("\(suite)/tasks/clean-contact-list/instruction.md"))],
      tools: [shell])
    request.streams = streams
    request.maxOutputTokens = 4_096
    return request
  }

  private func with(
    fallback: RehearsalModel? = nil,
    _ body: (HTTPClient, String, RehearsalBackend) async throws -> Void
  ) async throws {
    let backend = RehearsalBackend(try RehearsalKnowledge.read(Self.suite))
    let server = try RehearsalServer(backend, port: 0, fallback: fallback, clock: .system)
    do {
      try await body(HTTPClient(), "http://127.0.0.1:\(server.port)", backend)
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  private func post(
    _ client: HTTPClient, _ base: String, _ dialect: WireDialect, _ request: ModelRequest
  ) async throws -> HTTPResponse {
    var headers = HTTPHeaders([
      HTTPHeaders.Field("content-type", "application/json")
    ])
    for (name, value) in dialect.headers(key: "none") {
      headers = HTTPHeaders(headers.fields + [HTTPHeaders.Field(name, value)])
    }
    let traits = ModelTraits.usual(model: request.model, dialect: dialect)
    let path = dialect.path(model: request.model, streams: request.streams)
    let root = dialect == .gemini ? "\(base)/v1beta" : "\(base)/v1"
    return try await client.send(
      HTTPRequest(
        "POST", path.hasPrefix("/v1") ? base + path : root + path, headers: headers,
        body: dialect.encode(request, traits: traits)))
  }

  @Test(arguments: WireDialect.allCases, [false, true])
  func `every dialect gets the answer that the model gives`(
    _ dialect: WireDialect, _ streams: Bool
  ) async throws {
    try await with { client, base, backend in
      let request = try Self.question("rehearsal/careful", streams: streams)
      let response = try await post(client, base, dialect, request)
      try #require(response.head.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
      #expect(response.head.headers["x-belay-simulated"] == "true")
      let reply: ModelReply
      if streams {
        var stream = ReplyStream(dialect, model: request.model)
        var events = try stream.push(response.body)
        events += try stream.finish()
        guard case .finished(let whole)? = events.last else {
          Issue.record("the stream has no end")
          return
        }
        reply = whole
      } else {
        reply = try dialect.decodeReply(response.body)
      }
      let asked = try backend.answer(request)
      #expect(reply.turn.text == asked.turn.text)
      let arguments = try reply.turn.toolUses.map { try JSON.parse($0.arguments) }
      let wanted = try asked.turn.toolUses.map { try JSON.parse($0.arguments) }
      #expect(arguments == wanted)
      #expect(reply.usage?.output == asked.usage?.output)
    }
  }

  @Test func `another model's name is refused, or answered by the one that stands in`() async throws
  {
    let request = try Self.question("gpt-5", streams: false)
    try await with { client, base, _ in
      let response = try await post(client, base, .chat, request)
      #expect(response.head.status == 404)
    }
    try await with(fallback: RehearsalModel.named("hasty")) { client, base, _ in
      let response = try await post(client, base, .messages, request)
      #expect(response.head.status == 200)
    }
  }

  @Test func `models are listed, and nothing else is there`() async throws {
    try await with { client, base, _ in
      let list = try await client.send(HTTPRequest("GET", "\(base)/v1/models"))
      let names = (try JSON.parse(list.body))["data"].array?.compactMap { $0["id"].string }
      #expect(names?.contains("rehearsal/hasty") == true)
      let nothing = try await client.send(HTTPRequest("GET", "\(base)/"))
      #expect(nothing.head.status == 404)
    }
  }
}
