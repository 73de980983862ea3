public import Base
internal import Dialect
internal import DialectServer
internal import Http
public import Rehearsal

/// Serves simulated models on this machine's loopback, in the dialects that agents speak.
///
/// Any key will do: a rehearsal costs nothing and knows nothing that is secret. It must be stopped.
public final class RehearsalServer: Sendable {
  /// The port that it listens on.
  public let port: UInt16
  private let server: HTTPServer

  /// Serves on a port, 0 for a free one; `model` answers for names that are no simulated model's.
  public init(
    _ backend: RehearsalBackend, port: UInt16, fallback model: RehearsalModel? = nil,
    clock: WallClock
  ) throws(BelayError) {
    let desk = RehearsalDesk(backend: backend, fallback: model, clock: clock)
    let server = try HTTPServer()
    self.server = server
    self.port = try server.serve(loopback: port) { await desk.answer($0) }.port
  }

  /// Ends every connection.
  public func stop() async { await server.stop() }
}

/// Answers one request.
struct RehearsalDesk: Sendable {
  let backend: RehearsalBackend
  let fallback: RehearsalModel?
  let clock: WallClock

  func answer(_ request: HTTPServerRequest) async -> HTTPServerResponse {
    let target = request.query.isEmpty ? request.path : "\(request.path)?\(request.query)"
    guard let route = WireRoute(method: request.method, path: target) else {
      return .text(
        404, "there is nothing here; try /v1/chat/completions, /v1/responses, /v1/messages")
    }
    switch route {
    case .models(let dialect, let name): return models(dialect, name)
    case .countTokens(let dialect): return count(request, dialect, target)
    case .generate(let dialect):
      do throws(ModelFault) {
        return try generate(request, dialect, target)
      } catch {
        return fault(error, dialect)
      }
    }
  }

  private func generate(
    _ request: HTTPServerRequest, _ dialect: WireDialect, _ target: String
  ) throws(ModelFault) -> HTTPServerResponse {
    var asked = try dialect.decodeRequest(request.body, path: target)
    let name = asked.model
    if RehearsalModel.named(name) == nil, let fallback { asked.model = fallback.name }
    let reply = try backend.answer(asked)
    let form = ServedAnswer(
      dialect, request: request.body, id: reply.id ?? "rehearsal", created: clock.now, model: name)
    let headers = [Self.simulated, ("x-request-id", form.id)]
    guard asked.streams else {
      return HTTPServerResponse(
        status: 200, headers: [Self.json] + headers, form.encode(reply))
    }
    return HTTPServerResponse(
      status: 200,
      headers: [("content-type", "text/event-stream; charset=utf-8")] + headers,
      body: .stream { writer in
        var pen = ReplyWriter(form)
        for event in RehearsalBackend.pieces(of: reply) + [.finished(reply)] {
          let bytes = pen.write(event)
          if !bytes.isEmpty { try await writer.write(bytes) }
        }
        writer.finish()
      })
  }

  private func count(
    _ request: HTTPServerRequest, _ dialect: WireDialect, _ target: String
  ) -> HTTPServerResponse {
    do throws(ModelFault) {
      let tokens = RehearsalBackend.tokens(try dialect.decodeRequest(request.body, path: target))
      let body: JSON =
        dialect == .gemini ? ["totalTokens": .int(tokens)] : ["input_tokens": .int(tokens)]
      return HTTPServerResponse(status: 200, headers: [Self.json, Self.simulated], body.utf8())
    } catch {
      return fault(error, dialect)
    }
  }

  private func models(_ dialect: WireDialect, _ name: String?) -> HTTPServerResponse {
    let listed = RehearsalModel.all.map { model -> JSON in
      dialect == .gemini
        ? ["name": .string("models/rehearsal/\(model.name)")]
        : [
          "id": .string("rehearsal/\(model.name)"), "object": "model", "created": 0,
          "owned_by": "rehearsal", "description": .string("simulated: \(model.summary)"),
        ]
    }
    let body: JSON
    if let name {
      guard let known = RehearsalModel.named(name),
        let place = RehearsalModel.all.firstIndex(of: known)
      else {
        return fault(ModelFault(.noModel, "there is no simulated model of this name"), dialect)
      }
      body = listed[place]
    } else {
      body =
        dialect == .gemini
        ? ["models": .array(listed)] : ["object": "list", "data": .array(listed)]
    }
    return HTTPServerResponse(status: 200, headers: [Self.json, Self.simulated], body.utf8())
  }

  private func fault(_ fault: ModelFault, _ dialect: WireDialect) -> HTTPServerResponse {
    let served = ServedFault(fault, dialect)
    return HTTPServerResponse(
      status: served.status, headers: served.headers.map { ($0.key, $0.value) } + [Self.simulated],
      served.body.utf8())
  }

  private static let json = (name: "content-type", value: "application/json")
  /// Every answer says what it is.
  private static let simulated = (name: "x-belay-simulated", value: "true")
}
