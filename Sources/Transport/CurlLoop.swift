internal import Base
internal import CCurl
internal import CSystem
internal import Glibc

/// What the engine's thread works with: libcurl's multi handle, its sockets and its one timer.
final class CurlLoop {
  let settings: HTTPClient.Settings
  private let multi: UnsafeMutableRawPointer
  private let epoll: Int32
  private let wake: Int32
  /// The time when this turn began: callbacks of libcurl ask for it several times for each answer.
  private(set) var now = CurlEngine.now()
  private var transfers: [ObjectIdentifier: CurlTransfer] = [:]
  // Those that came to their end in this turn. Their callers go on together: one that goes on alone
  // wakes a thread for itself.
  private var ended: [(exchange: Exchange, fault: HTTPFault?)] = []
  // Sockets that epoll knows, by their numbers.
  private var isWatched: [Bool] = []
  // When libcurl wants to be called, and when the next limit of a transfer may be passed.
  private var timerDue = UInt64.max
  private var limitDue = UInt64.max
  private var tokens = [UInt64](repeating: 0, count: 128)
  private var seen = [Int32](repeating: 0, count: 128)

  init(_ settings: HTTPClient.Settings, wake: Int32) {
    self.settings = settings
    self.wake = wake
    epoll = csystem_epoll_create()
    curl_global_init(Int(CURL_GLOBAL_ALL))
    guard epoll >= 0, let multi = curl_multi_init() else {
      fatalError("the transport cannot start: \(errnoText(errno))")
    }
    self.multi = multi
    csystem_epoll_set(
      epoll, wake, Int32(CSYSTEM_IN.rawValue), false, UInt64(UInt32(bitPattern: wake)))
    ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, settings.keptConnections)
    ccurl_multi_set_watchers(
      multi, onSocket, onTimer, Unmanaged.passUnretained(self).toOpaque())
  }

  func start(_ exchange: Exchange) {
    guard !exchange.isOver else { return }
    guard let transfer = CurlTransfer(exchange, loop: self),
      curl_multi_add_handle(multi, transfer.easy) == CURLM_OK
    else {
      exchange.finish(
        HTTPFault(
          .unreachable, "\(exchange.request.place): libcurl takes no further request",
          mayHaveArrived: false))
      return
    }
    transfers[ObjectIdentifier(exchange)] = transfer
    mind(transfer.due)
  }

  /// Sees to it that limits are looked at by a moment.
  func mind(_ due: UInt64) { limitDue = min(limitDue, due) }

  func cancel(_ exchange: Exchange) {
    guard let transfer = transfers[ObjectIdentifier(exchange)] else { return }
    finish(transfer, nil)
  }

  func letGoOn(_ exchange: Exchange) {
    guard let transfer = transfers[ObjectIdentifier(exchange)] else { return }
    transfer.letGoOn()
    mind(transfer.due)
  }

  func letGo(_ exchange: Exchange) {
    guard let transfer = transfers[ObjectIdentifier(exchange)] else { return }
    transfer.letGo()
    transfer.letGoOn()
    mind(transfer.due)
  }

  /// Waits for something to happen and works on it.
  func turn() {
    let count = csystem_epoll_seen(epoll, &tokens, &seen, Int32(tokens.count), timeout())
    now = CurlEngine.now()
    var running: Int32 = 0
    for index in 0..<Int(max(count, 0)) {
      let descriptor = Int32(bitPattern: UInt32(tokens[index]))
      if descriptor == wake {
        var drained: UInt64 = 0
        read(wake, &drained, 8)
      } else {
        // The bits are those of CURL_CSELECT_IN, _OUT and _ERR.
        curl_multi_socket_action(multi, descriptor, seen[index], &running)
      }
    }
    if timerDue <= now {
      timerDue = .max
      curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running)
    }
    collect()
    if limitDue <= now { checkLimits() }
    release()
  }

  /// Ends everything.
  func end() {
    let fault = HTTPFault(.cancelled, "the transport has ended", mayHaveArrived: true)
    for transfer in transfers.values { finish(transfer, fault) }
    release()
    curl_multi_cleanup(multi)
    close(epoll)
  }

  fileprivate func watch(_ socket: Int32, _ what: Int32) {
    // libcurl removes a socket before it closes it; `close` alone would leave it in epoll as long as
    // a child between clone and exec holds a copy.
    let number = Int(socket)
    if what == CURL_POLL_REMOVE {
      csystem_epoll_remove(epoll, socket)
      if number < isWatched.count { isWatched[number] = false }
      return
    }
    while isWatched.count <= number { isWatched.append(false) }
    // CURL_POLL_IN is 1, _OUT is 2, _INOUT is 3: the same bits again.
    csystem_epoll_set(
      epoll, socket, what & 3, isWatched[number], UInt64(UInt32(bitPattern: socket)))
    isWatched[number] = true
  }

  fileprivate func setTimer(_ milliseconds: Int) {
    timerDue =
      milliseconds < 0 ? .max : CurlEngine.now() &+ UInt64(milliseconds) * 1_000_000
  }

  private func timeout() -> Int32 {
    let due = min(timerDue, limitDue)
    guard due != .max else { return -1 }
    let now = CurlEngine.now()
    return due <= now ? 0 : Int32(min((due - now + 999_999) / 1_000_000, 3_600_000))
  }

  private func collect() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
        let context = ccurl_private(easy)
      else { continue }
      let result = ccurl_result(message)
      let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
      finish(transfer, transfer.fault(result))
    }
  }

  // Bytes that come in only move a moment away (the head of an answer alone brings one nearer), so
  // that one look at all of them when the earliest has come is rare, and no timer is kept for each.
  private func checkLimits() {
    limitDue = .max
    for transfer in transfers.values {
      if let fault = transfer.overdue(now) {
        finish(transfer, fault)
      } else {
        mind(transfer.due)
      }
    }
  }

  private func finish(_ transfer: CurlTransfer, _ fault: HTTPFault?) {
    curl_multi_remove_handle(multi, transfer.easy)
    transfers[ObjectIdentifier(transfer.exchange)] = nil
    ended.append((transfer.exchange, fault))
  }

  private func release() {
    for (exchange, fault) in ended { exchange.finish(fault) }
    ended.removeAll(keepingCapacity: true)
  }
}

private let onSocket: ccurl_socket_watch = { _, socket, what, context, _ in
  guard let context else { return 0 }
  Unmanaged<CurlLoop>.fromOpaque(context).takeUnretainedValue().watch(socket, what)
  return 0
}

private let onTimer: ccurl_timer_set = { _, milliseconds, context in
  guard let context else { return 0 }
  Unmanaged<CurlLoop>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds)
  return 0
}
