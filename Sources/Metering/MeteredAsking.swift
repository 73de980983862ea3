public import Base
public import Dialect
public import Model

/// Stands above a client: replays what was paid before, reserves what a call may cost, makes it durable
/// before it is sent and its answer before it is used, and books what it took.
public final class MeteredAsking: ModelAsking {
  private let inner: any ModelAsking
  private let models: ModelsFile
  private let budget: Budget?
  private let journal: (any Journal)?
  private let replay: Replay?
  private let scrubber: KeyScrubber
  private let conversations = Conversations()

  /// Answers by `inner`; calls outside of runs are metered and not journalled.
  public init(
    _ inner: any ModelAsking, models: ModelsFile = ModelsFile(), budget: Budget? = nil,
    journal: (any Journal)? = nil, scrubber: KeyScrubber = KeyScrubber([:])
  ) {
    self.inner = inner
    self.models = models
    self.budget = budget
    self.journal = journal
    self.scrubber = scrubber
    replay = journal.map { Replay($0) }
  }

  /// Answers, from the journal when it has the answer, else from the model; the answer is durable then.
  public func ask(
    _ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelAnswer {
    let errand = errand(call)
    if let place = errand.place, let found = try await replay?.next(errand.key, at: place) {
      return try await handOut(found, errand, pieces)
    }
    return try await make(opened(errand), pieces)
  }

  // What a call is made of lies behind a reference, and what is done with it at its beginning stays out of
  // the frames that wait with it: thousands of calls wait at once.
  @inline(never)
  private func errand(_ call: ModelCall) -> Errand {
    let wire = call.wire.map { ParsedWire($0) }
    let place = call.purpose.run.map {
      JournalPlace(run: $0, trial: call.purpose.trial, attempt: call.purpose.attempt)
    }
    let chain = conversations.chain(
      call.request, wire,
      in: Conversations.Lane(place: place, lane: call.purpose.lane, model: call.name))
    return Errand(
      call: call, wire: wire, chain: chain,
      key: JournalKey(lane: call.purpose.lane, model: call.name, request: chain.digest),
      place: place, price: models.price(of: call.name))
  }

  @inline(never)
  private func opened(_ errand: Errand) -> Errand {
    errand.opened(
      conversations.opening(errand.call.request, errand.chain, errand.wire, in: errand.lane))
  }

  /// Forgets what was kept in memory for a trial that is over.
  public func forget(_ trial: TrialID) {
    replay?.forget(trial)
    conversations.forget(trial)
    budget?.forget(trial)
  }

  @inline(never)
  private func handOut(
    _ found: JournalAnswer, _ errand: Errand,
    _ pieces: @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelAnswer {
    guard let journal,
      let reply = ModelReply(try JSON.parse(await journal.content(of: found.call)))
    else {
      throw BelayError(
        .internal, "the recorded answer cannot be read", place: "call \(found.call)",
        hint: "belay db check")
    }
    if let input = reply.usage?.input {
      conversations.answered(
        errand.chain, errand.call.request.turns, in: errand.lane, call: found.call, input: input)
    }
    for event in ReplyEvent.telling(reply) { await pieces(event) }
    return ModelAnswer(
      reply, from: found.name, costUSD: found.costUSD, costBasis: found.costBasis, isReplay: true,
      sends: 0)
  }

  @inline(never)
  private func make(
    _ asked: Errand, _ pieces: @escaping @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelAnswer {
    let held = try await budget?.reserve(asked.call.purpose, asked.ceiling)
    let errand = asked.limited(to: held?.outputTokens)
    let attempt = CallAttempt(errand, budget: budget, held: held, journal: journal, replay: replay)
    do {
      try await attempt.begin()
    } catch {
      attempt.release()
      throw error
    }
    let watched = errand.watched(by: attempt)
    let answer: ModelAnswer
    do {
      answer = try await Self.within(held) { [inner, watched] in
        try await inner.ask(watched.call) { event in
          attempt.saw(event)
          // The whole answer may be acted upon, and is not durable yet.
          if case .finished = event { return }
          await pieces(event)
        }
      }
    } catch {
      let fault = scrubbed(error)
      try await attempt.fail(fault)
      throw fault
    }
    return try await settle(answer, errand, attempt, pieces)
  }

  @inline(never)
  private func settle(
    _ answer: ModelAnswer, _ errand: Errand, _ attempt: CallAttempt,
    _ pieces: @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelAnswer {
    let paid = try await attempt.settle(answer, models.price(of: answer.name) ?? errand.price)
    if let input = paid.reply.usage?.input {
      conversations.answered(
        errand.chain, errand.call.request.turns, in: errand.lane, call: attempt.callID,
        input: input)
    }
    await pieces(.finished(paid.reply))
    return paid
  }

  private func scrubbed(_ error: any Error) -> ModelFault {
    var fault =
      switch error {
      case let fault as ModelFault: fault
      case is CancellationError: ModelFault(.cancelled, "given up")
      default: ModelFault(.server, "\(error)")
      }
    fault.message = scrubber.scrub(fault.message)
    return fault
  }

  // A budget of time ends a call in the middle, too.
  private static func within(
    _ held: Budget.Reservation?, _ body: @escaping @Sendable () async throws -> ModelAnswer
  ) async throws -> ModelAnswer {
    guard let time = held?.timeLeft else { return try await body() }
    return try await withThrowingTaskGroup(of: ModelAnswer.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: time)
        var fault = ModelFault(.budget, "the budget of time ran out while the model answered")
        fault.spent = held?.timeScope?.kind
        throw fault
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }
}

extension ReplyEvent {
  /// The pieces of an answer that is there already, in the order in which a stream would have told them.
  static func telling(_ reply: ModelReply) -> [ReplyEvent] {
    var events: [ReplyEvent] = [.started(id: reply.id, model: reply.model)]
    var calls = 0
    for part in reply.parts {
      switch part {
      case .text(let text): events.append(.text(text))
      case .toolUse(let use):
        events.append(.toolUse(index: calls, id: use.id, name: use.name))
        if !use.arguments.isEmpty { events.append(.arguments(index: calls, use.arguments)) }
        calls += 1
      case .reasoning(let thought):
        if !thought.text.isEmpty { events.append(.reasoning(thought.text)) }
        events.append(.thought(thought))
      case .image, .toolAnswer: break
      }
    }
    events.append(.finished(reply))
    return events
  }
}
