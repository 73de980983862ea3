import Base
import Glibc
import Loopback
import Testing

@testable import Transport

@Suite struct HTTPStreamTests {
  @Test func `pieces are handed out as they come`() async throws {
    let doors = [Door(), Door()]
    let server = LoopbackServer { _ in
      [
        .chunkedHead(headers: ["content-type: text/event-stream"]), .run { doors[0].wait() },
        .chunk("one"), .run { doors[1].wait() }, .chunk("two"), .lastChunk,
      ]
    }
    defer { server.stop() }
    // What comes next is sent only after what came before was seen: nothing can have been held back.
    let stream = try await HTTPClient().open(HTTPRequest("GET", server.url))
    #expect(stream.head.headers["content-type"] == "text/event-stream")
    doors[0].open()
    #expect(try await stream.next() == Array("one".utf8))
    doors[1].open()
    #expect(try await stream.next() == Array("two".utf8))
    #expect(try await stream.next() == nil)
    #expect(try await stream.next() == nil)
  }

  @Test func `a reader that is behind makes the server wait`() async throws {
    let size = 48 << 20
    let server = LoopbackServer { _ in
      [
        .text("HTTP/1.1 200 X\r\ncontent-length: \(size)\r\n\r\n"),
        .send([UInt8](repeating: 7, count: size)),
      ]
    }
    defer { server.stop() }
    var request = HTTPRequest("GET", server.url)
    request.limits.waitingBytes = 64 << 10
    // Long enough to be over it while nothing is read: a server that is made to wait does not stall.
    request.limits.stall = .milliseconds(300)
    let client = HTTPClient()
    let stream = try await client.open(request)
    var before = -1
    var quiet = 0
    while quiet < 10 {
      try await Task.sleep(for: .milliseconds(50))
      quiet = server.sent == before ? quiet + 1 : 0
      before = server.sent
    }
    #expect(server.sent < size / 2)
    // The thread is free meanwhile.
    let other = LoopbackServer { _ in [.answer(200, "ok")] }
    defer { other.stop() }
    #expect(try await client.send(HTTPRequest("GET", other.url)).head.status == 200)
    var count = 0
    while let piece = try await stream.next() { count += piece.count }
    #expect(count == size)
  }

  @Test func `what came before a break is handed out before the fault`() async throws {
    let server = LoopbackServer { _ in [.chunkedHead(), .chunk("half"), .close] }
    defer { server.stop() }
    let stream = try await HTTPClient().open(HTTPRequest("GET", server.url))
    var text: [UInt8] = []
    let fault = await #expect(throws: HTTPFault.self) {
      while let piece = try await stream.next() { text += piece }
    }
    #expect(fault?.kind == .broken)
    #expect(text == Array("half".utf8))
  }

  @Test func `a stream that nobody holds any more is given up`() async throws {
    let server = LoopbackServer { _ in [.chunkedHead(), .chunk("a"), .hang] }
    defer { server.stop() }
    let client = HTTPClient()
    _ = try await client.open(HTTPRequest("GET", server.url)).next()
    #expect(try await eventually { server.gone == 1 })
    _ = client
  }

  @Test func `a stream that is let go keeps its connection when its end comes`() async throws {
    let door = Door()
    let server = LoopbackServer { _ in
      [.chunkedHead(), .chunk("all"), .run { door.wait() }, .chunk("rest"), .lastChunk]
    }
    defer { server.stop() }
    let client = HTTPClient()
    let stream = try await client.open(HTTPRequest("GET", server.url))
    #expect(try await stream.next() == Array("all".utf8))
    stream.letGo()
    door.open()
    // Only the end of the first answer frees its connection for the second request.
    try await Task.sleep(for: .milliseconds(300))
    #expect(try await client.send(HTTPRequest("GET", server.url)).body == Array("allrest".utf8))
    #expect(server.connections == 1)
  }
}
