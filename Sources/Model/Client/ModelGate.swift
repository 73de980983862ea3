internal import Base
internal import Dialect

/// Where calls of one model wait until one more may go out: for the quota, and while the model is down.
///
/// First come, first served. What is decided is decided under the lock, by the breaker and the quota;
/// callers go on when it is released.
final class ModelGate: Sendable {
  /// Leave to send one call, to be given back when it is over.
  struct Pass: Sendable {
    let load: QuotaGate.Load
    let number: Int
    let isScout: Bool
  }

  private struct Waiter {
    let id: Int
    let load: QuotaGate.Load
    let caller: CheckedContinuation<Pass, any Error>
  }

  private struct State {
    var breaker: CircuitBreaker
    var quota: QuotaGate
    var waiters: [Waiter] = []
    // Those before this index are gone: taking the first out of an array costs its length.
    var first = 0
    var nextID = 0
    // Callers that have not come to wait yet, and whether they were given up meanwhile.
    var coming: [Int: Bool] = [:]
    var alarm: (due: Duration, takeBack: @Sendable () -> Void)?

    mutating func compact() {
      guard first == waiters.count || first > 64 && first * 2 > waiters.count else { return }
      waiters.removeFirst(first)
      first = 0
    }
  }

  private typealias Actions = [@Sendable () -> Void]

  private let clock: ModelClock
  private let state: Locked<State>

  init(breaker: CircuitBreaker.Settings, most: Int, clock: ModelClock) {
    self.clock = clock
    state = Locked(State(breaker: CircuitBreaker(breaker), quota: QuotaGate(most: most)))
  }

  /// Waits for leave to send; throws the fault of a model that stays down.
  func enter(_ load: QuotaGate.Load) async throws -> Pass {
    let id = state.withLock { state in
      state.nextID += 1
      state.coming[state.nextID] = false
      return state.nextID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { caller in
        work { state in
          if state.coming.removeValue(forKey: id) == true {
            return [{ caller.resume(throwing: CancellationError()) }]
          }
          state.waiters.append(Waiter(id: id, load: load, caller: caller))
          return []
        }
      }
    } onCancel: {
      work { state in
        if state.coming[id] != nil { state.coming[id] = true }
        guard let index = state.waiters[state.first...].firstIndex(where: { $0.id == id }) else {
          return []
        }
        let caller = state.waiters.remove(at: index).caller
        return [{ caller.resume(throwing: CancellationError()) }]
      }
    }
  }

  /// Gives a pass back, with what came of the call; whether the model went down or came back by it.
  func leave(_ pass: Pass, fault: ModelFault?, quota: RemainingQuota?) -> CircuitBreaker.Change? {
    var change: CircuitBreaker.Change?
    let now = clock.now()
    let actions = state.withLock { state -> Actions in
      state.quota.leave(pass.load)
      if let quota { state.quota.note(quota, now) }
      switch fault?.kind {
      case nil:
        state.quota.succeeded()
        change = state.breaker.succeeded(now)
      case .cancelled:
        if pass.isScout { state.breaker.scoutWasLost(now) }
      default:
        guard let fault else { break }
        if fault.kind == .rate {
          state.quota.refused(number: pass.number, retryAfter: fault.retryAfter, now)
        } else if fault.kind == .overload, let pause = fault.retryAfter {
          state.quota.block(until: now + pause)
        }
        change = state.breaker.failed(
          fault, isScout: pass.isScout, callers: state.waiters.count - state.first + 1, now)
      }
      return admit(&state, now)
    }
    for action in actions { action() }
    return change
  }

  /// Whether the model is down, as far as is known.
  var isDown: Bool { state.withLock { $0.breaker.isDown } }

  private func work(_ change: @Sendable (inout State) -> Actions) {
    let now = clock.now()
    let actions = state.withLock { state in
      let own = change(&state)
      return own + admit(&state, now)
    }
    for action in actions { action() }
  }

  // Lets callers in from the front, as many as may go now, and sets the alarm for the next.
  private func admit(_ state: inout State, _ now: Duration) -> Actions {
    var actions: Actions = []
    var due: Duration?
    admitting: while state.first < state.waiters.count {
      let waiter = state.waiters[state.first]
      switch state.quota.admit(waiter.load, now) {
      case .full: break admitting
      case .wait(let until):
        due = until
        break admitting
      case .go: break
      }
      switch state.breaker.admit(now) {
      case .scoutIsOut:
        due = state.breaker.patienceEnds
        break admitting
      case .wait(let until):
        due = min(until, state.breaker.patienceEnds ?? until)
        break admitting
      case .giveUp(let fault):
        state.first += 1
        actions.append { waiter.caller.resume(throwing: fault) }
      case .go, .scout:
        state.first += 1
        let isScout = state.breaker.isDown
        let pass = Pass(
          load: waiter.load, number: state.quota.enter(waiter.load), isScout: isScout)
        actions.append { waiter.caller.resume(returning: pass) }
      }
    }
    state.compact()
    if let due { actions += setAlarm(&state, due, now) }
    return actions
  }

  private func setAlarm(_ state: inout State, _ due: Duration, _ now: Duration) -> Actions {
    if let alarm = state.alarm, alarm.due <= due, alarm.due > now { return [] }
    var actions: Actions = []
    if let alarm = state.alarm { actions.append(alarm.takeBack) }
    // The clock is asked under the lock, so that no two alarms cross; it calls back later, never now.
    let takeBack = clock.after(max(.milliseconds(1), due - now)) { [weak self] in
      self?.work { state in
        state.alarm = nil
        return []
      }
    }
    state.alarm = (due, takeBack)
    return actions
  }
}
