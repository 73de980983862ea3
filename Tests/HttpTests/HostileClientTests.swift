import Base
import Http
import Platform
import Testing

/// Whoever connects may be an agent that wants to eat the coordinator.
@Suite struct HostileClientTests {
  static let head = "POST / HTTP/1.1\r\nHost: h\r\n"

  @Test(arguments: [
    ("a head that never ends", head + String(repeating: "X-Fill: aaaaaaaaaaaa\r\n", count: 9000)),
    ("one endless field", head + "X: " + String(repeating: "a", count: 200_000)),
    ("an endless target", "GET /" + String(repeating: "a", count: 200_000)),
    ("a chunk of no size", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"),
    ("a chunk of negative size", head + "Transfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n0\r\n\r\n"),
    (
      "a chunk beyond all numbers",
      head + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffffff\r\nabc"
    ),
    ("a chunk without its end", head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcXX0\r\n\r\n"),
    ("a length that is none", head + "Content-Length: many\r\n\r\nabc"),
    ("a negative length", head + "Content-Length: -1\r\n\r\nabc"),
    ("a length beyond all numbers", head + "Content-Length: 99999999999999999999999\r\n\r\nabc"),
    ("a body larger than allowed", head + "Content-Length: 2000000\r\n\r\nabc"),
    ("no HTTP at all", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n"),
    ("no host", "GET / HTTP/1.1\r\n\r\n"),
  ])
  func `what is no valid request reaches no handler and ends the connection`(
    name: String, bytes: String
  ) async throws {
    let calls = Locked(0)
    var limits = HTTPServerLimits()
    limits.bodyBytes = 1 << 20
    try await Loopback.serve(
      limits,
      { _ in
        calls.withLock { $0 += 1 }
        return .text(200, "reached")
      }
    ) { _, _, port in
      let client = try RawClient(port: port)
      await client.send(bytes)
      client.endSending()
      let answer = await client.receiveAll()
      #expect(answer.isEmpty || answer.hasPrefix("HTTP/1."), "\(name): \(answer)")
      #expect(!answer.hasPrefix("HTTP/1.1 2"), "\(name): \(answer)")
      #expect(calls.withLock { $0 } == 0, "\(name)")
      // And the next one is served.
      let next = try RawClient(port: port)
      await next.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
      #expect(await next.receiveAll().hasSuffix("reached"))
    }
  }

  @Test func `a body that grows chunk by chunk ends where it is too large`() async throws {
    var limits = HTTPServerLimits()
    limits.bodyBytes = 1 << 20
    try await Loopback.serve(limits, { _ in .text(200, "reached") }) { _, _, port in
      let client = try RawClient(port: port)
      await client.send(Self.head + "Transfer-Encoding: chunked\r\n\r\n")
      let chunk = "10000\r\n" + String(repeating: "a", count: 65536) + "\r\n"
      for _ in 0..<40 { await client.send(chunk) }
      #expect(!(await client.receiveAll()).contains("reached"))
    }
  }

  @Test func `bodies that do not fit into a listener together are not held together`() async throws
  {
    var limits = HTTPServerLimits()
    limits.heldBytes = 3 << 19
    limits.requestTime = .seconds(600)
    try await Loopback.serve(limits, { _ in .text(200, "reached") }) { _, _, port in
      let most = String(repeating: "a", count: 1 << 20)
      let rest = String(repeating: "a", count: 1000)
      let clients = try [RawClient(port: port), RawClient(port: port)]
      for client in clients {
        await client.send(
          Self.head + "Connection: close\r\nContent-Length: \(most.count + rest.count)\r\n\r\n")
        await client.send(most)
      }
      // Which of them goes is a matter of their coming; it makes room for the other.
      let (gone, left) = await withTaskGroup(of: (Int, String).self) { group in
        for (number, client) in clients.enumerated() {
          group.addTask { (number, await client.receiveAll()) }
        }
        let gone = await group.next()
        await clients[gone?.0 == 0 ? 1 : 0].send(rest)
        return (gone, await group.next())
      }
      #expect(gone?.1 == "" && left?.1.hasSuffix("reached") == true)
      let refused = clients[gone?.0 ?? 0]
      await refused.send(rest)
      #expect(await refused.receiveAll().isEmpty)
    }
  }

  @Test func `a request that drips in is cut at its time, whatever comes`() async throws {
    var limits = HTTPServerLimits()
    limits.requestTime = .milliseconds(300)
    try await Loopback.serve(limits, { _ in .text(200, "reached") }) { _, _, port in
      for start in ["G", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n"] {
        let client = try RawClient(port: port)
        await client.send(start)
        let drip = Task {
          while !Task.isCancelled {
            await client.send("a")
            try await Task.sleep(for: .milliseconds(20))
          }
        }
        #expect(!(await client.receiveAll()).contains("reached"))
        drip.cancel()
      }
    }
  }

  @Test func `connections beyond the number of a listener wait, and are served when one goes`()
    async throws
  {
    var limits = HTTPServerLimits()
    limits.connectionsPerListener = 4
    try await Loopback.serve(limits, { _ in .text(200, "reached") }) { server, _, port in
      var idle = try (0..<4).map { _ in try RawClient(port: port) }
      // They are in as soon as they are answered.
      for client in idle {
        await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = await client.receive(until: "reached")
      }
      let late = try RawClient(port: port)
      await late.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
      let (_, other) = try server.serve(loopback: 0) { _ in .text(200, "other") }
      let elsewhere = try RawClient(port: other)
      await elsewhere.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
      #expect(await elsewhere.receiveAll().hasSuffix("other"))
      idle.removeLast()
      #expect(await late.receiveAll().hasSuffix("reached"))
    }
  }

  @Test func `requests sent all at once are answered in their order`() async throws {
    try await Loopback.serve({ request in
      .text(200, "<\(request.path)>")
    }) { _, _, port in
      let client = try RawClient(port: port)
      let all = (0..<50).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined()
      await client.send(all + "GET /end HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
      let answer = await client.receiveAll()
      let order = answer.split(separator: "<").dropFirst().compactMap {
        $0.split(separator: ">").first
      }
      #expect(order == (0..<50).map { "/\($0)" } + ["/end"])
    }
  }
}
