public import Base
internal import Platform

/// Time as the client meets it: what it is, and being called when it has passed. Tests pass their own.
public struct ModelClock: Sendable {
  /// The time since some moment of the past; never goes back.
  public var now: @Sendable () -> Duration
  /// Calls back once after a time; what it returns takes that back.
  public var after: @Sendable (Duration, @escaping @Sendable () -> Void) -> @Sendable () -> Void
  /// The date.
  public var wall: WallClock

  /// A clock.
  public init(
    now: @escaping @Sendable () -> Duration,
    after: @escaping @Sendable (Duration, @escaping @Sendable () -> Void) -> @Sendable () -> Void,
    wall: WallClock
  ) {
    self.now = now
    self.after = after
    self.wall = wall
  }

  /// The machine's.
  public static let system = ModelClock(
    now: { .nanoseconds(Int64(clamping: Reactor.now())) },
    after: { duration, fire in
      let token = Reactor.shared.after(duration, fire)
      return { Reactor.shared.cancel(token) }
    },
    wall: .system)

  private enum Nap {
    case before
    case asleep(CheckedContinuation<Void, any Error>)
    case over(isCancelled: Bool)
  }

  /// Waits for a time; throws `CancellationError` when the task is cancelled.
  public func sleep(_ duration: Duration) async throws {
    guard duration > .zero else { return try Task.checkCancellation() }
    let nap = Locked(Nap.before)
    let wake: @Sendable (Bool) -> Void = { isCancelled in
      let sleeper = nap.withLock { nap -> CheckedContinuation<Void, any Error>? in
        switch nap {
        case .over: return nil
        case .before:
          nap = .over(isCancelled: isCancelled)
          return nil
        case .asleep(let sleeper):
          nap = .over(isCancelled: isCancelled)
          return sleeper
        }
      }
      if isCancelled {
        sleeper?.resume(throwing: CancellationError())
      } else {
        sleeper?.resume()
      }
    }
    let takeBack = after(duration) { wake(false) }
    defer { takeBack() }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { sleeper in
        // It may be over before it began: the time was short, or the task was cancelled.
        let over = nap.withLock { nap -> Bool? in
          if case .over(let isCancelled) = nap { return isCancelled }
          nap = .asleep(sleeper)
          return nil
        }
        switch over {
        case true?: sleeper.resume(throwing: CancellationError())
        case false?: sleeper.resume()
        case nil: break
        }
      }
    } onCancel: {
      wake(true)
    }
  }
}
