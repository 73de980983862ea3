import Base
import Loopback
import Testing

@testable import Transport

@Suite struct HTTPFaultTests {
  typealias Step = LoopbackServer.Step

  struct Case: Sendable, CustomTestStringConvertible {
    let what: String
    let steps: [Step]
    let kind: HTTPFault.Kind
    var limits = HTTPLimits()

    var testDescription: String { what }

    init(
      _ what: String, _ kind: HTTPFault.Kind, _ steps: [Step],
      _ change: (inout HTTPLimits) -> Void = { _ in }
    ) {
      self.what = what
      self.kind = kind
      self.steps = steps
      change(&limits)
    }
  }

  static let cases: [Case] = [
    Case(
      "cut below its length", .broken,
      [.text("HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\nab"), .close]),
    Case("cut between chunks", .broken, [.chunkedHead(), .chunk("ab"), .close]),
    Case("reset in the middle", .broken, [.chunkedHead(), .chunk("ab"), .reset]),
    Case("closed without a word", .broken, [.close]),
    Case("no HTTP", .broken, [.text("ssh-2.0\r\n\r\n"), .close]),
    Case("no head in time", .stalled, [.hang], { $0.head = .milliseconds(150) }),
    Case("nothing after the first piece", .stalled, [.chunkedHead(), .chunk("ab"), .hang]) {
      $0.stall = .milliseconds(150)
    },
    Case("no end in time", .deadline, [.chunkedHead(), .chunk("ab"), .hang]) {
      $0.total = .milliseconds(150)
    },
    Case("body over the bound", .tooLarge, [.answer(200, String(repeating: "x", count: 9000))]) {
      $0.bodyBytes = 8999
    },
    Case(
      "head over the bound", .tooLarge,
      [.answer(200, headers: ["x: " + String(repeating: "y", count: 5000)], "")]
    ) {
      $0.headBytes = 4096
    },
  ]

  @Test(arguments: cases)
  func `what is no whole answer is a fault`(case test: Case) async throws {
    let server = LoopbackServer { _ in test.steps }
    defer { server.stop() }
    let client = HTTPClient()
    let request = HTTPRequest("POST", server.url + "/v1", body: [1], limits: test.limits)
    let whole = await #expect(throws: HTTPFault.self) { try await client.send(request) }
    #expect(whole?.kind == test.kind)
    #expect(whole?.mayHaveArrived == true)
    let pieces = await #expect(throws: HTTPFault.self) {
      let stream = try await client.open(request)
      _ = try await stream.rest()
    }
    #expect(pieces?.kind == test.kind)
  }

  @Test(arguments: [
    ("ftp://127.0.0.1/", [:], HTTPFault.Kind.invalid),
    ("file:///etc/passwd", [:], .invalid),
    ("http://user:word@127.0.0.1/", [:], .invalid),
    ("http://127.0.0.1:1/ x", [:], .invalid),
    ("http://127.0.0.1:1/", ["x-key": "one\r\nx-other: two"], .invalid),
    ("http://127.0.0.1:1/", ["x key": "one"], .invalid),
    ("http://127.0.0.1:1/", [:], .unreachable),
  ])
  func `what cannot be sent never arrived`(
    url: String, headers: [String: String], kind: HTTPFault.Kind
  ) async throws {
    let fields = HTTPHeaders(headers.map { HTTPHeaders.Field($0.key, $0.value) })
    let fault = await #expect(throws: HTTPFault.self) {
      try await HTTPClient().send(HTTPRequest("GET", url, headers: fields))
    }
    #expect(fault?.kind == kind)
    #expect(fault?.mayHaveArrived == false)
    #expect(fault?.message.contains("two") == false)
  }

  @Test func `a call that is given up before it starts is never sent`() async throws {
    let server = LoopbackServer { _ in [.answer(200, "ok")] }
    defer { server.stop() }
    let client = HTTPClient()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await client.send(HTTPRequest("GET", server.url + "/cancelled"))
    }
    let fault = await #expect(throws: HTTPFault.self) { try await task.value }
    #expect(fault?.kind == .cancelled)
    _ = try await client.send(HTTPRequest("GET", server.url + "/later"))
    #expect(!server.requests.contains { $0.path == "/cancelled" })
  }

  @Test(arguments: [false, true])
  func `giving up a call that waits ends its connection`(streamed: Bool) async throws {
    let server = LoopbackServer { _ in streamed ? [.chunkedHead(), .chunk("a"), .hang] : [.hang] }
    defer { server.stop() }
    let client = HTTPClient()
    let task = Task {
      let request = HTTPRequest("POST", server.url, body: [1])
      if streamed {
        _ = try await client.open(request).rest()
      } else {
        _ = try await client.send(request)
      }
    }
    #expect(try await eventually { server.requests.count == 1 })
    task.cancel()
    let fault = await #expect(throws: HTTPFault.self) { try await task.value }
    #expect(fault?.kind == .cancelled)
    #expect(try await eventually { server.gone == 1 })
  }

  @Test func `a client that goes takes its thread and connections with it`() async throws {
    let server = LoopbackServer { _ in [.answer(200, "ok")] }
    defer { server.stop() }
    _ = try await HTTPClient().send(HTTPRequest("GET", server.url))
    #expect(try await eventually { server.gone == 1 })
  }
}
