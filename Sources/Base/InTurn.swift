import Glibc

// @unchecked: the storage is reached through `withTurn` alone, which holds the turn.
/// A value that is handed to one after the other in the order in which they came, for sections that take long.
///
/// Whoever takes turn upon turn lets everybody in who waits, which a plain lock does not: `Locked` is for short
/// sections.
public final class InTurn<Value>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private var next: UInt64 = 0
  private var serving: UInt64 = 0
  private var value: Value

  /// Hands out `value`.
  public init(_ value: sending Value) {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
    changed = .allocate(capacity: 1)
    changed.initialize(to: pthread_cond_t())
    pthread_cond_init(changed, nil)
    self.value = value
  }

  deinit {
    pthread_cond_destroy(changed)
    changed.deinitialize(count: 1)
    changed.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deinitialize(count: 1)
    mutex.deallocate()
  }

  /// How many wait behind the one whose turn it is.
  public var waiting: Int {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return max(Int(next - serving) - 1, 0)
  }

  /// Runs `body` with the value when everybody who came before is done; only on threads that may wait.
  public func withTurn<Result, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    pthread_mutex_lock(mutex)
    let mine = next
    next += 1
    while serving != mine { pthread_cond_wait(changed, mutex) }
    pthread_mutex_unlock(mutex)
    defer {
      pthread_mutex_lock(mutex)
      serving += 1
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    return try body(&value)
  }
}
