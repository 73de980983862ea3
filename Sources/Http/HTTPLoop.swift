internal import Base
internal import CMicrohttpd
internal import CSystem
internal import Glibc

// @unchecked: what is not behind `mailbox` is touched by the loop's own thread alone, which the library
// calls back on as well.
/// The thread of a server: it accepts, feeds the library, and does what other threads ask for.
final class HTTPLoop: @unchecked Sendable {
  private struct Mailbox {
    var commands: [HTTPLoopCommand] = []
    var number: UInt64 = 2
    var isStopped = false
  }

  let limits: HTTPServerLimits
  private let epoll: Int32
  private let wake: Int32
  private let mailbox = Locked(Mailbox())

  var daemon: OpaquePointer?
  var listeners: [UInt64: HTTPListener] = [:]
  var connections: [UInt64: HTTPConnection] = [:]
  var exchanges: [UInt64: HTTPExchange] = [:]
  var tunnels: [UInt64: HTTPTunnel] = [:]
  /// Tunnels by the number of their far end.
  var tunnelServers: [UInt64: UInt64] = [:]
  /// Numbers by descriptor, which name a connection while it is open.
  var numbers: [Int32: UInt64] = [:]
  private var stopping: [CheckedContinuation<Void, Never>] = []
  private var nextSweep = ContinuousClock.now

  init(limits: HTTPServerLimits) throws(BelayError) {
    self.limits = limits
    epoll = csystem_epoll_create()
    wake = csystem_eventfd()
    guard epoll >= 0, wake >= 0 else { throw .system("epoll", errno) }
    let context = Unmanaged.passRetained(self)
    daemon = startDaemon(context.toOpaque())
    guard let daemon, csystem_epoll_add(epoll, wake, 0) == 0,
      csystem_epoll_add(epoll, belay_http_epoll(daemon), 1) == 0
    else {
      context.release()
      throw BelayError(.internal, "the HTTP server cannot start: \(errnoText(errno))")
    }
    try start(context)
  }

  deinit {
    close(epoll)
    close(wake)
  }

  func nextNumber() -> UInt64 {
    mailbox.withLock { mailbox in
      mailbox.number += 1
      return mailbox.number
    }
  }

  /// Hands a command to the thread; after the end, what waits for an answer gets it at once.
  func post(_ command: HTTPLoopCommand) {
    let isStopped = mailbox.withLock { mailbox in
      if !mailbox.isStopped { mailbox.commands.append(command) }
      return mailbox.isStopped
    }
    guard isStopped else { return interrupt() }
    switch command {
    case .close(_, let continuation), .stop(let continuation): continuation.resume()
    case .serve(_, let descriptor, _): close(descriptor)
    case .answer, .decide, .more, .handlerEnded: break
    }
  }

  private func interrupt() {
    var one: UInt64 = 1
    write(wake, &one, 8)
  }

  private func start(_ context: Unmanaged<HTTPLoop>) throws(BelayError) {
    var thread = pthread_t()
    let failed = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<HTTPLoop>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    guard failed == 0 else {
      context.release()
      throw .system("the HTTP server's thread", failed)
    }
    pthread_detach(thread)
  }

  private func run() {
    var tokens = [UInt64](repeating: 0, count: 128)
    while true {
      let count = csystem_epoll_wait(epoll, &tokens, Int32(tokens.count), timeout())
      for token in tokens.prefix(Int(max(count, 0))) { see(token) }
      for command in takeCommands() { obey(command) }
      sweep()
      MHD_run(daemon)
      if !stopping.isEmpty, listeners.isEmpty, connections.isEmpty { break }
    }
    end()
  }

  // Commands that came in between are answered by `post` itself from here on, or here.
  private func end() {
    let late = mailbox.withLock { mailbox in
      mailbox.isStopped = true
      defer { mailbox.commands = [] }
      return mailbox.commands
    }
    MHD_stop_daemon(daemon)
    daemon = nil
    for command in late { post(command) }
    for continuation in stopping { continuation.resume() }
    stopping = []
  }

  private func timeout() -> Int32 {
    var library: UInt64 = 0
    var wait: Int64 = connections.isEmpty && tunnels.isEmpty && stopping.isEmpty ? -1 : 250
    if MHD_get_timeout(daemon, &library) == .YES {
      let library = Int64(min(library, 60_000))
      wait = wait < 0 ? library : min(wait, library)
    }
    return Int32(wait)
  }

  private func takeCommands() -> [HTTPLoopCommand] {
    mailbox.withLock { mailbox in
      defer { mailbox.commands = [] }
      return mailbox.commands
    }
  }

  private func see(_ token: UInt64) {
    switch token {
    case 0:
      var drained: UInt64 = 0
      read(wake, &drained, 8)
    case 1: break
    default:
      if let listener = listeners[token] {
        accept(token, listener)
      } else if let tunnel = tunnels[token] {
        see(tunnel, .client)
      } else if let tunnel = tunnelServers[token].flatMap({ tunnels[$0] }) {
        see(tunnel, .server)
      } else if let exchange = connections[token]?.exchange, exchange.stage != .receiving {
        // Who asked is gone and its request whole: nobody waits for the answer any more.
        exchange.task?.cancel()
        exchange.pipe?.close()
        if exchange.stage == .answered { exchange.resume() }
      }
    }
  }

  private func obey(_ command: HTTPLoopCommand) {
    switch command {
    case .serve(let number, let descriptor, let service):
      listeners[number] = HTTPListener(descriptor: descriptor, service: service)
      if csystem_epoll_add(epoll, descriptor, number) != 0 { retire(number) }
    case .close(let number, let continuation):
      guard let listener = listeners[number] else { return continuation.resume() }
      listener.waiting.append(continuation)
      retire(number)
    case .answer(let number, let response, let pipe):
      guard let exchange = exchanges[number] else { return pipe?.close() ?? () }
      exchange.response = response
      exchange.pipe = pipe
      exchange.resume()
    case .decide(let number, let decision):
      if let tunnel = tunnels[number] { obey(decision, tunnel) }
    case .more(let number): exchanges[number]?.resume()
    case .handlerEnded(let number):
      listeners[number]?.handlers -= 1
      settle(number)
    case .stop(let continuation):
      stopping.append(continuation)
      for number in listeners.keys { retire(number) }
    }
  }

  // Nobody is let in any more; who is in is shown out.
  private func retire(_ number: UInt64) {
    guard let listener = listeners[number] else { return }
    if !listener.isClosing {
      listener.isClosing = true
      if !listener.isPaused { csystem_epoll_remove(epoll, listener.descriptor) }
      close(listener.descriptor)
      for connection in listener.connections { breakOff(connection) }
    }
    settle(number)
  }

  private func breakOff(_ number: UInt64) {
    if let tunnel = tunnels[number] { return endTunnel(tunnel) }
    guard let connection = connections[number] else { return }
    csystem_shut(connection.descriptor)
    guard let exchange = connection.exchange else { return }
    exchange.task?.cancel()
    exchange.pipe?.close()
    // The library sees the broken connection when it goes on with it.
    if exchange.stage == .handled, exchange.response == nil {
      exchange.response = .text(503, "the server is going\n")
    }
    exchange.resume()
  }

  /// A closing listener goes when the last of its connections and handlers is gone.
  func settle(_ number: UInt64) {
    guard let listener = listeners[number], listener.isClosing, listener.connections.isEmpty,
      listener.handlers == 0
    else { return }
    listeners[number] = nil
    for continuation in listener.waiting { continuation.resume() }
  }

  private func accept(_ number: UInt64, _ listener: HTTPListener) {
    while listener.connections.count < limits.connectionsPerListener {
      let descriptor = csystem_accept(listener.descriptor)
      guard descriptor >= 0 else {
        if errno == EINTR || errno == ECONNABORTED { continue }
        // Out of descriptors: the listener rests until the next sweep.
        if errno != EAGAIN { pause(listener) }
        return
      }
      let own = nextNumber()
      listener.connections.insert(own)
      if case .proxy = listener.service {
        beginTunnel(descriptor, own, of: number, epoll: epoll)
        continue
      }
      let connection = HTTPConnection(number: own, descriptor: descriptor, listener: number)
      connection.due = .now + limits.requestTime
      connections[connection.number] = connection
      numbers[descriptor] = connection.number
      csystem_epoll_add_end(epoll, descriptor, connection.number)
      var address = sockaddr()
      address.sa_family = sa_family_t(AF_INET)
      // It closes the descriptor itself where it does not take it.
      let taken = MHD_add_connection(
        daemon, descriptor, &address, socklen_t(MemoryLayout<sockaddr>.size))
      if taken != .YES { forget(connection.number) }
    }
    pause(listener)
  }

  private func pause(_ listener: HTTPListener) {
    guard !listener.isPaused, !listener.isClosing else { return }
    listener.isPaused = true
    csystem_epoll_remove(epoll, listener.descriptor)
  }

  /// A connection is over; its descriptor is about to be closed.
  func forget(_ number: UInt64) {
    guard let connection = connections.removeValue(forKey: number) else { return }
    csystem_epoll_remove(epoll, connection.descriptor)
    numbers[connection.descriptor] = nil
    guard let listener = listeners[connection.listener] else { return }
    listener.connections.remove(number)
    settle(connection.listener)
  }

  private func sweep() {
    let now = ContinuousClock.now
    guard now >= nextSweep else { return }
    nextSweep = now + .milliseconds(250)
    for connection in connections.values {
      if let due = connection.due, due < now {
        csystem_shut(connection.descriptor)
      }
    }
    sweepTunnels(now)
    for (number, listener) in listeners where listener.isPaused && !listener.isClosing {
      guard listener.connections.count < limits.connectionsPerListener,
        csystem_epoll_add(epoll, listener.descriptor, number) == 0
      else { continue }
      listener.isPaused = false
    }
  }
}
