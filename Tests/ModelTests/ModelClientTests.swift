import Base
import Dialect
import Loopback
import Testing

@testable import Model

@Suite struct ModelClientTests {
  let time = ManualClock()
  let overload = ModelFault(.overload, "overloaded", status: 529)

  private func client(
    _ backend: any ModelBackend, _ change: (inout ModelClient.Settings) -> Void = { _ in },
    told: @escaping @Sendable (ModelEvent) -> Void = { _ in }
  ) -> ModelClient {
    var settings = ModelClient.Settings()
    change(&settings)
    return ModelClient(
      backends: ["p": backend], settings: settings, clock: time.clock, chance: { 0.5 }, told: told)
  }

  @Test(arguments: [
    ModelFault.Kind.rate, .overload, .server, .connection, .stalled, .truncated, .malformed,
  ])
  func `a call that may go better is made again`(kind: ModelFault.Kind) async throws {
    let backend = ScriptedBackend.failing([ModelFault(kind, "x"), ModelFault(kind, "x")])
    let client = client(backend)
    let answer = try await time.flying { try await client.ask(.test()) }
    #expect(answer.reply == .text("fine"))
    #expect(answer.sends == 3)
    #expect(answer.waited == .milliseconds(425 + 850))
    #expect(answer.latency == .zero)
    #expect(backend.requests.map(\.model) == ["m", "m", "m"])
  }

  @Test(arguments: [
    ModelFault.Kind.badRequest, .contextOverflow, .refused, .auth, .noModel, .money,
  ])
  func `a call that cannot go better is made once`(kind: ModelFault.Kind) async throws {
    var fault = ModelFault(kind, "no", status: 429)
    fault.providerSaysRetry = true
    fault.retryAfter = .seconds(1)
    let backend = ScriptedBackend.failing([fault])
    let client = client(backend)
    let thrown = await #expect(throws: ModelFault.self) { try await client.ask(.test()) }
    #expect(thrown == fault)
    #expect(backend.requests.count == 1)
  }

  @Test func `a model that fails and answers in turn is given up after so many tries`() async throws
  {
    let backend = ScriptedBackend([.failure(ModelFault(.server, "x", status: 500))])
    let client = client(backend)
    await time.flying {
      let thrown = await #expect(throws: ModelFault.self) { try await client.ask(.test()) }
      #expect(thrown?.kind == .server)
    }
    #expect(backend.requests.count == 6)
  }

  @Test func `nobody is sent before the time that the provider told`() async throws {
    var fault = ModelFault(.rate, "slow down", status: 429)
    fault.retryAfter = .seconds(7)
    let backend = ScriptedBackend.failing([fault])
    let client = client(backend)
    async let first = client.ask(.test("first"))
    #expect(try await eventually { backend.requests.count == 1 && time.timers >= 1 })
    async let second = client.ask(.test("second"))
    #expect(try await eventually { time.timers == 2 })
    time.advance(.seconds(6))
    #expect(backend.requests.count == 1)
    time.advance(.seconds(3))
    _ = try await (first, second)
    #expect(backend.requests.count == 3)
  }

  @Test func `a model that is down makes everybody wait and fails nobody`() async throws {
    let backend = SwitchedBackend(overload)
    let events = Locked<[ModelEvent]>([])
    let client = client(
      backend,
      told: { event in
        events.withLock { if case .retrying = event {} else { $0.append(event) } }
      })
    try await withThrowingTaskGroup(of: ModelAnswer.self) { group in
      for number in 0..<20 { group.addTask { try await client.ask(.test("\(number)")) } }
      #expect(try await eventually { events.withLock { $0.count } == 1 })
      #expect(client.isPaused(ModelName(provider: "p", model: "m")))
      #expect(try await eventually { backend.underWay == 0 })
      let sent = backend.calls
      // A third of an hour costs a scout a minute, not twenty calls and their retries.
      for number in 1...20 {
        time.advance(.seconds(60))
        #expect(try await eventually { backend.calls == sent + number && backend.underWay == 0 })
      }
      backend.heal()
      time.advance(.seconds(60))
      for try await answer in group { #expect(answer.waited > .seconds(1200)) }
    }
    #expect(!client.isPaused(ModelName(provider: "p", model: "m")))
    let told = events.withLock { $0 }
    #expect(told.count == 2)
    #expect(told.first == .paused(ModelName(provider: "p", model: "m"), overload))
  }

  @Test func `a model that stays down is told of in the end`() async throws {
    let backend = SwitchedBackend(overload)
    let client = client(backend, { $0.patience = .seconds(600) })
    await time.flying {
      await withTaskGroup(of: ModelFault?.self) { group in
        for _ in 0..<10 {
          group.addTask {
            do {
              _ = try await client.ask(.test())
              return nil
            } catch {
              return error as? ModelFault
            }
          }
        }
        for await fault in group { #expect(fault == overload) }
      }
    }
    #expect(time.now >= .seconds(1600))
  }

  @Test func `whoever waits alone sends one request ten times in half an hour`() async throws {
    let backend = SwitchedBackend(overload)
    let client = client(backend)
    await time.flying {
      let thrown = await #expect(throws: ModelFault.self) { try await client.ask(.test()) }
      #expect(thrown == overload)
    }
    #expect(backend.calls == 10)
    #expect(time.now > .seconds(1000 + 1200))
  }

  @Test func `a call whose pieces were passed on is not made again`() async throws {
    let backend = ScriptedBackend(
      [.failure(ModelFault(.truncated, "x")), .success(.text("fine"))], pieces: [.text("ha")])
    let client = client(backend)
    var call = ModelCall.test()
    call.piecesAreFinal = true
    let final = call
    let thrown = await #expect(throws: ModelFault.self) { try await client.ask(final) }
    #expect(thrown?.kind == .truncated)
    #expect(backend.requests.count == 1)
  }

  @Test func `whoever pays may forbid the next try`() async throws {
    let backend = ScriptedBackend.failing([ModelFault(.truncated, "x")])
    let client = client(backend)
    var call = ModelCall.test()
    call.beforeResend = { fault in
      #expect(fault.kind == .truncated)
      throw ModelFault(.budget, "spent")
    }
    let paid = call
    let thrown = await #expect(throws: ModelFault.self) { try await client.ask(paid) }
    #expect(thrown?.kind == .budget)
    #expect(backend.requests.count == 1)
  }

  @Test(arguments: [false, true])
  func `a caller that waits can be given up`(beforeItWaits: Bool) async throws {
    let backend = SwitchedBackend(overload)
    let client = client(backend)
    let task = Task {
      if beforeItWaits { withUnsafeCurrentTask { $0?.cancel() } }
      return try await client.ask(.test())
    }
    if !beforeItWaits {
      #expect(try await eventually { time.timers == 1 })
      task.cancel()
    }
    let thrown = await #expect(throws: ModelFault.self) { try await task.value }
    #expect(thrown?.kind == .cancelled)
  }

  @Test func `a provider that is not configured is named`() async throws {
    let client = client(ScriptedBackend.failing([]))
    let thrown = await #expect(throws: ModelFault.self) {
      try await client.ask(.test(model: "elsewhere/m"))
    }
    #expect(thrown?.kind == .noModel)
    #expect(thrown?.message.contains("elsewhere/m") == true)
  }

  @Test func `another model is asked when the first declines, and its name is told`() async throws {
    let first = ModelName(provider: "p", model: "m")
    let other = ModelName(provider: "q", model: "n")
    for declined: Result<ModelReply, ModelFault> in [
      .success(.text("no", stop: .refusal("cyber"))), .failure(ModelFault(.refused, "blocked")),
    ] {
      let client = ModelClient(
        backends: [
          "p": ScriptedBackend([declined]), "q": ScriptedBackend([.success(.text("yes"))]),
        ], clock: time.clock)
      let answer = try await RefusalFallback(client, fallbacks: [first: other]).ask(.test())
      #expect(answer.reply == .text("yes"))
      #expect(answer.name == other)
      // Without a fallback a refusal is an outcome of its own.
      if case .success(let reply) = declined {
        #expect(try await client.ask(.test()).reply == reply)
      }
    }
  }

  @Test(arguments: [
    (ModelFault.Kind.auth, Int32(4)), (.money, 7), (.rate, 7), (.budget, 8), (.noModel, 3),
    (.overload, 5), (.cancelled, 130),
  ])
  func `a fault has its exit code`(kind: ModelFault.Kind, code: Int32) {
    let error = ModelFault(kind, "x").error(of: ModelName(provider: "p", model: "m"))
    #expect(error.kind.exitCode == code)
  }
}

/// Fails until it is healed.
private final class SwitchedBackend: ModelBackend {
  private struct State {
    var fault: ModelFault?
    var calls = 0
    var underWay = 0
  }

  private let state: Locked<State>

  init(_ fault: ModelFault) { state = Locked(State(fault: fault)) }

  var calls: Int { state.withLock { $0.calls } }
  var underWay: Int { state.withLock { $0.underWay } }
  func heal() { state.withLock { $0.fault = nil } }

  func reply(
    to request: ModelRequest, pieces: @escaping @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelReply {
    let fault = state.withLock { state in
      state.calls += 1
      state.underWay += 1
      return state.fault
    }
    defer { state.withLock { $0.underWay -= 1 } }
    if let fault { throw fault }
    return .text("fine")
  }
}
