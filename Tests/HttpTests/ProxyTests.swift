import Base
import Http
import Loopback
import Platform
import Testing

/// A proxy that decides by name, in front of a server that says what it got.
@Suite struct ProxyTests {
  static let here = NetworkAddress(bytes: [127, 0, 0, 1])

  /// A server, a proxy that leads `near.test` there, and the targets that were asked for.
  static func with(
    _ body: (_ proxy: UInt16, _ server: UInt16, _ asked: Locked<[HTTPProxyTarget]>) async throws ->
      Void
  ) async throws {
    let asked = Locked<[HTTPProxyTarget]>([])
    try await Loopback.serve({ request in
      .text(
        200,
        "\(request.method) \(request.path) host=\(request.header("host") ?? "") "
          + "\(request.header("proxy-authorization") ?? "-") \(request.body.count)")
    }) { server, _, port in
      var limits = HTTPServerLimits()
      limits.requestTime = .milliseconds(500)
      let front = try HTTPServer(limits: limits)
      let socket = LoopbackSocket()
      _ = try front.proxy(listener: socket.raw) { target in
        asked.withLock { $0.append(target) }
        guard target.host == "near.test" else {
          return .refuse(403, "\(target.host) is not allowed")
        }
        return .connect([Self.here].compactMap(\.self))
      }
      do {
        try await body(socket.port, port, asked)
      } catch {
        await front.stop()
        throw error
      }
      await front.stop()
    }
  }

  @Test func `a tunnel carries what both sides send, and both ends`() async throws {
    try await Self.with { proxy, server, _ in
      let client = try RawClient(port: proxy)
      await client.send("CONNECT near.test:\(server) HTTP/1.1\r\nHost: near.test:\(server)\r\n\r\n")
      #expect(await client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200"))
      let body = String(repeating: "b", count: 3 << 20)
      await client.send(
        "POST /up HTTP/1.1\r\nHost: inner\r\nContent-Length: \(body.utf8.count)\r\n"
          + "Connection: close\r\n\r\n\(body)")
      #expect(await client.receiveAll().hasSuffix("POST /up host=inner - \(3 << 20)"))
    }
  }

  @Test func `a plain request goes on in its own form, without what was meant for the proxy`()
    async throws
  {
    try await Self.with { proxy, server, asked in
      let client = try RawClient(port: proxy)
      await client.send(
        "POST http://Near.test:\(server)/a?b=c HTTP/1.1\r\nHost: elsewhere\r\n"
          + "Proxy-Authorization: Basic eA==\r\nProxy-Connection: keep-alive\r\n"
          + "Content-Length: 3\r\n\r\nabc")
      let answer = await client.receiveAll()
      #expect(answer.hasSuffix("POST /a host=Near.test:\(server) - 3"))
      #expect(answer.lowercased().contains("connection: close"))
      #expect(asked.withLock { $0.map(\.host) } == ["near.test"])
    }
  }

  @Test(arguments: [
    ("CONNECT far.test:443 HTTP/1.1\r\n\r\n", "403", "far.test"),
    ("GET http://far.test/ HTTP/1.1\r\n\r\n", "403", "far.test"),
    ("CONNECT near.test:1 HTTP/1.1\r\n\r\n", "502", "near.test"),
    ("CONNECT near.test HTTP/1.1\r\n\r\n", "400", ""),
    ("CONNECT near.test:0 HTTP/1.1\r\n\r\n", "400", ""),
    ("CONNECT near.test:99999 HTTP/1.1\r\n\r\n", "400", ""),
    ("GET / HTTP/1.1\r\nHost: near.test\r\n\r\n", "400", ""),
    ("GET ftp://near.test/ HTTP/1.1\r\n\r\n", "400", ""),
    ("GET http://name:word@near.test/ HTTP/1.1\r\n\r\n", "400", ""),
    ("CONNECT [::1:443 HTTP/1.1\r\n\r\n", "400", ""),
    ("CONNECT [::1]:443 HTTP/1.1\r\n\r\n", "403", "::1"),
    ("nonsense\r\n\r\n", "400", ""),
    (String(repeating: "A", count: 20_000), "400", ""),
  ])
  func `what is not allowed or not understood ends with a status`(
    request: String, status: String, host: String
  ) async throws {
    try await Self.with { proxy, _, asked in
      let client = try RawClient(port: proxy)
      await client.send(request)
      let answer = await client.receiveAll()
      // A connection that is broken off with bytes unread may lose its answer; never more than that.
      #expect(answer.hasPrefix("HTTP/1.1 \(status) ") || answer.isEmpty && request.count > 9999)
      #expect(asked.withLock { $0.map(\.host) } == (host.isEmpty ? [] : [host]))
    }
  }

  @Test func `a head that never ends is cut at its time`() async throws {
    try await Self.with { proxy, _, _ in
      let client = try RawClient(port: proxy)
      await client.send("CONNECT near")
      #expect(await client.receiveAll().isEmpty)
    }
  }

  @Test func `closing the listener breaks its tunnels`() async throws {
    try await Loopback.serve({ _ in .text(200, "never asked") }) { server, _, port in
      let socket = LoopbackSocket()
      let listening = try server.proxy(listener: socket.raw) { _ in
        .connect([Self.here].compactMap(\.self))
      }
      let client = try RawClient(port: socket.port)
      await client.send("CONNECT a:\(port) HTTP/1.1\r\n\r\n")
      _ = await client.receive(until: "\r\n\r\n")
      await listening.close()
      #expect(await client.receiveAll().isEmpty)
    }
  }

  @Test(arguments: [
    ("93.184.216.34", true), ("8.8.8.8", true), ("127.0.0.1", false), ("127.9.9.9", false),
    ("10.1.2.3", false), ("172.16.0.1", false), ("172.31.255.255", false), ("172.32.0.1", true),
    ("192.168.1.1", false), ("169.254.169.254", false), ("100.64.0.1", false),
    ("100.128.0.1", true), ("0.0.0.0", false), ("224.0.0.1", false), ("255.255.255.255", false),
    ("198.19.0.1", false), ("::1", false), ("::", false), ("fe80::1", false), ("fd00::1", false),
    ("::ffff:127.0.0.1", false), ("::ffff:8.8.8.8", true), ("2606:4700::1111", true),
    ("2002:7f00:1::", false), ("2001:0:1::", false), ("64:ff9b::7f00:1", false),
  ])
  func `an address is public or not`(text: String, isPublic: Bool) async {
    let found = await NetworkAddress.resolve(text)
    #expect(found.map(\.isPublic) == [isPublic], "\(found)")
  }

  @Test func `a name has the addresses that the machine knows of it`() async {
    #expect(await NetworkAddress.resolve("localhost").contains { $0 == Self.here })
    #expect(await NetworkAddress.resolve("no such host").isEmpty)
  }
}
