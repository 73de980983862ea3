import Base
import Dialect
import Gateway
import Harness
import Interchange
import Loopback
import Model
import Testing
import Transport
import Trial

@Suite struct LeaseTests {
  @Test(arguments: WireDialect.allCases, [false, true])
  func `every dialect gets the answer in its own form, whole or streamed`(
    dialect: WireDialect, stream: Bool
  ) async throws {
    try await GatewayFixture.with(Scripted.talkative) { fixture in
      let response = try await fixture.send(
        dialect, GatewayFixture.body(dialect, stream: stream), stream: stream)
      #expect(response.head.status == 200)
      let reply: ModelReply
      if stream {
        var reader = ReplyStream(dialect)
        var events = try reader.push(response.body)
        events += try reader.finish()
        guard case .finished(let whole)? = events.last else {
          Issue.record("no end: \(String(decoding: response.body, as: UTF8.self))")
          return
        }
        reply = whole
      } else {
        reply = try dialect.decodeReply(response.body)
      }
      #expect(reply.turn.text == "hello there")
      #expect(reply.turn.toolUses.map(\.name) == ["bash"])
      #expect(
        try reply.turn.toolUses.first.map { try JSON.parse($0.arguments) } == ["command": "ls"])
      let report = await fixture.lease.close()
      #expect(
        report
          == ModelLeaseReport(
            usage: TokenUsage(input: 42, cached: 12, output: 7, costUSD: 0.25), calls: 1))
    }
  }

  @Test
  func `what the provider says in the agent's dialect passes as it is, its end when it is durable`()
    async throws
  {
    let durable = Locked(false)
    let read = Locked("")
    let asking = Scripted { call, _ in
      let wire = try #require(call.wire)
      // Every byte is the author's but for the model and the usage, which is always asked for.
      #expect(
        String(decoding: wire.body, as: UTF8.self)
          .contains(#""messages":[{"role":"user","content":"hi"}],"x_own":1.50"#))
      let body = try JSON.parse(wire.body)
      #expect(body["model"] == "gpt-x" && body["stream_options"]["include_usage"] == true)
      for piece in ["data: {\"a\":1}\n\nda", "ta: {\"odd\" : 2}\n\ndata: [DO", "NE]\n\n"] {
        await wire.bytes(Array(piece.utf8))
      }
      // What is complete has come through before the answer is durable.
      #expect(try await eventually { read.withLock { $0.contains("odd") } })
      #expect(!read.withLock { $0.contains("DONE") })
      durable.withLock { $0 = true }
      return ModelAnswer(Scripted.reply(call), from: call.name)
    }
    try await GatewayFixture.with(asking) { fixture in
      let stream = try await HTTPClient.shared.open(
        HTTPRequest(
          "POST", "http://127.0.0.1:\(fixture.port)/v1/chat/completions",
          headers: ["authorization": "Bearer \(fixture.token)"],
          body: Array(GatewayFixture.body(.chat, stream: true).utf8)))
      while let more = try await stream.next() {
        let isWhole = read.withLock { text in
          text += String(decoding: more, as: UTF8.self)
          return text.contains("[DONE]")
        }
        if isWhole { #expect(durable.withLock { $0 }) }
      }
      let text = read.withLock { $0 }
      #expect(text == "data: {\"a\":1}\n\ndata: {\"odd\" : 2}\n\ndata: [DONE]\n\n")
    }
  }

  @Test(arguments: WireDialect.allCases)
  func `a stream that breaks is an error of the dialect, never half an answer`(
    dialect: WireDialect
  ) async throws {
    let asking = Scripted { call, pieces in
      await pieces(.started(id: "x", model: "m"))
      await pieces(.text("half an ans"))
      throw ModelFault(.truncated, "the stream ended early")
    }
    try await GatewayFixture.with(asking) { fixture in
      var reader = ReplyStream(dialect)
      await #expect(throws: (any Error).self) {
        let response = try await fixture.send(
          dialect, GatewayFixture.body(dialect, stream: true), stream: true)
        _ = try reader.push(response.body)
        _ = try reader.finish()
      }
      #expect(!reader.isFinished)
      #expect(
        await fixture.lease.close().trouble
          == .providerFailed("truncated: the stream ended early"))
    }
  }

  @Test func `a stream that breaks while it passes keeps back what was half an event`() async throws
  {
    let asking = Scripted { call, _ in
      await call.wire?.bytes(Array("data: {\"choices\":[]}\n\ndata: {\"cho".utf8))
      throw ModelFault(.connection, "reset")
    }
    try await GatewayFixture.with(asking) { fixture in
      let response = try await fixture.send(.chat, GatewayFixture.body(.chat, stream: true))
      let text = String(decoding: response.body, as: UTF8.self)
      #expect(text.hasPrefix("data: {\"choices\":[]}\n\ndata: {\"error\":"), "\(text)")
      #expect(!text.contains("[DONE]"))
    }
  }

  @Test(arguments: [
    (WireDialect.chat, ModelFault.Kind.budget, 429, "insufficient_quota"),
    (.responses, .budget, 429, "insufficient_quota"), (.messages, .budget, 402, "billing_error"),
    (.gemini, .budget, 429, "RESOURCE_EXHAUSTED"), (.chat, .rate, 429, "rate_limit_exceeded"),
    (.messages, .overload, 529, "overloaded_error"),
    (.messages, .auth, 401, "authentication_error"),
    (.chat, .contextOverflow, 400, "context_length_exceeded"),
  ])
  func `a fault has the status and the words of the dialect, streamed or not`(
    dialect: WireDialect, kind: ModelFault.Kind, status: Int, word: String
  ) async throws {
    try await GatewayFixture.with(Scripted.failing(ModelFault(kind, "so it is"))) { fixture in
      for stream in [false, true] {
        let response = try await fixture.send(
          dialect, GatewayFixture.body(dialect, stream: stream), stream: stream)
        #expect(response.head.status == status)
        #expect(String(decoding: response.body, as: UTF8.self).contains(word))
      }
    }
  }

  @Test(arguments: WireDialect.allCases)
  func `the token of the lease opens it, and nothing else does`(dialect: WireDialect) async throws {
    try await GatewayFixture.with(Scripted.talkative) { fixture in
      try await GatewayFixture.with(Scripted.talkative) { other in
        for token in [
          "", "sk-x", other.token, fixture.token + "x", String(fixture.token.dropLast()),
        ] {
          let response = try await fixture.send(dialect, GatewayFixture.body(dialect), token: token)
          #expect(response.head.status == 401, "\(token)")
        }
        #expect(try await fixture.send(dialect, GatewayFixture.body(dialect)).head.status == 200)
      }
    }
  }

  @Test(arguments: [
    ("task", "openai/gpt-x"), ("gpt-x", "openai/gpt-x"), ("openai/gpt-x", "openai/gpt-x"),
    ("claude-haiku-4-5", "rehearsal/careful"), ("careful", "rehearsal/careful"),
    ("gpt-4", nil), ("claude", nil), ("", nil), ("*", nil),
  ])
  func `a name leads to a model that is allowed, or to none`(name: String, model: String?)
    async throws
  {
    try await GatewayFixture.with(Scripted.talkative) { fixture in
      let response = try await fixture.send(.chat, GatewayFixture.body(.chat, model: name))
      #expect(response.head.status == (model == nil ? 404 : 200))
    }
    #expect(GatewayFixture.models.resolve(name)?.description == model)
  }

  @Test func `a rehearsal gets the seed of the trial, a provider only what the agent says`()
    async throws
  {
    let asking = Scripted.talkative
    try await GatewayFixture.with(asking) { fixture in
      _ = try await fixture.send(.messages, GatewayFixture.body(.messages, model: "claude-x"))
      _ = try await fixture.send(.chat, GatewayFixture.body(.chat))
      let calls = asking.calls.withLock { $0 }
      #expect(calls.map(\.request.sampling.seed) == [49, nil])
      #expect(calls[0].purpose.trial == TrialID(3) && calls[0].purpose.attempt == 4)
      #expect(calls[0].purpose.role == .task && calls[0].purpose.run == RunID(1))
    }
  }

  @Test func `limits of the harness shorten answers and then refuse them`() async throws {
    var limits = HarnessLimits()
    limits.outputTokens = 10
    let asking = Scripted.talkative
    try await GatewayFixture.with(asking, limits: limits) { fixture in
      for (number, status) in [(1, 200), (2, 200), (3, 402)] {
        let response = try await fixture.send(.messages, GatewayFixture.body(.messages))
        #expect(response.head.status == status, "\(number)")
      }
      #expect(asking.calls.withLock { $0.map(\.request.maxOutputTokens) } == [10, 3])
      #expect(
        await fixture.lease.close().trouble
          == .limit("output_tokens", "the trial has written its 10 tokens"))
    }
  }

  @Test(arguments: [
    (ModelFault.Kind.overload, "the provider is away", true),
    (.badRequest, "no such field", false), (.contextOverflow, "too long", false),
    (.cancelled, "given up", false),
  ])
  func `a provider's failure is told only when nothing was answered after it`(
    kind: ModelFault.Kind, words: String, isProviders: Bool
  ) async throws {
    let fails = Locked(true)
    let asking = Scripted { call, _ in
      if fails.withLock({ $0 }) { throw ModelFault(kind, words) }
      return ModelAnswer(Scripted.reply(call), from: call.name)
    }
    for recovers in [false, true] {
      try await GatewayFixture.with(asking) { fixture in
        fails.withLock { $0 = true }
        _ = try await fixture.send(.chat, GatewayFixture.body(.chat))
        fails.withLock { $0 = !recovers }
        _ = try await fixture.send(.chat, GatewayFixture.body(.chat))
        let report = await fixture.lease.close()
        if isProviders && !recovers {
          #expect(report.trouble == .providerFailed("\(kind.rawValue): \(words)"))
        } else {
          #expect(report.trouble == nil)
        }
        // A price that is not known makes the sum unknown.
        if recovers { #expect(report.usage.costUSD == nil && report.usage.output == 7) }
      }
    }
  }

  @Test(arguments: [
    (ModelFault.Spent.trial, "limit"), (.run, "run"), (.candidate, "run"), (nil, "run"),
  ])
  func `a budget that is spent ends the trial or the run`(spent: ModelFault.Spent?, what: String)
    async throws
  {
    var fault = ModelFault(.budget, "the budget is spent: too little")
    fault.spent = spent
    try await GatewayFixture.with(Scripted.failing(fault)) { fixture in
      _ = try await fixture.send(.chat, GatewayFixture.body(.chat))
      switch await fixture.lease.close().trouble {
      case .limit: #expect(what == "limit")
      case .runSpent: #expect(what == "run")
      default: Issue.record("no trouble")
      }
    }
  }

  @Test func `models are listed and tokens counted as each dialect does it`() async throws {
    try await GatewayFixture.with(Scripted.talkative) { fixture in
      func json(_ dialect: WireDialect, _ path: String, _ body: String = "") async throws -> JSON {
        try JSON.parse(try await fixture.send(dialect, body, path: path).body)
      }
      #expect(try await json(.chat, "/v1/models")["data"][0]["id"] == "task")
      #expect(try await json(.messages, "/v1/models")["data"][0]["type"] == "model")
      #expect(try await json(.gemini, "/v1beta/models")["models"][0]["name"] == "models/task")
      #expect(try await json(.gemini, "/v1/models")["models"][0]["name"] == "models/task")
      #expect(try await json(.chat, "/v1/models/task")["object"] == "model")
      #expect(try await fixture.send(.chat, "", path: "/v1/models/none").head.status == 404)
      let count = try await json(.messages, "/v1/messages/count_tokens", "{\"model\":\"task\"}")
      #expect(count["input_tokens"] == 4)
      #expect(try await fixture.send(.chat, "", path: "/v1/files").head.status == 404)
      #expect(try await fixture.send(.chat, "nonsense").head.status == 400)
    }
  }

  @Test func `closing a lease gives its calls up, and nobody is served any more`() async throws {
    let (began, tell) = AsyncStream.makeStream(of: Void.self)
    let asking = Scripted { _, _ in
      tell.yield()
      do {
        try await Task.sleep(for: .seconds(3600))
      } catch {
        throw ModelFault(.cancelled, "given up")
      }
      throw ModelFault(.server, "late")
    }
    try await GatewayFixture.with(asking) { fixture in
      async let call = fixture.send(.chat, GatewayFixture.body(.chat))
      for await _ in began { break }
      let report = await fixture.lease.close()
      #expect(report.trouble == nil && report.calls == 0)
      _ = try? await call
    }
  }
}
