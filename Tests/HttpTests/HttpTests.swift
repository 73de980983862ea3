import Base
import Http
import Platform
import Testing

@Suite struct HttpTests {
  static func echo(_ request: HTTPServerRequest) -> HTTPServerResponse {
    let fields = request.headers.filter { $0.name.hasPrefix("x-") }.map { "\($0.name)=\($0.value)" }
    return .text(
      200,
      "\(request.method) \(request.path) ? \(request.query) [\(fields.joined(separator: ","))] "
        + String(decoding: request.body, as: UTF8.self))
  }

  @Test func `a request arrives whole: method, target as it was sent, fields, body`() async throws {
    try await Loopback.serve({ Self.echo($0) }) { _, _, port in
      let client = try RawClient(port: port)
      await client.send(
        "POST /v1/a%20b:c?x=1&y=%41 HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nX-Two: 2\r\n"
          + "Content-Length: 5\r\nConnection: close\r\n\r\nhello")
      let answer = await client.receiveAll()
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(answer.hasSuffix("POST /v1/a%20b:c ? x=1&y=%41 [x-one=1,x-two=2] hello"))
    }
  }

  @Test func `a chunked body is put together, and a connection serves one request after the other`()
    async throws
  {
    try await Loopback.serve({ Self.echo($0) }) { _, _, port in
      let client = try RawClient(port: port)
      for _ in 0..<3 {
        await client.send(
          "PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        await client.send("4;ext=1\r\ndefg\r\n0\r\n\r\n")
        #expect(await client.receive(until: "defg").hasSuffix("PUT /c ?  [] abcdefg"))
      }
    }
  }

  @Test func `a streamed answer goes out piece by piece, each as soon as it is written`()
    async throws
  {
    let (steps, go) = AsyncStream.makeStream(of: Void.self)
    try await Loopback.serve({ _ in
      HTTPServerResponse(
        status: 200, headers: [("content-type", "text/event-stream")],
        body: .stream { writer in
          var number = 0
          for await _ in steps {
            number += 1
            try await writer.write(Array("piece \(number)\n".utf8))
          }
        })
    }) { _, _, port in
      let client = try RawClient(port: port)
      await client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
      for number in 1...20 {
        go.yield()
        #expect(await client.receive(until: "piece \(number)\n").contains("piece \(number)\n"))
      }
      go.finish()
      #expect(await client.receiveAll().hasSuffix("0\r\n\r\n"))
    }
  }

  @Test func `a writer waits for a reader that is slow, and holds little meanwhile`() async throws {
    let written = Locked(0)
    var limits = HTTPServerLimits()
    limits.unreadBytes = 64 << 10
    try await Loopback.serve(
      limits,
      { _ in
        HTTPServerResponse(
          status: 200,
          body: .stream { writer in
            for _ in 0..<2000 {
              try await writer.write([UInt8](repeating: 120, count: 16 << 10))
              written.withLock { $0 += 16 << 10 }
            }
          })
      }
    ) { _, _, port in
      let client = try RawClient(port: port)
      await client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
      _ = await client.receive(100)
      // What the kernel's buffers take, and no more: it stands still long before the end.
      var last = -1
      while written.withLock({ $0 }) != last {
        last = written.withLock { $0 }
        try await Task.sleep(for: .milliseconds(100))
      }
      #expect(last < 2000 * (16 << 10))
      let rest = await client.receiveAll()
      #expect(written.withLock { $0 } == 2000 * (16 << 10))
      #expect(rest.utf8.filter { $0 == 120 }.count >= 1999 * (16 << 10))
    }
  }

  @Test func `an answer that fails in the middle is cut, and cannot be taken for a whole one`()
    async throws
  {
    struct Failed: Error {}
    try await Loopback.serve({ _ in
      HTTPServerResponse(
        status: 200,
        body: .stream { writer in
          try await writer.write(Array("half".utf8))
          throw Failed()
        })
    }) { _, _, port in
      let client = try RawClient(port: port)
      await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      let answer = await client.receiveAll()
      #expect(answer.contains("half"))
      #expect(!answer.contains("0\r\n\r\n"))
    }
  }

  @Test func `a handler is cancelled when the one who asked is gone`() async throws {
    let (events, tell) = AsyncStream.makeStream(of: String.self)
    try await Loopback.serve({ _ in
      tell.yield("began")
      try? await Task.sleep(for: .seconds(3600))
      tell.yield(Task.isCancelled ? "cancelled" : "slept")
      return .text(200, "late")
    }) { _, _, port in
      var heard = events.makeAsyncIterator()
      var client: RawClient? = try RawClient(port: port)
      await client?.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(await heard.next() == "began")
      client = nil
      #expect(await heard.next() == "cancelled")
    }
  }

  @Test func `closing a listener cancels what runs, waits for it and leaves other listeners alone`()
    async throws
  {
    let (events, tell) = AsyncStream.makeStream(of: Void.self)
    let over = Locked(false)
    try await Loopback.serve({ _ in
      tell.yield()
      try? await Task.sleep(for: .seconds(3600))
      over.withLock { $0 = true }
      return .text(200, "late")
    }) { server, listening, port in
      var heard = events.makeAsyncIterator()
      let (_, other) = try server.serve(loopback: 0) { Self.echo($0) }
      let client = try RawClient(port: port)
      await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      await heard.next()
      await listening.close()
      #expect(over.withLock { $0 })
      #expect(!(await client.receiveAll()).contains("late"))
      #expect(throws: (any Error).self) { try RawClient(port: port) }
      await listening.close()
      let second = try RawClient(port: other)
      await second.send("GET /still HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
      #expect(await second.receiveAll().contains("GET /still"))
    }
  }

  @Test func `a port that is taken is an error that names it`() async throws {
    try await Loopback.serve({ Self.echo($0) }) { server, _, port in
      let error = #expect(throws: BelayError.self) {
        _ = try server.serve(loopback: port) { Self.echo($0) }
      }
      #expect(error?.kind == .busy)
      #expect(error?.place == "127.0.0.1:\(port)")
    }
  }
}
