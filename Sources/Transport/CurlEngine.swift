internal import Base
internal import CCurl
internal import CSystem
internal import Glibc

/// The thread that drives all transfers: libcurl's multi interface on an epoll of its own.
///
/// libcurl's own wait looks at every socket on each turn, which costs as much as all the rest when a
/// thousand calls stream. All handles belong to the thread; others leave orders and wake it.
final class CurlEngine: Sendable {
  private enum Order {
    case start(Exchange)
    case cancel(Exchange)
    case letGoOn(Exchange)
    case letGo(Exchange)
  }

  private struct Orders {
    var list: [Order] = []
    var isStopped = false
  }

  private let orders = Locked(Orders())
  private let wake: Int32
  private let settings: HTTPClient.Settings

  init(_ settings: HTTPClient.Settings) {
    self.settings = settings
    wake = csystem_eventfd()
    guard wake >= 0 else { fatalError("no descriptor for the transport: \(errnoText(errno))") }
    run()
  }

  deinit { close(wake) }

  func start(_ exchange: Exchange) { leave(.start(exchange)) }

  func cancel(_ exchange: Exchange) {
    if exchange.cancel() { leave(.cancel(exchange)) }
  }

  func letGoOn(_ exchange: Exchange) { leave(.letGoOn(exchange)) }

  func letGo(_ exchange: Exchange) { leave(.letGo(exchange)) }

  /// Ends the thread and everything that it still carries.
  func stop() {
    orders.withLock { $0.isStopped = true }
    interrupt()
  }

  /// Nanoseconds of the clock that limits follow.
  static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private func leave(_ order: Order) {
    let isFirst = orders.withLock { orders in
      orders.list.append(order)
      return orders.list.count == 1
    }
    if isFirst { interrupt() }
  }

  private func interrupt() {
    var one: UInt64 = 1
    write(wake, &one, 8)
  }

  private func run() {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let failed = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        let engine = Unmanaged<CurlEngine>.fromOpaque(context).takeRetainedValue()
        let loop = CurlLoop(engine.settings, wake: engine.wake)
        while engine.turn(loop) {}
        return nil
      }, context)
    guard failed == 0 else { fatalError("the transport's thread: \(errnoText(failed))") }
    pthread_detach(thread)
  }

  private func turn(_ loop: CurlLoop) -> Bool {
    let taken = orders.withLock { orders in
      let taken = orders
      orders.list = []
      return taken
    }
    for order in taken.list {
      switch order {
      case .start(let exchange): loop.start(exchange)
      case .cancel(let exchange): loop.cancel(exchange)
      case .letGoOn(let exchange): loop.letGoOn(exchange)
      case .letGo(let exchange): loop.letGo(exchange)
      }
    }
    guard !taken.isStopped else {
      loop.end()
      return false
    }
    loop.turn()
    return true
  }
}
