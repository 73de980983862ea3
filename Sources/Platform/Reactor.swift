internal import Base
internal import CSystem
internal import Glibc

/// One thread that waits for descriptors, children and moments on behalf of everybody else.
///
/// Callbacks run on that thread, one after the other: they must be short and never wait. An event is
/// known by its token and not by its descriptor's number, because `close` does not take a descriptor
/// out of epoll while a child between clone and exec holds a copy (measured: a stale, reused number
/// within 2,000 spawns).
public final class Reactor: Sendable {
  /// The reactor of this process, started when it is first used.
  public static let shared = Reactor()

  /// Names one registration.
  public struct Token: Hashable, Sendable {
    let number: UInt64
  }

  private struct Timer {
    let due: UInt64
    let token: UInt64
    let fire: @Sendable () -> Void
  }

  private struct State {
    var next: UInt64 = 1
    var callbacks: [UInt64: @Sendable (Token) -> Void] = [:]
    var timers: [Timer] = []
  }

  private let epoll: Int32
  private let wake: Int32
  private let state = Locked(State())

  private init() {
    epoll = csystem_epoll_create()
    wake = csystem_eventfd()
    guard epoll >= 0, wake >= 0 else {
      fatalError("the reactor cannot start: \(errnoText(errno))")
    }
    add(wake, token: 0)
    start()
  }

  /// Calls back whenever a descriptor is readable or its other end is gone, until `forget`.
  ///
  /// The callback is given its token, since it may run before this has returned.
  @discardableResult
  public func watch(_ descriptor: Int32, _ ready: @escaping @Sendable (Token) -> Void) -> Token {
    let number = state.withLock { state in
      let number = state.next
      state.next += 1
      state.callbacks[number] = ready
      return number
    }
    add(descriptor, token: number)
    return Token(number: number)
  }

  /// Stops watching; to be called before the descriptor is closed.
  ///
  /// A callback that runs at this moment goes on: it must hold what its descriptor belongs to.
  public func forget(_ token: Token, _ descriptor: Int32) {
    // EPOLL_CTL_DEL first; an event that is already under way finds no callback any more.
    csystem_epoll_remove(epoll, descriptor)
    // What the callback holds goes after the lock: its end may call the reactor.
    _ = state.withLock { $0.callbacks.removeValue(forKey: token.number) }
  }

  /// Calls back once, after a time.
  @discardableResult
  public func after(_ duration: Duration, _ fire: @escaping @Sendable () -> Void) -> Token {
    at(Reactor.now() &+ duration.nanoseconds, fire)
  }

  /// Calls back once, at a moment of `now()`.
  @discardableResult
  package func at(_ due: UInt64, _ fire: @escaping @Sendable () -> Void) -> Token {
    let (number, first) = state.withLock { state in
      let number = state.next
      state.next += 1
      let index = state.timers.firstIndex { $0.due < due } ?? state.timers.count
      state.timers.insert(Timer(due: due, token: number, fire: fire), at: index)
      return (number, index == state.timers.count - 1)
    }
    if first { interrupt() }
    return Token(number: number)
  }

  /// Takes a timer back, if it has not fired.
  public func cancel(_ token: Token) {
    _ = state.withLock { state in
      state.timers.firstIndex { $0.token == token.number }.map { state.timers.remove(at: $0) }
    }
  }

  /// Nanoseconds of the clock that timers follow.
  package static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private func add(_ descriptor: Int32, token: UInt64) {
    guard csystem_epoll_add(epoll, descriptor, token) == 0 else {
      fatalError("the reactor cannot watch descriptor \(descriptor): \(errnoText(errno))")
    }
  }

  private func interrupt() {
    var one: UInt64 = 1
    write(wake, &one, 8)
  }

  private func start() {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let failed = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Reactor>.fromOpaque(context).takeRetainedValue().loop()
        return nil
      }, context)
    guard failed == 0 else { fatalError("the reactor's thread: \(errnoText(failed))") }
    pthread_detach(thread)
  }

  private func loop() {
    var tokens = [UInt64](repeating: 0, count: 128)
    while true {
      let count = csystem_epoll_wait(epoll, &tokens, Int32(tokens.count), timeout())
      for number in tokens.prefix(Int(max(count, 0))) {
        if number == 0 {
          var drained: UInt64 = 0
          read(wake, &drained, 8)
        } else {
          state.withLock { $0.callbacks[number] }?(Token(number: number))
        }
      }
      fireTimers()
    }
  }

  // Timers are kept latest first, so that the next one is the last element.
  private func timeout() -> Int32 {
    guard let due = state.withLock({ $0.timers.last?.due }) else { return -1 }
    let now = Reactor.now()
    return due <= now ? 0 : Int32(min((due - now + 999_999) / 1_000_000, 3_600_000))
  }

  private func fireTimers() {
    let now = Reactor.now()
    while true {
      let fire = state.withLock { state -> (@Sendable () -> Void)? in
        guard let last = state.timers.last, last.due <= now else { return nil }
        return state.timers.removeLast().fire
      }
      guard let fire else { return }
      fire()
    }
  }
}

extension Duration {
  /// The whole nanoseconds of a duration, none if it is negative.
  package var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }
}
