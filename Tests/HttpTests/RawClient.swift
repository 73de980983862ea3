import Glibc
import Http
import Platform

/// A client that sends what it likes, on threads that may wait.
final class RawClient: Sendable {
  let descriptor: Int32

  init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    // A server that never answers fails the test instead of hanging it.
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    struct Refused: Error {}
    guard code == 0 else { throw Refused() }
  }

  deinit { close(descriptor) }

  func send(_ text: String) async { await send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) async {
    _ = try? await BlockingWork.run { [descriptor] in
      var sent = 0
      while sent < bytes.count {
        let got = bytes.withUnsafeBytes {
          Glibc.send(
            descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
        }
        guard got > 0 else { return }
        sent += got
      }
    }
  }

  /// The next bytes; empty at the end or when the connection broke.
  func receive(_ limit: Int = 65536) async -> String {
    let bytes = try? await BlockingWork.run { [descriptor] in
      [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        count = max(0, recv(descriptor, buffer.baseAddress, limit, 0))
      }
    }
    return String(decoding: bytes ?? [], as: UTF8.self)
  }

  /// Everything until the other end closes.
  func receiveAll() async -> String {
    var all = ""
    while true {
      let more = await receive()
      if more.isEmpty { return all }
      all += more
    }
  }

  /// What comes until `text` is in it, or the end.
  func receive(until text: String) async -> String {
    var all = ""
    while !all.contains(text) {
      let more = await receive()
      if more.isEmpty { return all }
      all += more
    }
    return all
  }

  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }
}

enum Loopback {
  /// The same with the usual limits.
  static func serve(
    _ handler: @escaping HTTPHandler,
    _ body: (HTTPServer, HTTPListening, UInt16) async throws -> Void
  ) async throws {
    try await serve(HTTPServerLimits(), handler, body)
  }

  /// A server with one listener, both gone afterwards.
  static func serve(
    _ limits: HTTPServerLimits, _ handler: @escaping HTTPHandler,
    _ body: (HTTPServer, HTTPListening, UInt16) async throws -> Void
  ) async throws {
    let server = try HTTPServer(limits: limits)
    do {
      let (listening, port) = try server.serve(loopback: 0, handler)
      try await body(server, listening, port)
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }
}
