internal import Base
internal import Dialect
internal import DialectServer
internal import Http
internal import Model

/// A streamed answer on its way to an agent: as it comes in, when the provider speaks the agent's dialect,
/// else written anew.
///
/// Its end is held back until the whole answer is durable: an agent that acts upon an answer acts upon one
/// that a resumed run has.
final class AnswerStream: Sendable {
  private enum Form { case unknown, passing, written }

  private struct State {
    var form = Form.unknown
    var writer: HTTPBodyWriter?
    var pen: ReplyWriter
    var tail: [UInt8] = []
    var held: [UInt8] = []
  }

  private let dialect: WireDialect
  private let headers: [(name: String, value: String)]
  private let responder: HTTPResponder
  private let marks: [[UInt8]]
  private let state: Locked<State>

  init(_ form: ServedAnswer, responder: HTTPResponder) {
    dialect = form.dialect
    self.responder = responder
    headers = [
      ("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "no-cache"),
      (form.dialect == .messages ? "request-id" : "x-request-id", form.id),
    ]
    marks = Self.marks(of: form.dialect).map { Array($0.utf8) }
    state = Locked(State(pen: ReplyWriter(form)))
  }

  /// Words of the event with which a whole answer ends.
  private static func marks(of dialect: WireDialect) -> [String] {
    switch dialect {
    case .chat: ["[DONE]"]
    case .messages: ["message_stop"]
    case .responses: ["response.completed", "response.incomplete"]
    case .gemini: ["finishReason"]
    }
  }

  /// Bytes of the provider's own stream; half an event waits for its other half.
  func pass(_ bytes: [UInt8]) async {
    await send { state in
      state.form = .passing
      state.tail += bytes
      let whole = Array(state.tail[..<Self.boundary(in: state.tail)])
      state.tail.removeFirst(whole.count)
      guard state.held.isEmpty, let start = end(in: whole) else {
        if state.held.isEmpty { return whole }
        state.held += whole
        return []
      }
      state.held = Array(whole[start...])
      return Array(whole[..<start])
    }
  }

  /// A piece of the answer; its end comes with `finish`.
  func write(_ event: ReplyEvent) async {
    if case .finished = event { return }
    await send { state in
      guard state.form != .passing else { return [] }
      state.form = .written
      return state.pen.write(event)
    }
  }

  /// The whole answer, which is durable.
  func finish(_ reply: ModelReply) async {
    await send { state in
      guard state.form != .passing else { return state.held + state.tail }
      return state.pen.write(.finished(reply))
    }
    state.withLock { $0.writer }?.finish()
  }

  /// Tells that there is no answer: by a status before the first byte, in the stream after it.
  func fail(_ fault: ModelFault) async {
    guard state.withLock({ $0.writer != nil }) else {
      return await responder.send(.fault(fault, dialect))
    }
    // What was held would have said that the answer is whole.
    await send { $0.pen.fail(fault) }
    // Gemini's streams have no mark of the end: only a cut shows that something is missing.
    if dialect != .gemini { state.withLock { $0.writer }?.finish() }
  }

  // Whoever is gone is noticed by the server, which cancels the call.
  private func send(_ make: (inout State) -> [UInt8]) async {
    let (writer, bytes) = state.withLock { state -> (HTTPBodyWriter?, [UInt8]) in
      let bytes = make(&state)
      guard !bytes.isEmpty else { return (nil, []) }
      if state.writer == nil { state.writer = responder.stream(status: 200, headers: headers) }
      return (state.writer, bytes)
    }
    try? await writer?.write(bytes)
  }

  /// Where the event begins that may be the last one; nil when none of these is.
  private func end(in events: [UInt8]) -> Int? {
    let found = marks.compactMap { Self.find($0, in: events) }.min()
    return found.map { Self.boundary(in: events[..<$0]) }
  }

  /// The place behind the last empty line, which ends an event.
  private static func boundary(in bytes: some BidirectionalCollection<UInt8>) -> Int {
    var behind: Int?
    var at = bytes.count
    for byte in bytes.reversed() {
      if byte == 10 {
        if let behind { return behind }
        behind = at
      } else if byte != 13 {
        behind = nil
      }
      at -= 1
    }
    return 0
  }

  private static func find(_ mark: [UInt8], in bytes: [UInt8]) -> Int? {
    guard let first = mark.first, bytes.count >= mark.count else { return nil }
    var at = 0
    while let next = bytes[at...].firstIndex(of: first), next + mark.count <= bytes.count {
      if bytes[next..<(next + mark.count)].elementsEqual(mark) { return next }
      at = next + 1
    }
    return nil
  }
}

extension HTTPServerResponse {
  /// A fault in the form of a dialect.
  static func fault(_ fault: ModelFault, _ dialect: WireDialect) -> HTTPServerResponse {
    let served = ServedFault(fault, dialect)
    return HTTPServerResponse(
      status: served.status,
      headers: served.headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) },
      served.body.utf8())
  }

  static func json(_ status: Int, _ body: [UInt8], id: String? = nil) -> HTTPServerResponse {
    var headers: [(name: String, value: String)] = [("content-type", "application/json")]
    if let id { headers += [("x-request-id", id), ("request-id", id)] }
    return HTTPServerResponse(status: status, headers: headers, body)
  }
}
