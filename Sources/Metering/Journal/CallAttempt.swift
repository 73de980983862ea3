internal import Base
internal import Dialect
internal import Model

/// The way of one call through budget and journal; a try that may have been charged is one of its own.
final class CallAttempt: Sendable {
  private struct State {
    var held: Budget.Reservation?
    var call: Int?
    var isSent = false
    var hasStarted = false
    var sends = 1
  }

  private let errand: Errand
  private let budget: Budget?
  private let journal: (any Journal)?
  private let occurrence: Int
  private let state: Locked<State>

  init(
    _ errand: Errand, budget: Budget?, held: Budget.Reservation?, journal: (any Journal)?,
    replay: Replay?
  ) {
    self.errand = errand
    self.budget = budget
    self.journal = errand.place == nil ? nil : journal
    occurrence = errand.place.flatMap { replay?.count(errand.key, at: $0) } ?? 1
    state = Locked(State(held: held))
  }

  /// The call's number in the journal.
  var callID: Int? { state.withLock { $0.call } }

  private var ceiling: Costing {
    let ceiling = errand.ceiling
    let output = state.withLock { $0.held?.outputTokens } ?? ceiling.modelOutput
    var usd: Double?
    if let input = ceiling.usdPerInput, let perOutput = ceiling.usdPerOutput {
      usd = Double(ceiling.inputTokens) * input + Double(output) * perOutput
    }
    return Costing(ceilingInput: ceiling.inputTokens, output: output, usd: usd)
  }

  /// Makes the call durable before it is sent.
  func begin() async throws {
    guard let journal, let place = errand.place else { return }
    let ceiling = ceiling
    let id = try await journal.begin(
      JournalEntry(
        purpose: errand.call.purpose, place: place, key: errand.key, occurrence: occurrence,
        base: errand.opening.base, content: errand.content, ceilingUSD: ceiling.usd,
        ceilingTokens: ceiling.tokens))
    state.withLock { $0.call = id }
  }

  /// Sees the request go out.
  func sends() { state.withLock { $0.isSent = true } }

  /// Sees a piece: from then on a provider that breaks off may charge.
  func saw(_ event: ReplyEvent) { state.withLock { $0.hasStarted = true } }

  /// Before the call is sent again: a try that may have been charged is booked, and the next one reserved.
  func again(after fault: ModelFault) async throws {
    guard mayBeCharged(fault) else { return state.withLock { $0.sends += 1 } }
    let fixed = state.withLock { $0.held?.outputTokens }
    try await fail(fault)
    var ceiling = errand.ceiling
    if let fixed {
      ceiling.askedOutput = fixed
      ceiling.isFixed = true
    }
    let held = try await budget?.reserve(errand.call.purpose, ceiling)
    state.withLock { $0 = State(held: held) }
    do {
      try await begin()
    } catch {
      release()
      throw error
    }
  }

  /// Gives the reservation back.
  func release() {
    if let held = take() { budget?.release(held) }
  }

  /// Books a call that brought no answer.
  func fail(_ fault: ModelFault) async throws {
    let cost = mayBeCharged(fault) ? ceiling : Costing()
    book(cost)
    try await record(nil, fault, errand.call.name, cost, .zero)
  }

  /// Makes the answer durable and books what it took.
  func settle(_ answer: ModelAnswer, _ price: Price?) async throws -> ModelAnswer {
    var answer = answer
    let cost = Costing(answer.reply, price: price, ceiling: ceiling)
    answer.costUSD = cost.usd
    answer.costBasis = cost.basis
    // It is paid, also when the disk is full.
    book(cost)
    try await record(answer.reply.json.utf8(), nil, answer.name, cost, answer.latency)
    return answer
  }

  private func mayBeCharged(_ fault: ModelFault) -> Bool {
    switch fault.kind {
    case .truncated, .malformed, .stalled: true
    // Given up here, while the provider went on.
    case .cancelled, .budget: state.withLock { $0.isSent || $0.hasStarted }
    default: state.withLock { $0.hasStarted }
    }
  }

  private func take() -> Budget.Reservation? {
    state.withLock { state in
      defer { state.held = nil }
      return state.held
    }
  }

  private func book(_ cost: Costing) {
    if let held = take() { budget?.settle(held, usd: cost.usd, tokens: cost.tokens) }
  }

  private func record(
    _ content: [UInt8]?, _ fault: ModelFault?, _ name: ModelName, _ cost: Costing,
    _ latency: Duration
  ) async throws {
    let (call, sends) = state.withLock { state in
      defer { state.call = fault == nil ? state.call : nil }
      return (state.call, state.sends)
    }
    guard let journal, let call else { return }
    try await journal.end(
      JournalEnd(
        call: call, content: content, fault: fault, name: name, usage: cost.usage,
        costUSD: cost.usd, costBasis: cost.basis, sends: sends, latency: latency))
  }
}
