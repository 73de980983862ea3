internal import Base
public import Dialect

/// Writes the events of an answer as a dialect's own stream.
///
/// An answer that comes as `finished` alone is written as if it had come piece by piece.
public struct ReplyWriter: Sendable {
  private let answer: ServedAnswer
  private var stream: any ServingStream
  private var hasStarted = false
  private var hasPieces = false
  private var isClosed = false

  /// A stream at its start.
  public init(_ answer: ServedAnswer) {
    self.answer = answer
    stream =
      switch answer.dialect {
      case .chat: ChatServing(answer)
      case .responses: ResponsesServing(answer)
      case .messages: MessagesServing(answer)
      case .gemini: GeminiServing(answer)
      }
  }

  /// The bytes of one event; nothing after the end.
  public mutating func write(_ event: ReplyEvent) -> [UInt8] {
    guard !isClosed else { return [] }
    var out: [UInt8] = []
    switch event {
    case .started(let id, let model): start(id: id, model: model, into: &out)
    case .finished(let reply):
      start(id: reply.id, model: reply.model, into: &out)
      if !hasPieces {
        for piece in reply.pieces { stream.write(piece, into: &out) }
      }
      stream.finish(reply, into: &out)
      isClosed = true
    default:
      start(id: nil, model: "", into: &out)
      hasPieces = true
      stream.write(event, into: &out)
    }
    return out
  }

  /// The bytes that tell, after an answer has begun, that there will be none.
  public mutating func fail(_ fault: ModelFault) -> [UInt8] {
    guard !isClosed else { return [] }
    isClosed = true
    var out: [UInt8] = []
    stream.fail(ServedFault(fault, answer.dialect), into: &out)
    return out
  }

  private mutating func start(id: String?, model: String, into out: inout [UInt8]) {
    guard !hasStarted else { return }
    hasStarted = true
    stream.start(id: id ?? answer.id, model: answer.model ?? model, into: &out)
  }
}

/// How one dialect writes the events of an answer.
protocol ServingStream: Sendable {
  mutating func start(id: String, model: String, into out: inout [UInt8])
  /// Writes anything but the start and the end.
  mutating func write(_ event: ReplyEvent, into out: inout [UInt8])
  mutating func finish(_ reply: ModelReply, into out: inout [UInt8])
  mutating func fail(_ fault: ServedFault, into out: inout [UInt8])
}

/// One server-sent event.
enum Frame {
  static func write(_ body: JSON, name: String? = nil, into out: inout [UInt8]) {
    if let name { out += "event: \(name)\n".utf8 }
    out += "data: ".utf8
    out += body.utf8()
    out += "\n\n".utf8
  }
}

extension ModelReply {
  /// The events that would have told this answer.
  var pieces: [ReplyEvent] {
    var events: [ReplyEvent] = []
    var calls = 0
    for part in parts {
      switch part {
      case .text(let text): events.append(.text(text))
      case .reasoning(let thought):
        if !thought.text.isEmpty { events.append(.reasoning(thought.text)) }
        events.append(.thought(thought))
      case .toolUse(let use):
        events.append(.toolUse(index: calls, id: use.id, name: use.name))
        events.append(.arguments(index: calls, use.arguments))
        calls += 1
      case .image, .toolAnswer: break
      }
    }
    return events
  }
}
