import Base
import Platform

@testable import Dialect

/// Bodies recorded from a scripted stub that the official clients parse.
struct Recorded {
  private let file: JSON

  init(_ dialect: WireDialect) throws {
    let name =
      switch dialect {
      case .chat: "chat"
      case .responses: "responses"
      case .messages: "messages"
      case .gemini: "gemini"
      }
    let root = Path.parent(Path.parent(#filePath))
    file = try JSON.parse(Files.readText("\(root)/Vectors/dialect/\(name).json"))
  }

  func plain(_ name: String) -> [UInt8] { Array((file["plain"][name].string ?? "").utf8) }
  func stream(_ name: String) -> [UInt8] { Array((file["stream"][name].string ?? "").utf8) }
  var plainNames: [String] { (file["plain"].object ?? [:]).keys.sorted() }
  var streamNames: [String] { (file["stream"].object ?? [:]).keys.sorted() }

  func fault(_ name: String) -> (status: Int, headers: [String: String], body: [UInt8]) {
    let fault = file["fault"][name]
    return (
      fault["status"].int ?? 0, (fault["headers"].object ?? [:]).compactMapValues(\.string),
      Array((fault["body"].string ?? "").utf8)
    )
  }
}

/// The events of a stream that arrives in pieces of this size.
func events(
  _ dialect: WireDialect, _ bytes: [UInt8], piece: Int = .max
) throws(ModelFault) -> [ReplyEvent] {
  var stream = ReplyStream(dialect)
  var events: [ReplyEvent] = []
  var at = 0
  while at < bytes.count {
    let end = piece < bytes.count - at ? at + piece : bytes.count
    events += try stream.push(Array(bytes[at..<end]))
    at = end
  }
  return events + (try stream.finish())
}

/// The answer of a whole stream.
func streamed(_ dialect: WireDialect, _ bytes: [UInt8]) throws(ModelFault) -> ModelReply {
  guard case .finished(let reply)? = try events(dialect, bytes).last else {
    throw ModelFault(.truncated, "no end")
  }
  return reply
}

/// The fault that some work ends in.
func fault<Value>(_ work: () throws(ModelFault) -> Value) -> ModelFault? {
  do throws(ModelFault) {
    _ = try work()
    return nil
  } catch {
    return error
  }
}

/// A stream of `data:` lines.
func sse(_ lines: [String]) -> [UInt8] { Array(lines.map { "data: \($0)\n\n" }.joined().utf8) }

extension ModelReply {
  var text: String { turn.text }
}
