internal import Base
public import Dialect

/// Asks models: waits its turn, tries again where that helps, and holds back while a model is down.
public final class ModelClient: ModelAsking {
  /// How it goes about it.
  public struct Settings: Sendable, Hashable {
    /// Which calls are made again.
    public var retries = RetryPolicy()
    /// Failures in a row after which a model counts as down.
    public var failuresUntilDown = 5
    /// How long callers wait for a model that is down before they are told so.
    public var patience = Duration.seconds(1800)
    /// Calls of one model under way at once, at most; the provider's limits make it fewer.
    public var mostUnderWay = 1000

    /// The usual way.
    public init() {}
  }

  private let backends: [String: any ModelBackend]
  private let settings: Settings
  private let clock: ModelClock
  private let chance: @Sendable () -> Double
  private let told: @Sendable (ModelEvent) -> Void
  private let gates = Locked<[ModelName: ModelGate]>([:])

  /// A client of these providers, by name; `chance` gives numbers from 0 to 1.
  public init(
    backends: [String: any ModelBackend], settings: Settings = Settings(),
    clock: ModelClock = .system,
    chance: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
    told: @escaping @Sendable (ModelEvent) -> Void = { _ in }
  ) {
    self.backends = backends
    self.settings = settings
    self.clock = clock
    self.chance = chance
    self.told = told
  }

  /// Whether a model is down and its callers wait.
  public func isPaused(_ name: ModelName) -> Bool {
    gates.withLock { $0[name] }?.isDown ?? false
  }

  /// Answers, or throws a `ModelFault`.
  public func ask(
    _ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelAnswer {
    guard let backend = backends[call.name.provider] else {
      throw ModelFault(
        .noModel, "nobody here answers for '\(call.name)'; the provider is not configured")
    }
    let began = clock.now()
    let gate = gate(of: call.name)
    let shown = ShownPieces(pieces)
    var sends = 0
    var failures = 0
    while true {
      let pass = try await enter(gate, call)
      sends += 1
      call.onSend()
      let start = clock.now()
      let outcome = await send(call, to: backend) { await shown.tell($0) }
      let latency = clock.now() - start
      let change = leave(gate, pass, outcome)
      switch change {
      case .wentDown(let fault): told(.paused(call.name, fault))
      case .cameBack(let after): told(.resumed(call.name, after: after))
      case nil: break
      }
      switch outcome.result {
      case .success(let reply):
        var answer = ModelAnswer(reply, from: call.name, latency: latency, sends: sends)
        answer.waited = clock.now() - began - latency
        answer.wireBody = outcome.wireBody
        return answer
      case .failure(let fault):
        // Tries of a model that is down are the scouts' and not this call's own.
        let isAway = gate.isDown && CircuitBreaker.meansDown(fault)
        if !isAway { failures += 1 }
        if sends >= settings.retries.mostSends { throw fault }
        try await beforeNext(call, fault, failures, isAway: isAway, hasShown: shown.any)
      }
    }
  }

  // Throws the fault when the call is not to be made again; else returns when it may be.
  private func beforeNext(
    _ call: ModelCall, _ fault: ModelFault, _ failures: Int, isAway: Bool, hasShown: Bool
  ) async throws {
    if call.piecesAreFinal, hasShown { throw fault }
    if isAway {
      // The gate itself makes everybody wait until the model is there again.
      guard RetryPolicy.mayHelp(fault) else { throw fault }
      try await call.beforeResend(fault)
      return
    }
    guard
      let wait = settings.retries.wait(after: fault, failures: failures, chance: chance())
    else { throw fault }
    try await call.beforeResend(fault)
    told(.retrying(call.name, fault, wait: wait))
    do {
      try await clock.sleep(wait)
    } catch {
      throw ModelFault(.cancelled, "given up while it waited to be sent again")
    }
  }

  private func gate(of name: ModelName) -> ModelGate {
    gates.withLock { gates in
      if let gate = gates[name] { return gate }
      var breaker = CircuitBreaker.Settings()
      breaker.failures = settings.failuresUntilDown
      breaker.patience = settings.patience
      let gate = ModelGate(breaker: breaker, most: settings.mostUnderWay, clock: clock)
      gates[name] = gate
      return gate
    }
  }

  private func enter(_ gate: ModelGate, _ call: ModelCall) async throws -> ModelGate.Pass {
    do {
      return try await gate.enter(QuotaGate.Load(call))
    } catch is CancellationError {
      throw ModelFault(.cancelled, "given up while it waited for its turn")
    }
  }

  private func leave(
    _ gate: ModelGate, _ pass: ModelGate.Pass, _ outcome: HTTPBackend.Outcome
  ) -> CircuitBreaker.Change? {
    switch outcome.result {
    case .success: gate.leave(pass, fault: nil, quota: outcome.quota)
    case .failure(let fault): gate.leave(pass, fault: fault, quota: outcome.quota)
    }
  }

  private func send(
    _ call: ModelCall, to backend: any ModelBackend,
    pieces: @escaping @Sendable (ReplyEvent) async -> Void
  ) async -> HTTPBackend.Outcome {
    if let backend = backend as? HTTPBackend {
      return await backend.send(call.request, wire: call.wire, pieces: pieces)
    }
    do {
      return .init(.success(try await backend.reply(to: call.request, pieces: pieces)))
    } catch let fault as ModelFault {
      return .init(.failure(fault))
    } catch is CancellationError {
      return .init(.failure(ModelFault(.cancelled, "given up")))
    } catch {
      return .init(.failure(ModelFault(.server, "\(error)")))
    }
  }
}

/// Passes pieces on and remembers whether there were any that cannot be taken back.
private final class ShownPieces: Sendable {
  private let pieces: @Sendable (ReplyEvent) async -> Void
  private let shown = Locked(false)

  init(_ pieces: @escaping @Sendable (ReplyEvent) async -> Void) { self.pieces = pieces }

  var any: Bool { shown.withLock { $0 } }

  func tell(_ event: ReplyEvent) async {
    shown.withLock { $0 = true }
    await pieces(event)
  }
}

extension QuotaGate.Load {
  /// What a call will take: a token is some four bytes of text.
  init(_ call: ModelCall) {
    let request = call.request
    var bytes = request.system?.utf8.count ?? 0
    for turn in request.turns {
      for part in turn.parts {
        switch part {
        case .text(let text): bytes += text.utf8.count
        case .image: bytes += 4000
        case .toolUse(let use): bytes += use.arguments.utf8.count
        case .toolAnswer(let answer): bytes += answer.text.utf8.count
        case .reasoning(let thought): bytes += thought.text.utf8.count
        }
      }
    }
    for tool in request.tools { bytes += tool.description.utf8.count + 200 }
    if let wire = call.wire { bytes = max(bytes, wire.body.count) }
    self.init(input: bytes / 4 + 10, output: request.maxOutputTokens ?? 1000)
  }
}
