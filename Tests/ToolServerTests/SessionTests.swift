import Base
import Testing

@testable import ToolServer

/// The protocol, message by message.
@Suite struct SessionTests {
  static let echo = Tool(
    name: "echo", title: "Echo", description: "Says it again", inputSchema: ["type": "object"]
  ) { ToolAnswer($0) }

  static func session(calls: Int = 4, waiting: Int = 8) -> Session {
    var limits = ToolServer.Limits()
    limits.calls = calls
    limits.waiting = waiting
    return Session(
      ServerIdentity(name: "belay", version: "1", instructions: "read"), [echo], limits)
  }

  static func text(_ text: String) -> LineSplitter.Line { .text(Array(text.utf8)) }

  static func initialize(_ version: String) -> LineSplitter.Line {
    text(
      #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\#(version)"}}"#)
  }

  static func sent(_ steps: [Step]) -> [JSON] {
    steps.compactMap { if case .send(let message) = $0 { message } else { nil } }
  }

  static let meta =
    #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","x-other":{"a":1}}"#

  @Test(arguments: [
    ("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2024-11-05", "2024-11-05"),
    ("2031-01-01", "2025-11-25"), ("2026-07-28", "2025-11-25"),
  ])
  func `a greeting settles on a version that is known`(asked: String, agreed: String) {
    var session = Self.session()
    let answer = Self.sent(session.receive(Self.initialize(asked)))
    #expect(answer.count == 1)
    #expect(answer[0]["result"]["protocolVersion"].string == agreed)
    #expect(answer[0]["result"]["serverInfo"]["name"] == "belay")
    #expect(answer[0]["result"]["resultType"].isNull)
    #expect(
      session.receive(Self.text(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)) == [])
  }

  @Test func `a stateless client discovers, lists and calls without a greeting`() {
    var session = Self.session()
    let hello = Self.sent(
      session.receive(
        Self.text(
          #"{"jsonrpc":"2.0","id":"probe-1","method":"server/discover","params":{\#(Self.meta)}}"#))
    )
    #expect(hello[0]["id"] == "probe-1")
    #expect(hello[0]["result"]["supportedVersions"] == ["2026-07-28"])
    #expect(hello[0]["result"]["resultType"] == "complete")
    let list = Self.sent(
      session.receive(
        Self.text(#"{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{\#(Self.meta)}}"#)))
    #expect(list[0]["result"]["tools"][0]["annotations"]["readOnlyHint"] == true)
    #expect(list[0]["result"]["cacheScope"] == "private")
    let steps = session.receive(
      Self.text(
        #"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"echo","arguments":{"a":1},\#(Self.meta)}}"#
      ))
    guard case .start(let call)? = steps.first else { return #expect(Bool(false), "\(steps)") }
    let end = Self.sent(session.finish(call, ToolAnswer(call.arguments)))
    #expect(end[0]["result"]["structuredContent"] == ["a": 1])
    #expect(end[0]["result"]["content"][0]["text"] == #"{"a":1}"#)
    #expect(end[0]["result"]["resultType"] == "complete")
    #expect(end[0]["result"]["isError"] == false)
  }

  @Test(arguments: [
    ("not json", -32700, "null"), ("{\"jsonrpc\":\"2.0\",\"id\":1}", -32600, "1"),
    ("7", -32600, "null"), ("[]", -32600, "null"), ("{}", -32600, "null"),
    (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600, "null"),
    (#"{"jsonrpc":"2.0","id":[1],"method":"ping"}"#, -32600, "null"),
    (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600, "1"),
    (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}"#, -32602, "1"),
    (#"{"jsonrpc":"2.0","id":"a","method":"resources/list"}"#, -32601, "\"a\""),
    (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ecko"}}"#, -32602, "1"),
    (#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#, -32602, "1"),
    (
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":[]}}"#,
      -32602, "1"
    ),
    (#"{"jsonrpc":"2.0","id":4,"method":"ping","params":{\#(meta)}}"#, -32601, "4"),
    (
      #"{"jsonrpc":"2.0","id":4,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2030-01-01"}}}"#,
      -32022, "4"
    ),
  ])
  func `what is no request gets an error at once`(line: String, code: Int, id: String) throws {
    var session = Self.session()
    _ = session.receive(Self.initialize("2025-06-18"))
    let answers = Self.sent(session.receive(Self.text(line)))
    try #require(answers.count == 1)
    #expect(answers[0]["error"]["code"].int == code)
    #expect(answers[0]["id"].text() == id)
    #expect(session.isIdle)
  }

  @Test func `a line that is too long, answers and unknown notifications change nothing`() {
    var session = Self.session()
    #expect(Self.sent(session.receive(.tooLong))[0]["error"]["code"] == -32600)
    #expect(session.receive(Self.text(#"{"jsonrpc":"2.0","id":9,"result":{}}"#)) == [])
    #expect(session.receive(Self.text(#"{"jsonrpc":"2.0","method":"notifications/other"}"#)) == [])
    #expect(
      Self.sent(session.receive(Self.text(#"{"jsonrpc":"2.0","id":0,"method":"ping"}"#)))
        == [["jsonrpc": "2.0", "id": 0, "result": [:]]])
  }

  static func call(_ id: Int) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"echo"}}"#
  }

  static func started(_ steps: [Step]) -> [ToolCall] {
    steps.compactMap { if case .start(let call) = $0 { call } else { nil } }
  }

  @Test func `calls wait for their turn, and too many are refused`() throws {
    var session = Self.session(calls: 1, waiting: 1)
    let first = try #require(Self.started(session.receive(Self.text(Self.call(1)))).first)
    #expect(session.receive(Self.text(Self.call(2))) == [])
    #expect(Self.sent(session.receive(Self.text(Self.call(3))))[0]["error"]["code"] == -32000)
    #expect(Self.sent(session.receive(Self.text(Self.call(1))))[0]["error"]["code"] == -32600)
    let steps = session.finish(first, ToolAnswer([:]))
    #expect(Self.sent(steps).count == 1)
    #expect(Self.started(steps).map(\.id) == [2])
  }

  @Test func `a call that was taken back gets no answer`() throws {
    var session = Self.session(calls: 1)
    let first = try #require(Self.started(session.receive(Self.text(Self.call(1)))).first)
    _ = session.receive(Self.text(Self.call(2)))
    func taken(_ id: Int) -> LineSplitter.Line {
      Self.text(
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id)}}"#)
    }
    #expect(session.receive(taken(2)) == [])
    #expect(session.receive(taken(1)) == [.cancel(1)])
    #expect(session.receive(taken(77)) == [])
    #expect(session.drop(first) == [])
    #expect(session.isIdle)
  }

  @Test func `a batch is answered as one where the version has batches, and refused elsewhere`()
    throws
  {
    let batch = Self.text(
      "[\(Self.call(1)),\(Self.call(2)),"
        + #"{"jsonrpc":"2.0","id":3,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/x"},5]"#
    )
    var new = Self.session()
    _ = new.receive(Self.initialize("2025-06-18"))
    #expect(Self.sent(new.receive(batch))[0]["error"]["code"] == -32600)
    var session = Self.session()
    _ = session.receive(Self.initialize("2025-03-26"))
    let calls = Self.started(session.receive(batch))
    try #require(calls.count == 2)
    #expect(session.finish(calls[1], ToolAnswer([:])) == [])
    let end = Self.sent(session.finish(calls[0], ToolAnswer([:])))
    #expect(Set(end[0].array?.map { $0["id"] } ?? []) == [1, 2, 3, .null])
    let simple = Self.sent(
      session.receive(Self.text(#"[{"jsonrpc":"2.0","id":3,"method":"ping"}]"#)))
    #expect(simple[0].array?.count == 1)
    #expect(session.receive(Self.text(#"[{"jsonrpc":"2.0","method":"notifications/x"}]"#)) == [])
  }

  @Test(arguments: [1, 2, 3, 7, 1000])
  func `lines are the same however the input is cut`(size: Int) {
    let input = Array("one\r\n\n  \ntwo\n0123456789abcdef\nthree".utf8)
    var splitter = LineSplitter(limit: 10)
    var lines: [LineSplitter.Line] = []
    var rest = input[...]
    while !rest.isEmpty {
      lines += splitter.take(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    lines += splitter.finish()
    #expect(lines == [Self.text("one"), Self.text("two"), .tooLong, Self.text("three")])
  }
}
