import Base
import Glibc
import Loopback
import Testing

@testable import Transport

@Suite struct HTTPClientTests {
  @Test func `a request goes out as it is and the whole answer comes back`() async throws {
    let server = LoopbackServer { _ in
      [.answer(429, headers: ["Retry-After:  7 ", "x-two: a", "X-Two: b"], "slow down")]
    }
    defer { server.stop() }
    let body = Array(repeating: UInt8(ascii: "x"), count: 300_000)
    let response = try await HTTPClient().send(
      HTTPRequest(
        "POST", server.url + "/v1/x?beta=true",
        headers: ["Content-Type": "application/json", "X-Key": "k1"], body: body))
    #expect(response.head.status == 429)
    #expect(!response.head.isSuccess)
    #expect(response.head.headers["retry-after"] == "7")
    #expect(response.head.headers.fields.filter { $0.name.lowercased() == "x-two" }.count == 2)
    #expect(String(decoding: response.body, as: UTF8.self) == "slow down")
    let request = try #require(server.requests.first)
    #expect(request.method == "POST")
    #expect(request.path == "/v1/x?beta=true")
    #expect(request.body == body)
    #expect(request.header("x-key") == "k1")
    #expect(request.header("content-type") == "application/json")
    #expect(request.header("user-agent") == "belay")
    #expect(request.header("expect") == nil)
  }

  @Test(arguments: ["GET", "HEAD", "DELETE"])
  func `a request without a body sends none`(method: String) async throws {
    let server = LoopbackServer { request in
      [.answer(200, request.method == "HEAD" ? "" : "ok")]
    }
    defer { server.stop() }
    let response = try await HTTPClient().send(HTTPRequest(method, server.url + "/"))
    #expect(response.head.status == 200)
    #expect(server.requests.first?.method == method)
    #expect(server.requests.first?.body == [])
  }

  @Test func `a connection is used again`() async throws {
    let server = LoopbackServer { _ in [.answer(200, "ok")] }
    defer { server.stop() }
    let client = HTTPClient()
    for _ in 0..<5 { _ = try await client.send(HTTPRequest("POST", server.url, body: [1])) }
    #expect(server.connections == 1)
    #expect(server.requests.count == 5)
  }

  @Test func `a kept connection that the server closed is replaced`() async throws {
    let server = LoopbackServer { _ in [.answer(200, "ok"), .close] }
    defer { server.stop() }
    let client = HTTPClient()
    for _ in 0..<3 {
      let response = try await client.send(HTTPRequest("POST", server.url, body: [1, 2, 3]))
      #expect(response.head.status == 200)
      #expect(try await eventually { server.gone == server.connections })
    }
    #expect(server.requests.map(\.body) == [[1, 2, 3], [1, 2, 3], [1, 2, 3]])
  }

  @Test func `hundreds of calls wait at once and all are answered`() async throws {
    let door = Door()
    let server = LoopbackServer { request in
      [.run { door.wait() }, .answer(200, request.text)]
    }
    defer { server.stop() }
    let client = HTTPClient()
    let answers = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<400 {
        group.addTask {
          let response = try await client.send(
            HTTPRequest("POST", server.url, body: Array("\(number)".utf8)))
          return String(decoding: response.body, as: UTF8.self)
        }
      }
      #expect(try await eventually { server.requests.count == 400 })
      door.open()
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(answers == Set((0..<400).map { "\($0)" }))
  }

  @Test func `redirects are handed out and not followed`() async throws {
    let server = LoopbackServer { _ in [.answer(302, headers: ["location: /other"], "")] }
    defer { server.stop() }
    let response = try await HTTPClient().send(HTTPRequest("GET", server.url + "/first"))
    #expect(response.head.status == 302)
    #expect(server.requests.count == 1)
  }

  @Test func `the environment's proxy is not used, one that is asked for is`() async throws {
    setenv("http_proxy", "http://127.0.0.1:1", 1)
    setenv("all_proxy", "http://127.0.0.1:1", 1)
    defer {
      unsetenv("http_proxy")
      unsetenv("all_proxy")
    }
    let server = LoopbackServer { _ in [.answer(200, "ok")] }
    defer { server.stop() }
    _ = try await HTTPClient().send(HTTPRequest("GET", server.url + "/straight"))
    _ = try await HTTPClient().send(
      HTTPRequest("GET", "http://models.example/through", proxy: server.url))
    #expect(server.requests.map(\.path) == ["/straight", "http://models.example/through"])
  }

  @Test func `interim heads and trailers are passed over`() async throws {
    let server = LoopbackServer { _ in
      [
        .text("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"), .chunkedHead(), .chunk("body"),
        .text("0\r\nx-trailer: 1\r\n\r\n"),
      ]
    }
    defer { server.stop() }
    let response = try await HTTPClient().send(HTTPRequest("GET", server.url))
    #expect(response.head.status == 200)
    #expect(response.head.headers["link"] == nil)
    #expect(response.head.headers["x-trailer"] == nil)
    #expect(String(decoding: response.body, as: UTF8.self) == "body")
  }

  @Test func `what a request is printed as shows no header and no query`() {
    let request = HTTPRequest(
      "POST", "https://models.example/v1?key=sk-secret", headers: ["Authorization": "sk-secret"])
    var dumped = ""
    dump(request, to: &dumped)
    for text in ["\(request)", String(reflecting: request), dumped] {
      #expect(!text.contains("sk-secret"))
      #expect(text.contains("https://models.example/v1"))
    }
  }
}
