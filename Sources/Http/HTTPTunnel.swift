internal import CSystem
internal import Glibc

/// One connection through a proxy, touched by the loop's thread alone.
///
/// Each direction holds a bounded number of bytes; whoever does not read makes the other end wait.
final class HTTPTunnel {
  enum Stage { case head, deciding, connecting, relaying }
  enum Side { case client, server }

  /// What is on its way in one direction.
  struct Flow {
    var bytes: [UInt8] = []
    var offset = 0
    var hasEnded = false
    var isShut = false

    var isEmpty: Bool { offset == bytes.count }
    /// Whether all of it was delivered, its end included.
    var isOver: Bool { hasEnded && isEmpty }
  }

  static let headLimit = 16 << 10
  static let flowLimit = 64 << 10

  let number: UInt64
  let serverNumber: UInt64
  let listener: UInt64
  let client: Int32
  var server: Int32 = -1
  var stage = Stage.head
  var due: ContinuousClock.Instant
  var target: HTTPProxyTarget?
  var addresses: [NetworkAddress] = []
  var task: Task<Void, Never>?
  private(set) var up = Flow()
  private(set) var down = Flow()
  private let epoll: Int32

  init(
    number: UInt64, serverNumber: UInt64, listener: UInt64, client: Int32, epoll: Int32,
    due: ContinuousClock.Instant
  ) {
    self.number = number
    self.serverNumber = serverNumber
    self.listener = listener
    self.client = client
    self.epoll = epoll
    self.due = due
  }

  /// The head of the request when it is whole; `isBad` when it never will be.
  func takeHead() -> (head: [UInt8]?, isBad: Bool) {
    guard receive(from: client, into: &up) else { return (nil, true) }
    let mark: [UInt8] = [13, 10, 13, 10]
    let bytes = up.bytes
    var at = 0
    while at + 4 <= bytes.count {
      if bytes[at] == 13, Array(bytes[at..<(at + 4)]) == mark {
        up.bytes = Array(bytes[(at + 4)...])
        return (Array(bytes[..<at]), false)
      }
      at += 1
    }
    return (nil, up.hasEnded || bytes.count > Self.headLimit)
  }

  /// Begins to connect to the next address; false when there is none left.
  func connectNext(port: UInt16) -> Bool {
    drop(server)
    server = -1
    while !addresses.isEmpty {
      let address = addresses.removeFirst()
      let raw = csystem_connect(address.bytes, address.bytes.count, port)
      guard raw >= 0 else { continue }
      server = raw
      stage = .connecting
      guard csystem_epoll_add(epoll, raw, serverNumber) == 0 else { return false }
      csystem_epoll_change(epoll, raw, serverNumber, 0, 1)
      return true
    }
    return false
  }

  /// The other end answered: what was meant for it goes there, and the client of a tunnel is told.
  func open(_ target: HTTPProxyTarget) {
    stage = .relaying
    if target.opening.isEmpty {
      down.bytes += Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8)
    } else {
      up.bytes = target.opening + up.bytes
    }
  }

  /// Moves what can be moved; false when the tunnel is over.
  func pump() -> Bool {
    guard move(from: client, to: server, &up), move(from: server, to: client, &down) else {
      return false
    }
    if up.isOver && down.isOver { return false }
    watch()
    return true
  }

  /// Says why it goes no further, as far as that can be said, and that nothing comes behind it.
  func refuse(_ status: Int, _ text: String) {
    let body = text + "\n"
    let answer =
      "HTTP/1.1 \(status) \(status == 403 ? "Forbidden" : "Error")\r\nContent-Type: text/plain\r\n"
      + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
    _ = csystem_send(client, answer, answer.utf8.count)
    csystem_end_sending(client)
  }

  /// Watches neither end while something is decided.
  func rest() { csystem_epoll_change(epoll, client, number, 0, 0) }

  func close() {
    task?.cancel()
    drop(client)
    drop(server)
  }

  private func drop(_ descriptor: Int32) {
    guard descriptor >= 0 else { return }
    csystem_epoll_remove(epoll, descriptor)
    Glibc.close(descriptor)
  }

  // Level by level: an end is watched for what could be done with it now.
  private func watch() {
    csystem_epoll_change(
      epoll, client, number, up.isEmpty && !up.hasEnded ? 1 : 0, down.isEmpty ? 0 : 1)
    csystem_epoll_change(
      epoll, server, serverNumber, down.isEmpty && !down.hasEnded ? 1 : 0, up.isEmpty ? 0 : 1)
  }

  private func move(from source: Int32, to target: Int32, _ flow: inout Flow) -> Bool {
    // A few rounds, so that one tunnel does not keep the thread from the others.
    for _ in 0..<4 {
      if flow.isEmpty, !flow.hasEnded, !receive(from: source, into: &flow) { return false }
      guard !flow.isEmpty else { break }
      let sent = flow.bytes.withUnsafeBytes { buffer in
        csystem_send(
          target, buffer.baseAddress.map { $0 + flow.offset }, buffer.count - flow.offset)
      }
      if sent == -2 { return false }
      guard sent > 0 else { return true }
      flow.offset += sent
      if flow.isEmpty {
        flow.bytes = []
        flow.offset = 0
      }
    }
    if flow.isOver, !flow.isShut {
      flow.isShut = true
      csystem_end_sending(target)
    }
    return true
  }

  private func receive(from source: Int32, into flow: inout Flow) -> Bool {
    var got = 0
    let more = [UInt8](unsafeUninitializedCapacity: Self.flowLimit) { buffer, count in
      got = csystem_receive(source, buffer.baseAddress, buffer.count)
      count = max(0, got)
    }
    if got == -2 { return false }
    if got == 0 { flow.hasEnded = true }
    flow.bytes += more
    return true
  }
}
