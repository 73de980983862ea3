internal import Base

/// Turns the bytes of a streamed answer into events, and demands the dialect's own mark of the end.
public struct ReplyStream: Sendable {
  private var parser: SSEParser
  private var dialect: any DialectStream

  /// A stream at its start; `model` is what an answer is said to be from that does not say it itself.
  public init(_ dialect: WireDialect, model: String = "", maxEventBytes: Int = 64 << 20) {
    parser = SSEParser(maxEventBytes: maxEventBytes)
    self.dialect =
      switch dialect {
      case .chat: ChatStream(model: model)
      case .messages: MessagesStream(model: model)
      case .responses: ResponsesStream(model: model)
      case .gemini: GeminiStream(model: model)
      }
  }

  /// Whether the whole answer was handed out.
  public var isFinished: Bool { dialect.isFinished }

  /// Takes the next bytes; after a throw the stream is of no more use.
  public mutating func push(_ bytes: [UInt8]) throws(ModelFault) -> [ReplyEvent] {
    var out: [ReplyEvent] = []
    try parser.push(bytes) { event throws(ModelFault) in try dialect.take(event, into: &out) }
    return out
  }

  /// Says that no more bytes come; throws `truncated` when the answer is not whole.
  public mutating func finish() throws(ModelFault) -> [ReplyEvent] {
    guard !isFinished else { return [] }
    var out: [ReplyEvent] = []
    do throws(ModelFault) {
      try parser.finish { event throws(ModelFault) in try dialect.take(event, into: &out) }
      try dialect.end(into: &out)
    } catch {
      throw error.kind == .malformed ? Self.truncated : error
    }
    guard isFinished else { throw Self.truncated }
    return out
  }

  private static var truncated: ModelFault {
    ModelFault(.truncated, "the stream ended before the answer's own mark of the end")
  }
}

/// What one dialect makes of the events of its stream.
protocol DialectStream: Sendable {
  /// Whether the whole answer was handed out.
  var isFinished: Bool { get }
  /// Takes one event and adds what it says.
  mutating func take(_ event: SSEEvent, into out: inout [ReplyEvent]) throws(ModelFault)
  /// Says that no more events come, for dialects whose mark of the end is not the last event.
  mutating func end(into out: inout [ReplyEvent]) throws(ModelFault)
}

extension DialectStream {
  mutating func end(into out: inout [ReplyEvent]) throws(ModelFault) {}
}
