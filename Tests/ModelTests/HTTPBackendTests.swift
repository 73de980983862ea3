import Base
import Dialect
import Loopback
import Testing
import Transport

@testable import Model

/// One provider's words for what all of them say, for a server that plays it.
struct Wording: Sendable, CustomTestStringConvertible {
  let dialect: WireDialect
  let path: String
  let streamPath: String
  let keyHeader: String
  /// A whole answer that says `hello`.
  let whole: String
  /// The events of a streamed one, the last of them the dialect's mark of the end.
  let events: [String]
  /// An event that says that it went wrong after status 200.
  let fault: String

  var testDescription: String { dialect.rawValue }

  static let all = [
    Wording(
      dialect: .chat, path: "/chat/completions", streamPath: "/chat/completions",
      keyHeader: "authorization",
      whole: #"""
        {"id":"c1","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2}}
        """#,
      events: [
        #"data: {"id":"c1","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"hel"}}]}"#,
        #"data: {"id":"c1","model":"m","choices":[{"index":0,"delta":{"content":"lo"}}]}"#,
        #"data: {"id":"c1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
        #"data: {"id":"c1","model":"m","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2}}"#,
        "data: [DONE]",
      ],
      fault:
        #"data: {"error":{"message":"The server had an error","type":"server_error","code":null}}"#
    ),
    Wording(
      dialect: .responses, path: "/responses", streamPath: "/responses",
      keyHeader: "authorization",
      whole: #"""
        {"id":"r1","object":"response","status":"completed","model":"m","output":[{"type":"message","id":"m1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hello","annotations":[]}]}],"usage":{"input_tokens":10,"output_tokens":2,"total_tokens":12}}
        """#,
      events: [
        "event: response.created\n"
          + #"data: {"type":"response.created","response":{"id":"r1","model":"m","status":"in_progress","output":[]}}"#,
        "event: response.output_item.added\n"
          + #"data: {"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"m1","role":"assistant","content":[]}}"#,
        "event: response.output_text.delta\n"
          + #"data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"item_id":"m1","delta":"hello"}"#,
        "event: response.output_item.done\n"
          + #"data: {"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"m1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hello","annotations":[]}]}}"#,
        "event: response.completed\n"
          + #"data: {"type":"response.completed","response":{"id":"r1","object":"response","status":"completed","model":"m","output":[{"type":"message","id":"m1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"hello","annotations":[]}]}],"usage":{"input_tokens":10,"output_tokens":2,"total_tokens":12}}}"#,
      ],
      fault: "event: error\n"
        + #"data: {"type":"error","code":"server_error","message":"The server had an error"}"#),
    Wording(
      dialect: .messages, path: "/v1/messages", streamPath: "/v1/messages",
      keyHeader: "x-api-key",
      whole: #"""
        {"id":"a1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"hello"}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":2}}
        """#,
      events: [
        "event: message_start\n"
          + #"data: {"type":"message_start","message":{"id":"a1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":10,"output_tokens":1}}}"#,
        "event: ping\n" + #"data: {"type":"ping"}"#,
        "event: content_block_start\n"
          + #"data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        "event: content_block_delta\n"
          + #"data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hello"}}"#,
        "event: content_block_stop\n" + #"data: {"type":"content_block_stop","index":0}"#,
        "event: message_delta\n"
          + #"data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#,
        "event: message_stop\n" + #"data: {"type":"message_stop"}"#,
      ],
      fault: "event: error\n"
        + #"data: {"type":"error","error":{"type":"api_error","message":"Internal server error"}}"#),
    Wording(
      dialect: .gemini, path: "/models/m:generateContent",
      streamPath: "/models/m:streamGenerateContent?alt=sse", keyHeader: "x-goog-api-key",
      whole: #"""
        {"candidates":[{"content":{"role":"model","parts":[{"text":"hello"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":2},"modelVersion":"m"}
        """#,
      events: [
        #"data: {"candidates":[{"content":{"role":"model","parts":[{"text":"hel"}]},"index":0}],"modelVersion":"m"}"#,
        #"data: {"candidates":[{"content":{"role":"model","parts":[{"text":"lo"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":2},"modelVersion":"m"}"#,
      ],
      fault: #"data: {"error":{"code":500,"message":"An internal error","status":"INTERNAL"}}"#),
  ]
}

@Suite struct HTTPBackendTests {
  typealias Step = LoopbackServer.Step

  static let key = "sk-planted-0123456789"

  static func backend(
    _ dialect: WireDialect, _ server: LoopbackServer,
    _ change: (inout HTTPBackend.Patience) -> Void = { _ in }
  ) -> HTTPBackend {
    var patience = HTTPBackend.Patience()
    change(&patience)
    return HTTPBackend(
      Provider(name: "p", baseURL: server.url, dialect: dialect, keyNames: ["P_KEY"]),
      key: SecretKey(key), http: HTTPClient(), patience: patience)
  }

  static func request(streams: Bool) -> ModelRequest {
    var request = ModelRequest(model: "m", turns: [.user("hi")])
    request.streams = streams
    return request
  }

  static let sse = "content-type: text/event-stream"

  private func stream(_ events: [String], end: [Step] = [Step.lastChunk]) -> [Step] {
    [.chunkedHead(headers: [Self.sse])] + events.map { .chunk($0 + "\n\n") } + end
  }

  @Test(arguments: Wording.all, [false, true])
  func `a call is answered`(wording: Wording, streams: Bool) async throws {
    let server = LoopbackServer { _ in
      streams ? stream(wording.events) : [.answer(200, wording.whole)]
    }
    defer { server.stop() }
    let backend = Self.backend(wording.dialect, server)
    let pieces = Locked<[ReplyEvent]>([])
    for _ in 0..<3 {
      pieces.withLock { $0 = [] }
      let reply = try await backend.reply(to: Self.request(streams: streams)) { event in
        pieces.withLock { $0.append(event) }
      }
      #expect(reply.turn.text == "hello")
      #expect(reply.stop == .done)
      #expect(reply.usage?.input == 10)
      #expect(reply.usage?.output == 2)
      #expect(pieces.withLock { $0.last } == .finished(reply))
      let texts = pieces.withLock { $0 }.compactMap { event in
        if case .text(let text) = event { text } else { nil }
      }
      #expect(texts.joined() == "hello")
    }
    let sent = try #require(server.requests.first)
    #expect(sent.path == (streams ? wording.streamPath : wording.path))
    #expect(sent.header(wording.keyHeader)?.contains(Self.key) == true)
    #expect(sent.header("content-type") == "application/json")
    #expect(sent.headers.filter { $0.value.contains(Self.key) }.count == 1)
  }

  @Test(arguments: Wording.all)
  func `a stream that ends early is no answer, however politely it ends`(
    wording: Wording
  ) async throws {
    // Cut before the mark of the end, and also in the middle of an event.
    let half = String(wording.events[wording.events.count - 1].dropLast(5))
    let cuts: [([String], [Step])] = [
      (Array(wording.events.dropLast()), []), (Array(wording.events.dropLast()), [.chunk(half)]),
      ([], []),
    ]
    for (events, rest) in cuts {
      for end: [Step] in [[.lastChunk], [.close], [.reset]] {
        let server = LoopbackServer { _ in stream(events, end: rest + end) }
        defer { server.stop() }
        let fault = await #expect(throws: ModelFault.self) {
          try await Self.backend(wording.dialect, server)
            .reply(to: Self.request(streams: true)) { event in
              if case .finished = event { Issue.record("half an answer was handed out") }
            }
        }
        #expect(fault?.kind == .truncated || fault?.kind == .connection)
        #expect(fault.map { RetryPolicy.mayHelp($0) } == true)
      }
    }
  }

  @Test(arguments: Wording.all)
  func `a fault in the middle of a stream is a fault`(wording: Wording) async throws {
    let server = LoopbackServer { _ in stream([wording.events[0], wording.fault]) }
    defer { server.stop() }
    let fault = await #expect(throws: ModelFault.self) {
      try await Self.backend(wording.dialect, server)
        .reply(to: Self.request(streams: true)) { _ in }
    }
    #expect(fault?.kind == .server)
  }

  @Test(arguments: Wording.all, [false, true])
  func `an answer that ends in the middle of its length is no answer`(
    wording: Wording, closes: Bool
  ) async throws {
    let cut = String(wording.whole.dropLast(20))
    let length = closes ? "connection: close" : "content-length: \(wording.whole.utf8.count)"
    let server = LoopbackServer { _ in [.text("HTTP/1.1 200 X\r\n\(length)\r\n\r\n" + cut), .close]
    }
    defer { server.stop() }
    let fault = await #expect(throws: ModelFault.self) {
      try await Self.backend(wording.dialect, server)
        .reply(to: Self.request(streams: false)) { _ in }
    }
    #expect(fault.map { RetryPolicy.mayHelp($0) } == true)
  }

  @Test(arguments: [
    (
      401,
      #"{"error":{"message":"Incorrect API key provided: \#(HTTPBackendTests.key)","code":"invalid_api_key"}}"#,
      ModelFault.Kind.auth
    ),
    (
      429,
      #"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}"#,
      .money
    ),
    (402, #"{"error":{"message":"pay","type":"billing_error"}}"#, .money),
    (429, #"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#, .rate),
    (400, #"{"error":{"message":"too long","code":"context_length_exceeded"}}"#, .contextOverflow),
    (
      529, #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
      .overload
    ),
    (500, "<html>oops</html>", .server), (404, "", .noModel), (400, "{}", .badRequest),
    // OpenRouter: failed after it had begun.
    (200, #"{"error":{"code":502,"message":"bad upstream"}}"#, .server),
  ])
  func `what a provider refuses is told apart, streamed or not`(
    status: Int, body: String, kind: ModelFault.Kind
  ) async throws {
    let server = LoopbackServer { _ in
      [.answer(status, headers: ["retry-after: 3", "content-type: application/json"], body)]
    }
    defer { server.stop() }
    for streams in [false, true] {
      let fault = await #expect(throws: ModelFault.self) {
        try await Self.backend(.chat, server).reply(to: Self.request(streams: streams)) { _ in }
      }
      #expect(fault?.kind == kind)
      #expect(fault?.message.contains(Self.key) == false)
      if status != 200 { #expect(fault?.retryAfter == .seconds(3)) }
    }
  }

  @Test func `a server that answers a stream with a whole document is understood`() async throws {
    let server = LoopbackServer { _ in
      [.answer(200, headers: ["content-type: application/json"], Wording.all[2].whole)]
    }
    defer { server.stop() }
    let reply = try await Self.backend(.messages, server)
      .reply(to: Self.request(streams: true)) { _ in }
    #expect(reply.turn.text == "hello")
  }

  @Test func `signs of life keep a stream alive, silence does not`() async throws {
    let events = Wording.all[0].events
    let slow: [Step] = [
      .chunkedHead(headers: [Self.sse]), .chunk(": OPENROUTER PROCESSING\n\n"),
      .chunk(events[0] + "\n\n"),
    ]
    let server = LoopbackServer { _ in slow + [.hang] }
    defer { server.stop() }
    let fault = await #expect(throws: ModelFault.self) {
      try await Self.backend(.chat, server) { $0.silence = .milliseconds(100) }
        .reply(to: Self.request(streams: true)) { _ in }
    }
    #expect(fault?.kind == .stalled)
  }

  @Test func `nobody is asked without the key that it needs`() async throws {
    let provider = Provider(
      name: "p", baseURL: "http://127.0.0.1:1", dialect: .chat, keyNames: ["P_KEY", "Q_KEY"],
      needsKey: true)
    let fault = await #expect(throws: ModelFault.self) {
      try await HTTPBackend(provider, key: nil).reply(to: Self.request(streams: false)) { _ in }
    }
    #expect(fault?.kind == .auth)
    #expect(fault?.message == "p needs a key: set P_KEY or Q_KEY")
  }

  @Test func `a request in its author's words goes out as it is`() async throws {
    let events = Wording.all[2].events
    let server = LoopbackServer { request in
      request.text.contains("stream") ? stream(events) : [.answer(200, Wording.all[2].whole)]
    }
    defer { server.stop() }
    let client = ModelClient(backends: ["p": Self.backend(.messages, server)])
    let seen = Locked<[UInt8]>([])
    for body in [#"{"own": 1}"#, #"{"own": 1, "stream": true}"#] {
      var call = ModelCall.test()
      call.request.streams = body.contains("stream")
      call.wire = WireRequest(
        dialect: .messages, body: Array(body.utf8),
        headers: [("anthropic-beta", "b1"), ("X-Api-Key", "sk-stolen")]
      ) { bytes in seen.withLock { $0 += bytes } }
      let answer = try await client.ask(call)
      #expect(answer.reply.turn.text == "hello")
      let whole = call.request.streams ? nil : Array(Wording.all[2].whole.utf8)
      #expect(answer.wireBody == whole)
    }
    #expect(server.requests.map(\.text) == [#"{"own": 1}"#, #"{"own": 1, "stream": true}"#])
    #expect(server.requests.allSatisfy { $0.header("anthropic-beta") == "b1" })
    #expect(server.requests.allSatisfy { $0.header("x-api-key") == Self.key })
    let received = String(decoding: seen.withLock { $0 }, as: UTF8.self)
    let told = events.map { $0 + "\n\n" }.joined()
    #expect(received == told)
  }

  @Test func `what is left of a quota shapes how many go out`() async throws {
    let server = LoopbackServer { request in
      [
        .answer(
          200,
          headers: [
            "x-ratelimit-remaining-requests: \(max(0, 3 - request.number))",
            "x-ratelimit-reset-requests: 30s",
          ], Wording.all[0].whole)
      ]
    }
    defer { server.stop() }
    let time = ManualClock()
    let client = ModelClient(
      backends: ["p": Self.backend(.chat, server)], clock: time.clock, chance: { 0 })
    for _ in 0..<3 { _ = try await client.ask(.test()) }
    async let fourth = client.ask(.test())
    #expect(try await eventually { time.timers == 1 })
    #expect(server.requests.count == 3)
    time.advance(.seconds(30))
    let answer = try await fourth
    #expect(answer.waited == .seconds(30))
  }
}
