import Archive
import Base
import Dialect
import DialectServer
import Gateway
import Harness
import Metering
import Model
import Testing
import Transport
import Trial

/// What waits for the journal, and what an agent may send.
@Suite struct HoldingTests {
  /// Reads a stream to its end, and remembers what was there before the answer was durable.
  static func read(
    _ fixture: GatewayFixture, _ dialect: WireDialect, until early: String,
    durable: AsyncStream<Void>.Continuation
  ) async throws -> (early: String, all: String) {
    let stream = try await HTTPClient.shared.open(
      fixture.request(dialect, GatewayFixture.body(dialect, stream: true), stream: true))
    var text = ""
    var before: String?
    while let more = try await stream.next() {
      text += String(decoding: more, as: UTF8.self)
      if before == nil, text.contains(early) {
        before = text
        durable.finish()
      }
    }
    return (before ?? "", text)
  }

  @Test(arguments: [
    (
      WireDialect.messages,
      #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"c","name":"b"}}"#,
      [
        #"{"type":"content_block_stop","index":1}"#, #"{"type":"message_delta","delta":{}}"#,
        #"{"type":"message_stop"}"#,
      ]
    ),
    (
      .responses, #"{"type":"response.function_call_arguments.delta","delta":"x"}"#,
      [
        #"{"type":"response.function_call_arguments.done"}"#,
        #"{"type":"response.output_item.done","item":{"type":"function_call"}}"#,
        #"{"type":"response.completed"}"#,
      ]
    ),
    (
      .chat, #"{"choices":[{"delta":{"tool_calls":[]},"finish_reason":null}]}"#,
      [#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#, "[DONE]"]
    ),
    (
      .gemini, #"{"candidates":[{"content":{"parts":[{"text":"so"}]}}]}"#,
      [
        #"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"b"}}]}}]}"#,
        #"{"candidates":[{"finishReason":"STOP"}]}"#,
      ]
    ),
  ])
  func `of an answer that passes, a whole call and the end wait until it is durable`(
    dialect: WireDialect, early: String, late: [String]
  ) async throws {
    let (durability, durable) = AsyncStream.makeStream(of: Void.self)
    let lines = ([early] + late).map { "data: \($0)\n\n" }.joined()
    let asking = Scripted { call, _ in
      // In pieces that end nowhere in particular.
      for at in stride(from: 0, to: lines.utf8.count, by: 7) {
        await call.wire?.bytes(Array(lines.utf8.dropFirst(at).prefix(7)))
      }
      for await _ in durability {}
      return ModelAnswer(Scripted.reply(call), from: call.name)
    }
    try await GatewayFixture.with(asking) { fixture in
      let (before, all) = try await Self.read(fixture, dialect, until: early, durable: durable)
      #expect(before == "data: \(early)\n\n")
      #expect(all == lines)
    }
  }

  @Test(arguments: [
    (WireDialect.chat, "arguments", #""finish_reason":"tool"#),
    (.messages, "partial_json", "content_block_stop\",\"index\":1"),
    (.responses, "arguments.delta", "output_item.done\",\"item\":{\"type\":\"function"),
    (.gemini, "hello", "functionCall"),
  ])
  func `of an answer that is written anew, too`(
    dialect: WireDialect, early: String, late: String
  ) async throws {
    let (durability, durable) = AsyncStream.makeStream(of: Void.self)
    let asking = Scripted { call, pieces in
      let answer = try await Scripted.talk(call, pieces)
      for await _ in durability {}
      return answer
    }
    try await GatewayFixture.with(asking) { fixture in
      let (before, all) = try await Self.read(fixture, dialect, until: early, durable: durable)
      #expect(!before.contains(late) && !before.contains("[DONE]"))
      var reader = ReplyStream(dialect)
      _ = try reader.push(Array(all.utf8))
      #expect(try reader.finish().count > 0 || reader.isFinished)
    }
  }

  @Test(arguments: [ContentCoding.gzip, .zstd])
  func `a request may come packed`(coding: ContentCoding) async throws {
    // {"model":"task","input":"hi"}, by gzip and zstd.
    let packed = try #require(
      Hex.bytes(
        coding == .gzip
          ? "1f8b0800000000000003ab56cacd4f49cd51b2522a492cce56d251cacc2b282d01723332956a01868882d61d000000"
          : "28b52ffd0458e900007b226d6f64656c223a227461736b222c22696e707574223a226869227d7dc4f0a4"))
    let asking = Scripted.talkative
    try await GatewayFixture.with(asking) { fixture in
      var request = fixture.request(.responses, "{}")
      request.body = packed
      request.headers["content-encoding"] = coding.rawValue
      let response = try await HTTPClient.shared.send(request)
      #expect(response.head.status == 200)
      #expect(asking.calls.withLock { $0.first?.request.turns } == [.user("hi")])
      #expect(asking.calls.withLock { $0.first?.wire?.body.first } == 0x7B)
      for (word, body) in [("br", packed), (coding.rawValue, Array(packed.dropLast(8)))] {
        request.headers["content-encoding"] = word
        request.body = body
        let refused = try await HTTPClient.shared.send(request)
        #expect(refused.head.status == 400)
      }
    }
  }

  @Test(arguments: [
    (WireDialect.chat, #"{"model":"task","model":"gpt-x","messages":[]}"#, "model"),
    (.messages, #"{"model":"task","\u006dodel":"gpt-x","messages":[],"max_tokens":1}"#, "model"),
    (.responses, #"{"input":"hi"}"#, "model"), (.chat, #"{"model":7,"messages":[]}"#, "model"),
    (.chat, #"{"model":"task","messages":[],"n":1,"n":8}"#, "one answer"),
    (.gemini, #"{"contents":[],"generationConfig":{"candidateCount":3}}"#, "one answer"),
  ])
  func `a request that says two things is refused before a provider takes the dearer one`(
    dialect: WireDialect, body: String, word: String
  ) async throws {
    let asking = Scripted.talkative
    try await GatewayFixture.with(asking) { fixture in
      let response = try await fixture.send(dialect, body)
      #expect(response.head.status == 400)
      #expect(String(decoding: response.body, as: UTF8.self).contains(word))
      #expect(asking.calls.withLock { $0.isEmpty })
    }
  }

  @Test func `a budget sets the limit of an answer and leaves every other byte as it was`()
    async throws
  {
    let asking = Scripted.talkative
    let budget = Budget(BudgetLimits(run: Caps(tokens: 20_000)))
    let metered = MeteredAsking(asking, budget: budget)
    let body =
      #"{ "x_own" : 1.50,"model":"gpt-x","max_tokens":900000,"max_tokens":800000,"messages":[{"role":"user","content":"hi"}] }"#
    try await GatewayFixture.with(metered) { fixture in
      #expect(try await fixture.send(.chat, body).head.status == 200)
      let sent = try #require(asking.calls.withLock { $0.first })
      let limit = try #require(sent.request.maxOutputTokens)
      #expect(limit < 20_000)
      #expect(
        String(decoding: sent.wire?.body ?? [], as: UTF8.self)
          == body.replacing("900000", with: "\(limit)").replacing("800000", with: "\(limit)"))
    }
  }
}
