import Testing

@testable import Dialect

@Suite struct SSETests {
  private func parse(_ text: String, piece: Int) throws -> [String] {
    var parser = SSEParser()
    var out: [String] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: piece) {
      try parser.push(Array(bytes[start..<min(bytes.count, start + piece)])) { event in
        out.append("\(event.name)|\(String(decoding: event.data, as: UTF8.self))")
      }
    }
    try parser.finish { out.append("\($0.name)|\(String(decoding: $0.data, as: UTF8.self))") }
    return out
  }

  @Test(
    "a stream is cut into the same events however it arrives",
    arguments: [
      ("data: a\n\ndata: b\n\n", ["|a", "|b"]),
      ("data: a\r\n\r\ndata: b\r\n\r\n", ["|a", "|b"]),
      ("data: a\r\rdata: b\r\r", ["|a", "|b"]),
      ("event: x\ndata: a\n\ndata:b\n\n", ["x|a", "|b"]),
      ("data: a\ndata:  b\ndata:\ndata: c\n\n", ["|a\n b\n\nc"]),
      (": OPENROUTER PROCESSING\n\n: again\ndata: a\n\n", ["|a"]),
      ("id: 3\nretry: 10\nevent: only\n\ndata: a\n\n", ["|a"]),
      ("data\n\n", ["|"]),
      ("\u{FEFF}data: a\n\n", ["|a"]),
      ("datax: no\ndata: žluť 🦊\n\n", ["|žluť 🦊"]),
      ("data: a\n\ndata: [DONE]", ["|a", "|[DONE]"]),
      ("data: a\n\ndata: b\n", ["|a", "|b"]),
      ("", []),
    ])
  func cuts(text: String, expected: [String]) throws {
    for piece in [1, 2, 3, 5, 7, 1000] {
      #expect(try parse(text, piece: piece) == expected, "pieces of \(piece)")
    }
  }

  @Test func `a line or an event without an end is refused when it is too long`() {
    for text in [
      "data: " + String(repeating: "x", count: 200), ":" + String(repeating: "x", count: 200),
    ] {
      for piece in [1, 50, 1000] {
        var parser = SSEParser(maxEventBytes: 100)
        let bytes = Array(text.utf8)
        let fault = fault { () throws(ModelFault) in
          for start in stride(from: 0, to: bytes.count, by: piece) {
            try parser.push(Array(bytes[start..<min(bytes.count, start + piece)])) { _ in }
          }
        }
        #expect(fault?.kind == .malformed)
      }
    }
    var parser = SSEParser(maxEventBytes: 100)
    let lines = Array(String(repeating: "data: 0123456789\n", count: 20).utf8)
    #expect(fault { () throws(ModelFault) in try parser.push(lines) { _ in } }?.kind == .malformed)
  }
}
