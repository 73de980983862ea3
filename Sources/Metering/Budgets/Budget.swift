public import Base
internal import Dialect
public import Model

/// The budgets of one run: every call is reserved at its ceiling before it is made, so that no cap is ever passed.
///
/// A call that fits only when others settle below their ceilings waits for them; one that would not fit even
/// then gets a shorter answer, or is refused.
public final class Budget: Sendable {
  /// What one call may take; to be settled or released exactly once.
  public struct Reservation: Sendable, Hashable {
    /// The limit that the answer must be given; nil when no cap of money or tokens holds.
    public let outputTokens: Int?
    /// What the call may cost; nil when no price is known.
    public let ceilingUSD: Double?
    /// The tokens that it may take.
    public let ceilingTokens: Int
    /// How long it may take; nil is no limit.
    public let timeLeft: Duration?
    /// Whose time that is.
    public let timeScope: BudgetScope?
    let id: Int
    fileprivate let scopes: [BudgetScope]
    fileprivate let money: NanoDollars
  }

  /// What a scope has used.
  public struct Spent: Sendable, Hashable {
    /// Dollars.
    public let usd: Double
    /// Tokens.
    public let tokens: Int
    /// Calls on their way.
    public let open: Int
  }

  private struct Waiter {
    let id: Int
    let purpose: Purpose
    let ceiling: CallCeiling
    let continuation: CheckedContinuation<Reservation, any Error>
  }

  private struct State {
    var limits: BudgetLimits
    var accounts: [BudgetScope: Account] = [:]
    var waiters: [Waiter] = []
    // Calls between their arrival and their place in the queue; false once they are given up.
    var arriving: [Int: Bool] = [:]
    var nextID = 1
  }

  /// Answers shorter than this are not worth a call.
  public static let leastOutput = 64

  private let clock: @Sendable () -> ContinuousClock.Instant
  private let state: Locked<State>

  /// Nothing spent yet; the clock decides over time caps.
  public init(
    _ limits: BudgetLimits,
    clock: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
  ) {
    state = Locked(State(limits: limits))
    self.clock = clock
  }

  /// Gives the whole run other caps; what it has spent counts against them. Calls that wait may go on by them.
  public func limit(run caps: Caps) {
    let done = state.withLock { state in
      state.limits.run = caps
      state.accounts[.run, default: Account(caps)].limit(to: caps)
      return settled(&state)
    }
    for one in done { one.resume() }
  }

  /// Counts what was spent before this process: by a run that is gone on with.
  public func restore(_ purpose: Purpose, usd: Double, tokens: Int, elapsed: Duration = .zero) {
    let now = clock()
    state.withLock { state in
      for (scope, caps) in state.limits.scopes(of: purpose) {
        state.accounts[scope, default: Account(caps)].pay(NanoDollars(owed: usd), tokens)
        // Spans that overlap are one: the longest counts.
        let since = min(state.accounts[scope]?.since ?? now, now - elapsed)
        if elapsed > .zero { state.accounts[scope]?.since = since }
      }
    }
  }

  /// Takes the ceiling of a call out of every budget that it falls under, when there is room for it.
  public func reserve(_ purpose: Purpose, _ ceiling: CallCeiling) async throws -> Reservation {
    let id = state.withLock { state in
      state.nextID += 1
      state.arriving[state.nextID] = true
      return state.nextID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let waiter = Waiter(
          id: id, purpose: purpose, ceiling: ceiling, continuation: continuation)
        let done = state.withLock { state -> Done? in
          if state.arriving.removeValue(forKey: id) == false {
            return Done(waiter, .failure(ModelFault(.cancelled, "given up while it waited")))
          }
          let done = attempt(waiter, &state)
          if done == nil { state.waiters.append(waiter) }
          return done
        }
        done?.resume()
      }
    } onCancel: {
      let waiter = state.withLock { state -> Waiter? in
        if state.arriving[id] != nil { state.arriving[id] = false }
        return state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
      }
      waiter?.continuation.resume(
        throwing: ModelFault(.cancelled, "given up while it waited for a budget"))
    }
  }

  /// Books what the call took in the place of its ceiling.
  public func settle(_ reservation: Reservation, usd: Double?, tokens: Int) {
    close(reservation) { account in
      account.pay(NanoDollars(owed: usd ?? 0), tokens)
    }
  }

  /// Gives the ceiling back: the call was not made, or took nothing.
  public func release(_ reservation: Reservation) { close(reservation) { _ in } }

  /// What a scope has used so far.
  public func spent(_ scope: BudgetScope) -> Spent {
    state.withLock { state in
      guard let account = state.accounts[scope] else { return Spent(usd: 0, tokens: 0, open: 0) }
      return Spent(usd: account.spent.usd, tokens: account.tokens, open: account.open)
    }
  }

  /// Forgets a trial that is over.
  public func forget(_ trial: TrialID) {
    state.withLock { state in
      guard state.accounts[.trial(trial)]?.open == 0 else { return }
      state.accounts[.trial(trial)] = nil
    }
  }

  private func close(_ reservation: Reservation, _ body: (inout Account) -> Void) {
    let done = state.withLock { state -> [Done] in
      for scope in reservation.scopes {
        guard var account = state.accounts[scope] else { continue }
        account.giveBack(reservation.money, reservation.ceilingTokens)
        body(&account)
        state.accounts[scope] = account
      }
      return settled(&state)
    }
    for one in done { one.resume() }
  }

  // Who no longer waits, in the order in which they came; whoever still does not fit waits on.
  private func settled(_ state: inout State) -> [Done] {
    guard !state.waiters.isEmpty else { return [] }
    var done: [Done] = []
    var rest: [Waiter] = []
    for waiter in state.waiters {
      if let one = attempt(waiter, &state) { done.append(one) } else { rest.append(waiter) }
    }
    state.waiters = rest
    return done
  }

  // A continuation is resumed when the lock is free again.
  private struct Done {
    let waiter: Waiter
    let result: Result<Reservation, any Error>

    init(_ waiter: Waiter, _ result: Result<Reservation, any Error>) {
      self.waiter = waiter
      self.result = result
    }

    func resume() { waiter.continuation.resume(with: result) }
  }

  /// What becomes of a call now; nil when it has to wait for others.
  private func attempt(_ waiter: Waiter, _ state: inout State) -> Done? {
    let ceiling = waiter.ceiling
    let now = clock()
    let scopes = state.limits.scopes(of: waiter.purpose)
    let wanted = min(ceiling.askedOutput ?? Int.max, ceiling.modelOutput)
    let least = ceiling.isFixed ? wanted : min(wanted, Self.leastOutput)
    var best = wanted
    var free = wanted
    var time: (left: Duration, scope: BudgetScope)?
    var isLimited = false
    for (scope, caps) in scopes {
      let account = state.accounts[scope] ?? Account(caps)
      if let left = account.timeLeft(at: now) {
        guard left > .zero else {
          return Done(waiter, .failure(Self.spent("time", scope, caps)))
        }
        if left < time?.left ?? .seconds(Int64.max) { time = (left, scope) }
      }
      if caps.usd != nil, ceiling.usdPerInput == nil || ceiling.usdPerOutput == nil {
        return Done(waiter, .failure(Self.unpriced(scope)))
      }
      guard caps.usd != nil || caps.tokens != nil else { continue }
      isLimited = true
      if let most = account.output(ceiling, all: true) {
        guard most >= least else {
          let isMoney = account.caps.tokens.map {
            account.tokens + ceiling.inputTokens + least <= $0
          }
          return Done(
            waiter, .failure(Self.spent(isMoney ?? true ? "money" : "tokens", scope, caps)))
        }
        best = min(best, most)
      }
      if let most = account.output(ceiling, all: false) { free = min(free, most) }
    }
    guard free >= best else { return nil }
    let tokens = ceiling.inputTokens + best
    var usd: Double?
    if let perInput = ceiling.usdPerInput, let perOutput = ceiling.usdPerOutput {
      usd = Double(ceiling.inputTokens) * perInput + Double(best) * perOutput
    }
    let reservation = Reservation(
      outputTokens: isLimited ? best : nil, ceilingUSD: usd, ceilingTokens: tokens,
      timeLeft: time?.left, timeScope: time?.scope,
      id: waiter.id, scopes: scopes.map(\.scope), money: NanoDollars(owed: usd ?? 0))
    for (scope, caps) in scopes {
      state.accounts[scope, default: Account(caps)].take(reservation.money, tokens, at: now)
    }
    return Done(waiter, .success(reservation))
  }

  private static func spent(_ what: String, _ scope: BudgetScope, _ caps: Caps) -> ModelFault {
    let cap =
      switch what {
      case "money": "$\(caps.usd ?? 0)"
      case "tokens": "\(caps.tokens ?? 0) tokens"
      default: "\(caps.wall ?? .zero)"
      }
    return fault(scope, "the budget of \(scope) is spent: what is left of \(cap) is too little")
  }

  private static func fault(_ scope: BudgetScope, _ message: String) -> ModelFault {
    var fault = ModelFault(.budget, message)
    fault.spent = scope.kind
    return fault
  }

  private static func unpriced(_ scope: BudgetScope) -> ModelFault {
    ModelFault(
      .budget,
      "no price is known for this model, and \(scope) has a budget in dollars;"
        + " give it a price or an estimate in models.toml")
  }
}
