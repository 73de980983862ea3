internal import Base

/// The time that counts against an agent: that of its commands and its model, and not the time in which it
/// could do nothing, because its model was down, its budget was held by others or there was no room for a
/// sandbox.
final class AgentClock: Sendable {
  private struct State {
    /// Lanes at work, and how many of them wait for what is not their doing.
    var lanes = 1
    var waiting = 0
    var used = Duration.zero
    var since = ContinuousClock.now

    var runs: Bool { waiting < lanes }

    /// Changes who works and who waits, and books the time until now.
    mutating func change(_ body: (inout State) -> Void) {
      let now = ContinuousClock.now
      if runs { used += now - since }
      since = now
      body(&self)
    }
  }

  private let state = Locked(State())

  /// The time that was used until now.
  var used: Duration {
    state.withLock { state in
      state.change { _ in }
      return state.used
    }
  }

  /// One lane waits from now on.
  func pause() { state.withLock { $0.change { $0.waiting += 1 } } }

  /// One lane works again.
  func resume() { state.withLock { $0.change { $0.waiting -= 1 } } }

  /// More lanes at work, or fewer.
  func lanes(_ more: Int) { state.withLock { $0.change { $0.lanes += more } } }

  /// Gives time back that a failed try took; beside others at work it was not lost.
  func credit(_ lost: Duration) {
    state.withLock { state in
      state.change { if $0.lanes == 1 { $0.used = max(.zero, $0.used - lost) } }
    }
  }

  /// Does what is not the agent's doing.
  func pausing<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    pause()
    defer { resume() }
    return try await body()
  }

  /// The time was over.
  struct Passed: Error {}

  /// Does the work, or cancels it when so much time was used, and waits until it is gone.
  func run<Result: Sendable>(
    within limit: Duration, _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        while true {
          let left = limit - self.used
          if left <= .zero { return nil }
          // While the clock stands still, what is left does not get less: no reason to look often.
          try await _Concurrency.Task.sleep(for: max(left, .milliseconds(5)))
        }
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let result = first else {
        group.cancelAll()
        // Whatever the work says now, it says because it was cut off.
        while let rest = await group.nextResult() { _ = rest }
        throw Passed()
      }
      return result
    }
  }
}

/// The clock of one call: it stands still until the request goes out, and again when it has to go out again.
final class CallClock: Sendable {
  private let clock: AgentClock
  private let sentAt = Locked<ContinuousClock.Instant?>(nil)

  init(_ clock: AgentClock) {
    self.clock = clock
    clock.pause()
  }

  func sent() {
    let isFirst = sentAt.withLock { at in
      defer { at = at ?? .now }
      return at == nil
    }
    if isFirst { clock.resume() }
  }

  func failed() {
    let at = sentAt.withLock { at in
      defer { at = nil }
      return at
    }
    guard let at else { return }
    clock.credit(.now - at)
    clock.pause()
  }

  func ended() { sent() }
}
