internal import Base
internal import Dialect
internal import DialectServer
internal import Http
internal import Model

/// A streamed answer on its way to an agent: as it comes in, when the provider speaks the agent's dialect,
/// else written anew.
///
/// What one can act upon, the end and every call that is complete, is held back until the whole answer is
/// durable: an agent that acts upon an answer acts upon one that a resumed run has.
final class AnswerStream: Sendable {
  private enum Form { case unknown, passing, written }

  private struct State {
    var form = Form.unknown
    var writer: HTTPBodyWriter?
    var pen: ReplyWriter
    var gate: EventGate
  }

  private let dialect: WireDialect
  private let headers: [(name: String, value: String)]
  private let responder: HTTPResponder
  private let state: Locked<State>

  init(_ form: ServedAnswer, responder: HTTPResponder) {
    dialect = form.dialect
    self.responder = responder
    headers = [
      ("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "no-cache"),
      (form.dialect == .messages ? "request-id" : "x-request-id", form.id),
    ]
    state = Locked(State(pen: ReplyWriter(form), gate: EventGate(form.dialect)))
  }

  /// Bytes of the provider's own stream; half an event waits for its other half.
  func pass(_ bytes: [UInt8]) async {
    await send { state in
      state.form = .passing
      return state.gate.take(bytes)
    }
  }

  /// A piece of the answer; its end comes with `finish`.
  func write(_ event: ReplyEvent) async {
    if case .finished = event { return }
    await send { state in
      guard state.form != .passing else { return [] }
      state.form = .written
      return state.gate.take(state.pen.write(event))
    }
  }

  /// The whole answer, which is durable.
  func finish(_ reply: ModelReply) async {
    await send { state in
      let held = state.gate.open()
      return state.form == .passing ? held : held + state.pen.write(.finished(reply))
    }
    state.withLock { $0.writer }?.finish()
  }

  /// Tells that there is no answer: by a status before the first byte, in the stream after it.
  func fail(_ fault: ModelFault) async {
    guard state.withLock({ $0.writer != nil }) else {
      return await responder.send(.fault(fault, dialect))
    }
    // What was held would have said that the answer, or a call of it, is whole.
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
