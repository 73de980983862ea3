import Base
import Dialect
import Testing

@testable import DialectServer

/// Usual pieces of a stream are read by a short way: it must say what the long one says.
@Suite struct QuickPieceTests {
  @Test(arguments: WireDialect.allCases)
  func `the short way and the long way tell the same`(dialect: WireDialect) throws {
    // An escaped key is the same key, and none that the short way knows.
    let (key, escaped) = dialect == .gemini ? ("parts", #"\u0070arts"#) : ("delta", #"\u0064elta"#)
    for reply in RoundTripTests.replies(dialect) {
      var writer = ReplyWriter(ServedAnswer(dialect, id: "x", created: .init(milliseconds: 0)))
      var bytes = writer.write(.started(id: "x", model: "m"))
      for event in reply.pieces {
        bytes += writer.write(event)
        if case .text = event { bytes += writer.write(event) + writer.write(event) }
        if case .reasoning = event { bytes += writer.write(event) + writer.write(event) }
        if case .arguments(let index, _) = event {
          bytes += writer.write(.arguments(index: index, " "))
        }
      }
      bytes += writer.write(.finished(reply))
      let long = String(decoding: bytes, as: UTF8.self).replacing(
        "\"\(key)\"", with: "\"\(escaped)\"")
      if !reply.parts.isEmpty { #expect(long.utf8.count > bytes.count) }
      #expect(try Self.events(dialect, Array(long.utf8)) == Self.events(dialect, bytes))
    }
  }

  private static func events(
    _ dialect: WireDialect, _ bytes: [UInt8]
  ) throws(ModelFault) -> [ReplyEvent] {
    var stream = ReplyStream(dialect)
    return try stream.push(bytes) + (try stream.finish())
  }
}
