import Base
import Dialect
import Testing

@testable import DialectServer

@Suite struct ServedFaultTests {
  @Test(arguments: WireDialect.allCases, ModelFault.Kind.allCases)
  func `a fault is read by a client as what it is`(dialect: WireDialect, kind: ModelFault.Kind) {
    let served = ServedFault(ModelFault(kind, "because", retryAfter: .milliseconds(1500)), dialect)
    let read = dialect.fault(
      status: served.status, headers: served.headers, body: served.body.utf8())
    let expected: ModelFault.Kind =
      switch kind {
      case .budget: .money
      case .connection, .stalled, .truncated, .malformed, .cancelled: .server
      // Anthropic has no word for a filter in front of the model.
      case .refused where dialect == .messages: .badRequest
      default: kind
      }
    #expect(read.kind == expected)
    #expect(read.message.contains("because"))
    #expect(read.retryAfter == .milliseconds(1500))
    if kind == .budget { #expect(read.providerSaysRetry == false) }
    if kind == .rate { #expect(served.headers["retry-after"] == "2") }
  }

  @Test(arguments: WireDialect.allCases)
  func `a fault after the answer began leaves no whole answer`(dialect: WireDialect) {
    for kind in [ModelFault.Kind.rate, .overload, .server, .money, .contextOverflow] {
      var writer = ReplyWriter(ServedAnswer(dialect, id: "x", created: .init(milliseconds: 0)))
      let bytes =
        writer.write(.started(id: "x", model: "m")) + writer.write(.text("half"))
        + writer.fail(ModelFault(kind, "because"))
      var stream = ReplyStream(dialect)
      do throws(ModelFault) {
        _ = try stream.push(bytes)
        _ = try stream.finish()
        #expect(Bool(false), "\(dialect) gave an answer")
      } catch {
        #expect(error.kind == kind)
      }
      let late = writer.write(.text("more")) + writer.fail(ModelFault(.server, ""))
      #expect(late.isEmpty)
    }
  }
}
