import Base
import Dialect
import Model
import Seeded
import Testing

@testable import Metering

/// A journal in memory that remembers in which order things happened.
final class MemoryJournal: Journal {
  struct Call {
    let entry: JournalEntry
    var end: JournalEnd?
  }

  private let calls = Locked<[Call]>([])
  let isFull = Locked(false)

  var all: [Call] { calls.withLock { $0 } }

  func answers(of place: JournalPlace) async throws -> [JournalAnswer] {
    all.enumerated().compactMap { number, call in
      guard call.entry.place == place, let end = call.end, end.content != nil else { return nil }
      return JournalAnswer(
        call: number, key: call.entry.key, occurrence: call.entry.occurrence, name: end.name,
        costUSD: end.costUSD, costBasis: end.costBasis)
    }
  }

  func content(of call: Int) async throws -> [UInt8] { all[call].end?.content ?? [] }

  func begin(_ entry: JournalEntry) async throws -> Int {
    if isFull.withLock({ $0 }) { throw BelayError(.internal, "disk full") }
    return calls.withLock { calls in
      calls.append(Call(entry: entry))
      return calls.count - 1
    }
  }

  func end(_ end: JournalEnd) async throws {
    if isFull.withLock({ $0 }) { throw BelayError(.internal, "disk full") }
    calls.withLock { $0[end.call].end = end }
  }
}

/// A client that does what a test says and remembers what it was asked.
final class ScriptedClient: ModelAsking {
  typealias Script =
    @Sendable (Int, ModelCall, @Sendable (ReplyEvent) async -> Void) async throws -> ModelReply

  private let script: Script
  private let calls = Locked<[ModelCall]>([])

  init(_ script: @escaping Script) { self.script = script }

  var asked: [ModelCall] { calls.withLock { $0 } }

  func ask(_ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void) async throws
    -> ModelAnswer
  {
    let number = calls.withLock { calls in
      calls.append(call)
      return calls.count
    }
    call.onSend()
    let reply = try await script(number, call, pieces)
    await pieces(.finished(reply))
    return ModelAnswer(reply, from: call.name, latency: .milliseconds(7))
  }
}

@Suite struct MeteredTests {
  static let haiku = ModelName(provider: "anthropic", model: "claude-haiku-4-5")

  static func call(
    _ text: String = "hello", trial: Int = 1, attempt: Int = 1, lane: String = "main",
    of name: ModelName = haiku, output: Int? = 100
  ) -> ModelCall {
    var request = ModelRequest(model: "", turns: [.user(text)])
    request.maxOutputTokens = output
    return ModelCall(
      request, of: name,
      for: Purpose(
        .task, run: RunID(1), candidate: CandidateID(1), trial: TrialID(trial), attempt: attempt,
        lane: lane))
  }

  static func reply(_ text: String, input: Int? = 10, output: Int = 5) -> ModelReply {
    var usage: ModelUsage?
    if let input {
      usage = ModelUsage()
      usage?.inputUncached = input
      usage?.output = output
    }
    return ModelReply(model: "m", parts: [.text(text)], stop: .done, usage: usage)
  }

  private func fault(_ body: () async throws -> Void) async -> ModelFault? {
    do { try await body() } catch { return error as? ModelFault }
    return nil
  }

  @Test func `an answer is durable before the finished piece and the answer are handed out`()
    async throws
  {
    let journal = MemoryJournal()
    let client = ScriptedClient { _, _, pieces in
      #expect(journal.all.count == 1 && journal.all[0].end == nil)
      await pieces(.started(id: nil, model: "m"))
      await pieces(.text("hi"))
      return Self.reply("hi")
    }
    let events = Locked<[ReplyEvent]>([])
    let asking = MeteredAsking(client, journal: journal)
    let answer = try await asking.ask(Self.call()) { event in
      if case .finished = event { #expect(journal.all[0].end?.content != nil) }
      events.withLock { $0.append(event) }
    }
    #expect(answer.reply == Self.reply("hi") && !answer.isReplay)
    #expect(abs((answer.costUSD ?? 0) - 35e-6) < 1e-12 && answer.costBasis == .computed)
    #expect(
      events.withLock { $0 } == [
        .started(id: nil, model: "m"), .text("hi"), .finished(Self.reply("hi")),
      ])
  }

  @Test func `an answer that could not be made durable is not handed out, and is paid for`()
    async throws
  {
    let journal = MemoryJournal()
    let client = ScriptedClient { _, _, _ in
      journal.isFull.withLock { $0 = true }
      return Self.reply("hi")
    }
    let budget = Budget(BudgetLimits(run: Caps(usd: 1)))
    let asking = MeteredAsking(client, budget: budget, journal: journal)
    await #expect(throws: BelayError.self) { try await asking.ask(Self.call()) }
    #expect(budget.spent(.run).usd == 35e-6)
    await #expect(throws: BelayError.self) { try await asking.ask(Self.call("more")) }
    #expect(client.asked.count == 1 && budget.spent(.run).open == 0)
  }

  @Test func `a restart hands the answers out again in their order and pays for none`() async throws
  {
    let journal = MemoryJournal()
    let client = ScriptedClient { number, _, _ in Self.reply("answer \(number)") }
    func texts(_ asking: MeteredAsking, _ count: Int) async throws -> [String] {
      var texts: [String] = []
      for _ in 0..<count {
        let answer = try await asking.ask(Self.call("same"))
        texts.append((answer.isReplay ? "again " : "") + answer.reply.turn.text)
      }
      return texts
    }
    let before = MeteredAsking(client, journal: journal)
    #expect(try await texts(before, 3) == ["answer 1", "answer 2", "answer 3"])
    let budget = Budget(BudgetLimits(run: Caps(usd: 1)))
    let after = MeteredAsking(client, budget: budget, journal: journal)
    #expect(
      try await texts(after, 4) == [
        "again answer 1", "again answer 2", "again answer 3", "answer 4",
      ])
    #expect(client.asked.count == 4 && budget.spent(.run).usd == 35e-6)
    #expect(journal.all.map(\.entry.occurrence) == [1, 2, 3, 4])
    let third = MeteredAsking(client, journal: journal)
    #expect(try await texts(third, 4).last == "again answer 4")
  }

  @Test(arguments: [
    call("same", trial: 2), call("same", attempt: 2), call("same", lane: "checker"),
    call("same", of: ModelName(provider: "openai", model: "gpt-5")), call("other"),
    call("same", output: 99),
  ])
  func `repeats, attempts, lanes, models and requests never share an answer`(other: ModelCall)
    async throws
  {
    let journal = MemoryJournal()
    let client = ScriptedClient { number, _, _ in Self.reply("\(number)") }
    _ = try await MeteredAsking(client, journal: journal).ask(Self.call("same"))
    let answer = try await MeteredAsking(client, journal: journal).ask(other)
    #expect(!answer.isReplay && answer.reply.turn.text == "2")
  }

  @Test func `lanes that come back at once get each answer once`() async throws {
    let journal = MemoryJournal()
    let client = ScriptedClient { number, _, _ in Self.reply("\(number)") }
    let first = MeteredAsking(client, journal: journal)
    for _ in 0..<20 { _ = try await first.ask(Self.call()) }
    let second = MeteredAsking(client, journal: journal)
    let texts = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<20 {
        group.addTask { try await second.ask(Self.call()).reply.turn.text }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(texts.count == 20 && client.asked.count == 20)
  }

  @Test func `every kind of part survives being recorded`() throws {
    var usage = ModelUsage()
    usage.inputUncached = 1
    usage.cacheWriteLong = 2
    usage.output = 3
    usage.reportedUSD = 0.25
    usage.serviceTier = "flex"
    for stop in [
      StopReason.done, .toolUse, .outputLimit, .stopText, .refusal("no"), .contextOverflow, .paused,
      .other("x"),
    ] {
      let reply = ModelReply(
        id: "i", model: "m",
        parts: [
          .text("a\u{0}b"), .image(mediaType: "image/png", base64: "QQ=="),
          .toolUse(ToolUse(id: "1", name: "t", arguments: "{\"a\":", signature: "s")),
          .toolAnswer(ToolAnswer(callID: "1", name: "t", text: "o", isError: true)),
          .reasoning(Reasoning(text: "r", block: ["type": "thinking"], dialect: .messages)),
          .reasoning(Reasoning(text: "", dialect: .gemini)),
        ], stop: stop, usage: usage)
      let kept = try JSON.parse(reply.json.utf8())
      #expect(kept == reply.json, "\(kept.text())")
      let back = try #require(ModelReply(kept))
      #expect(back.parts == reply.parts)
      #expect(back.stop == reply.stop && back.usage == reply.usage && back == reply)
    }
  }

  @Test(arguments: [
    (ModelFault.Kind.rate, false, 0.0), (.auth, false, 0), (.connection, false, 0),
    (.connection, true, 1), (.truncated, true, 1), (.truncated, false, 1), (.stalled, false, 1),
    (.cancelled, false, 1), (.server, false, 0), (.overload, true, 1),
  ])
  func `a fault that may have been charged is booked at the ceiling, any other costs nothing`(
    kind: ModelFault.Kind, started: Bool, share: Double
  ) async throws {
    let journal = MemoryJournal()
    let client = ScriptedClient { _, _, pieces in
      if started { await pieces(.text("half")) }
      throw ModelFault(kind, "it broke at sk-planted-123456")
    }
    let budget = Budget(BudgetLimits(run: Caps(usd: 1)))
    let key = try #require(SecretKey("sk-planted-123456"))
    let asking = MeteredAsking(
      client, budget: budget, journal: journal, scrubber: KeyScrubber(["K": key]))
    let fault = await fault { _ = try await asking.ask(Self.call()) }
    #expect(fault?.kind == kind && fault?.message == "it broke at (key K)")
    let ceiling = try #require(journal.all[0].entry.ceilingUSD)
    let spent = budget.spent(.run).usd
    #expect(abs(spent - ceiling * share) < 2e-9 && ceiling > 100 * 5e-6)
    let end = try #require(journal.all[0].end)
    #expect(end.fault?.kind == kind && end.costBasis == (share == 0 ? .computed : .estimated))
  }

  @Test func `a try that may have been charged is a call of its own, and the next is reserved`()
    async throws
  {
    let journal = MemoryJournal()
    let client = ScriptedClient { _, call, _ in
      try await call.beforeResend(ModelFault(.rate, "wait"))
      try await call.beforeResend(ModelFault(.truncated, "cut"))
      return Self.reply("whole")
    }
    let budget = Budget(BudgetLimits(run: Caps(usd: 1)))
    _ = try await MeteredAsking(client, budget: budget, journal: journal).ask(Self.call())
    #expect(journal.all.map { $0.end?.fault?.kind } == [.truncated, nil])
    #expect(journal.all.map(\.entry.occurrence) == [1, 1])
    #expect(journal.all[0].end?.sends == 2)
    let ceiling = try #require(journal.all[0].entry.ceilingUSD)
    #expect(abs(budget.spent(.run).usd - ceiling - 35e-6) < 4e-9)
    #expect(budget.spent(.run).open == 0)
  }

  @Test func `what is left of a budget does not pay for another try`() async throws {
    let client = ScriptedClient { _, call, _ in
      try await call.beforeResend(ModelFault(.truncated, "cut"))
      return Self.reply("never")
    }
    let budget = Budget(BudgetLimits(run: Caps(usd: 0.0009)))
    let fault = await fault {
      _ = try await MeteredAsking(client, budget: budget).ask(Self.call())
    }
    #expect(fault?.kind == .budget)
    #expect(budget.spent(.run).usd <= 0.0009 && budget.spent(.run).open == 0)
  }

  @Test(arguments: WireDialect.allCases)
  func `the limit of an answer is set from what is left, also in the author's own words`(
    dialect: WireDialect
  ) async throws {
    let client = ScriptedClient { _, _, _ in Self.reply("x") }
    let budget = Budget(BudgetLimits(trial: Caps(tokens: 3000)))
    var call = Self.call(output: nil)
    call.wire = WireRequest(dialect: dialect, body: Array(#"{"model":"m","x":[1]}"#.utf8))
    _ = try await MeteredAsking(client, budget: budget).ask(call)
    let asked = try #require(client.asked.first)
    let limit = try #require(asked.request.maxOutputTokens)
    #expect(limit > 1000 && limit < 3000)
    let body = try JSON.parse(try #require(asked.wire).body)
    let fields = [
      body["max_tokens"], body["max_output_tokens"], body["generationConfig"]["maxOutputTokens"],
    ]
    #expect(fields.compactMap(\.int) == [limit] && body["x"][0] == 1)
  }

  @Test
  func
    `the next turn of a conversation is bounded by what the last one measured, and kept as what it adds`()
    async throws
  {
    let journal = MemoryJournal()
    let client = ScriptedClient { number, _, _ in Self.reply("ok", input: 1000 * number) }
    let asking = MeteredAsking(client, journal: journal)
    var call = Self.call(String(repeating: "long ", count: 10_000))
    _ = try await asking.ask(call)
    call.request.turns += [.assistant("ok"), .user("go on")]
    _ = try await asking.ask(call)
    let entries = journal.all.map(\.entry)
    #expect(entries[0].ceilingTokens > 50_000 && entries[1].ceilingTokens < 1300)
    #expect(entries[1].base == 0)
    let added = try JSON.parse(entries[1].content)
    #expect(added["turns"].array?.count == 2 && added["system"].isNull)
    #expect(try JSON.parse(entries[0].content)["turns"].array?.count == 1)
    call.request.turns[0] = .user("another beginning")
    _ = try await asking.ask(call)
    #expect(journal.all[2].entry.base == nil)
  }

  @Test func `time that runs out ends a call in the middle`() async throws {
    let client = ScriptedClient { _, _, _ in
      try await Task.sleep(for: .seconds(600))
      return Self.reply("late")
    }
    let budget = Budget(BudgetLimits(trial: Caps(wall: .milliseconds(30))))
    let fault = await fault { _ = try await MeteredAsking(client, budget: budget).ask(Self.call()) }
    #expect(fault?.kind == .budget && fault?.spent == .trial)
    #expect(budget.spent(.trial(TrialID(1))).open == 0)
  }

  @Test func `usage that nobody counted is booked at the ceiling and marked`() async throws {
    let client = ScriptedClient { _, _, _ in Self.reply("x", input: nil) }
    let budget = Budget(BudgetLimits(run: Caps(usd: 1)))
    let answer = try await MeteredAsking(client, budget: budget).ask(Self.call())
    #expect(answer.costBasis == .estimated && answer.costUSD ?? 0 > 100 * 5e-6)
    let unknown = try await MeteredAsking(client).ask(
      Self.call(of: ModelName(provider: "vllm", model: "x")))
    #expect(unknown.costUSD == nil && unknown.costBasis == .unknown)
  }

  @Test(arguments: [1, 2])
  func `five hundred calls at once stay below the cap, whatever they take`(seed: Int) async throws {
    let client = ScriptedClient { number, call, pieces in
      var random = SplitMix(UInt64(number * 31 + seed))
      for _ in 0..<random.next() % 4 { await Task.yield() }
      if random.next() % 5 == 0 { throw ModelFault(.truncated, "cut") }
      if random.next() % 5 == 0 { throw ModelFault(.rate, "slow") }
      let most = call.request.maxOutputTokens ?? 0
      return Self.reply(
        "x", input: Int(random.next() % 150), output: most - Int(random.next() % 3))
    }
    let journal = MemoryJournal()
    let budget = Budget(BudgetLimits(run: Caps(usd: 0.05), trial: Caps(tokens: 6000)))
    let asking = MeteredAsking(client, budget: budget, journal: journal)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<500 {
        group.addTask {
          _ = try? await asking.ask(Self.call("n\(number)", trial: number % 25 + 1))
        }
      }
    }
    let paid = journal.all.compactMap { $0.end?.costUSD }.reduce(0, +)
    #expect(paid <= 0.05 && paid > 0.03 && budget.spent(.run).open == 0)
    for trial in 1...25 {
      let calls = journal.all.filter { $0.entry.place.trial == TrialID(trial) }
      let tokens = calls.compactMap { call in
        call.end.map { ($0.usage.input ?? 0) + ($0.usage.output ?? 0) }
      }.reduce(0, +)
      #expect(tokens <= 6000)
    }
  }
}
