import Base
import Glibc

/// An HTTP server of the tests' own on 127.0.0.1 that does exactly what a test says, faults included.
///
/// One thread a connection with plain blocking calls: no library that could be polite behind a test's back.
package final class LoopbackServer: Sendable {
  /// A request as it came in.
  package struct Request: Sendable {
    package let method: String
    package let path: String
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]
    /// The connection that it came on, from 1.
    package let connection: Int
    /// Which request it is of all, from 1.
    package let number: Int

    package var text: String { String(decoding: body, as: UTF8.self) }

    package func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }

  /// What the server does about a request, one step after the other.
  package enum Step: Sendable {
    case send([UInt8])
    /// Runs something of the test's on the connection's thread, which may wait.
    case run(@Sendable () -> Void)
    /// Says nothing until the client is gone.
    case hang
    case close
    /// Closes so that the client sees a reset.
    case reset

    package static func text(_ text: String) -> Step { .send(Array(text.utf8)) }

    /// A whole answer that keeps the connection.
    package static func answer(
      _ status: Int = 200, headers: [String] = [], _ body: String = ""
    ) -> Step {
      let head = ["HTTP/1.1 \(status) X", "content-length: \(body.utf8.count)"] + headers
      return .text(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// The head of a chunked answer.
    package static func chunkedHead(_ status: Int = 200, headers: [String] = []) -> Step {
      let head = ["HTTP/1.1 \(status) X", "transfer-encoding: chunked"] + headers
      return .text(head.joined(separator: "\r\n") + "\r\n\r\n")
    }

    package static func chunk(_ text: String) -> Step {
      .text(String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n")
    }

    package static let lastChunk = Step.text("0\r\n\r\n")
  }

  private struct State {
    var requests: [Request] = []
    var connections = 0
    var open: Set<Int32> = []
    var gone = 0
    var sent = 0
  }

  private let listener: Int32
  private let state = Locked(State())
  private let answer: @Sendable (Request) -> [Step]
  /// Where it listens.
  package let port: Int

  /// Starts; every request is answered with the steps that `answer` gives.
  package init(_ answer: @escaping @Sendable (Request) -> [Step]) {
    self.answer = answer
    // A peer that is gone is an error of `send` and no signal: see MSG_NOSIGNAL below.
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && listen(listener, 4096) == 0
          && getsockname(listener, $0, &size) == 0
      }
    }
    guard bound else { fatalError("no loopback server: \(errno)") }
    port = Int(UInt16(bigEndian: address.sin_port))
    Self.thread { [self] in accept() }
  }

  /// The address without a slash at its end.
  package var url: String { "http://127.0.0.1:\(port)" }
  /// What came in so far.
  package var requests: [Request] { state.withLock { $0.requests } }
  /// How many connections were made.
  package var connections: Int { state.withLock { $0.connections } }
  /// How many connections are over.
  package var gone: Int { state.withLock { $0.gone } }
  /// How many bytes were handed to the kernel.
  package var sent: Int { state.withLock { $0.sent } }

  /// Ends all connections and takes no more.
  package func stop() {
    let open = state.withLock { $0.open }
    for socket in open { shutdown(socket, Int32(SHUT_RDWR)) }
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func accept() {
    while true {
      let socket = Glibc.accept(listener, nil, nil)
      guard socket >= 0 else { break }
      let number = state.withLock { state in
        state.connections += 1
        state.open.insert(socket)
        return state.connections
      }
      Self.thread { [self] in
        serve(socket, number)
        state.withLock { state in
          state.open.remove(socket)
          state.gone += 1
        }
        close(socket)
      }
    }
    close(listener)
  }

  private func serve(_ socket: Int32, _ connection: Int) {
    var buffer: [UInt8] = []
    while let request = read(socket, &buffer, connection) {
      for step in answer(request) {
        switch step {
        case .send(let bytes):
          guard write(socket, bytes) else { return }
        case .run(let body):
          body()
        case .hang:
          var byte: UInt8 = 0
          while recv(socket, &byte, 1, 0) > 0 {}
          return
        case .close:
          return
        case .reset:
          var linger = linger(l_onoff: 1, l_linger: 0)
          setsockopt(
            socket, SOL_SOCKET, SO_LINGER, &linger,
            socklen_t(MemoryLayout.size(ofValue: linger)))
          return
        }
      }
    }
  }

  private func write(_ socket: Int32, _ bytes: [UInt8]) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(
          socket, $0.baseAddress.map { $0 + done }, min(bytes.count - done, 65_536),
          Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      done += count
      state.withLock { $0.sent += count }
    }
    return true
  }

  private func read(_ socket: Int32, _ buffer: inout [UInt8], _ connection: Int) -> Request? {
    var end = Self.headEnd(buffer)
    while end == nil {
      guard fill(socket, &buffer) else { return nil }
      end = Self.headEnd(buffer)
    }
    guard let end else { return nil }
    let lines = String(decoding: buffer[..<(end - 4)], as: UTF8.self).split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    let headers = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
      return (name: String(parts[0]), value: String(value))
    }
    let length =
      headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
    while buffer.count < end + length {
      guard fill(socket, &buffer) else { return nil }
    }
    let body = Array(buffer[end..<(end + length)])
    buffer.removeFirst(end + length)
    return state.withLock { state in
      let request = Request(
        method: String(words[0]), path: String(words[1]), headers: headers, body: body,
        connection: connection, number: state.requests.count + 1)
      state.requests.append(request)
      return request
    }
  }

  private func fill(_ socket: Int32, _ buffer: inout [UInt8]) -> Bool {
    var piece = [UInt8](repeating: 0, count: 65_536)
    let count = recv(socket, &piece, piece.count, 0)
    guard count > 0 else { return false }
    buffer += piece[..<count]
    return true
  }

  private static func headEnd(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    for index in 0...(bytes.count - 4)
    where bytes[index] == 13 && bytes[index + 1] == 10 && bytes[index + 2] == 13
      && bytes[index + 3] == 10
    {
      return index + 4
    }
    return nil
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static func thread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Work(body)).toOpaque()
    pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, context)
    pthread_detach(thread)
  }
}

/// A door between a test and a server's thread: whoever waits goes on when it is opened.
package final class Door: Sendable {
  private let opened = Locked(false)

  package init() {}

  package func open() { opened.withLock { $0 = true } }

  /// Waits on a thread of its own; at most ten seconds, so that a broken test ends.
  package func wait() {
    for _ in 0..<10_000 where !opened.withLock({ $0 }) { usleep(1000) }
  }
}

/// Waits until something holds that another thread brings about; false after ten seconds.
package func eventually(_ holds: @Sendable () -> Bool) async throws -> Bool {
  for _ in 0..<2000 {
    if holds() { return true }
    try await Task.sleep(for: .milliseconds(5))
  }
  return holds()
}
