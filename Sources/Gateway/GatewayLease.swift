internal import Base
internal import Dialect
internal import DialectServer
internal import Http
internal import Model
internal import Trial

/// Models served to one phase of one trial, for whoever has its token.
final class GatewayLease: ModelLease {
  private let token = LeaseToken()
  private let visit: ModelVisit
  private let port: UInt16
  private let models: ServedModels
  private let asking: any ModelAsking
  private let clock: WallClock
  private let meter: LeaseMeter
  private let unpacking = Unpacking()
  private let number = Locked(0)
  private let listening = Locked<HTTPListening?>(nil)

  init(
    _ visit: ModelVisit, port: UInt16, models: ServedModels, asking: any ModelAsking,
    clock: WallClock
  ) {
    self.visit = visit
    self.port = port
    self.models = models
    self.asking = asking
    self.clock = clock
    meter = LeaseMeter(limits: visit.limits)
  }

  func begin(_ listening: HTTPListening) { self.listening.withLock { $0 = listening } }

  var variables: [String: String] {
    let base = "http://127.0.0.1:\(port)"
    var variables = [
      "OPENAI_BASE_URL": base + "/v1", "OPENAI_API_BASE": base + "/v1",
      "ANTHROPIC_BASE_URL": base, "GOOGLE_GEMINI_BASE_URL": base,
      "OPENAI_API_KEY": token.text, "ANTHROPIC_API_KEY": token.text,
      "GEMINI_API_KEY": token.text, "GOOGLE_API_KEY": token.text,
    ]
    variables["BELAY_MODEL"] = models.main
    return variables
  }

  func close() async -> ModelLeaseReport {
    let listening = listening.withLock { listening in
      defer { listening = nil }
      return listening
    }
    await listening?.close()
    return meter.report
  }

  /// Answers one request, of whatever dialect.
  func answer(_ request: HTTPServerRequest, _ responder: HTTPResponder) async {
    guard let route = WireRoute(method: request.method, path: request.path) else {
      return await responder.send(
        .fault(
          ModelFault(.noModel, "\(request.method) \(request.path.printable()) is not served here"),
          request.header("anthropic-version") == nil ? .chat : .messages))
    }
    let dialect = route.dialect
    guard token.isBorne(by: request) else {
      return await responder.send(
        .fault(ModelFault(.auth, "this is not the key of the trial"), dialect))
    }
    switch route {
    case .generate:
      do throws(ModelFault) {
        try await unpacking.unpacked(request) { request throws(ModelFault) in
          try await self.generate(request, dialect, responder)
        }
      } catch {
        await responder.send(.fault(error, dialect))
      }
    case .countTokens: await responder.send(count(request, dialect))
    case .models(_, let name):
      // One path for three dialects: a client is known by the headers that it alone sends.
      let spoken: WireDialect =
        if request.header("anthropic-version") != nil {
          .messages
        } else if request.header("x-goog-api-key") != nil { .gemini } else { dialect }
      await responder.send(ModelListing(models, spoken).response(name))
    }
  }

  private func generate(
    _ request: HTTPServerRequest, _ dialect: WireDialect, _ responder: HTTPResponder
  ) async throws(ModelFault) {
    let edit = try WireEdit(dialect, body: request.body, path: request.path)
    let call = try self.call(request, edit)
    let form = ServedAnswer(
      dialect, request: request.body, id: nextID(), created: clock.now, model: edit.model)
    if edit.streams {
      await stream(call, form, responder)
    } else {
      await responder.send(await whole(call, form))
    }
  }

  /// The call that a request stands for: the same to its provider's eyes, with what Belay sets.
  private func call(_ request: HTTPServerRequest, _ edit: WireEdit) throws(ModelFault) -> ModelCall
  {
    guard let named = edit.model else {
      throw ModelFault(.badRequest, "model: expected one name")
    }
    guard edit.answers <= 1 else {
      throw ModelFault(.badRequest, "one answer is given at a time, not \(edit.answers)")
    }
    guard let name = models.resolve(named) else {
      throw ModelFault(
        .noModel,
        "there is no model '\(named.printable())' for this trial; there is "
          + models.names.joined(separator: ", "))
    }
    var neutral = try edit.dialect.decodeRequest(request.body, path: request.path)
    neutral.streams = edit.streams
    // Of two limits in one body a provider may take the larger one.
    if let limit = edit.outputLimit, limit > 0 { neutral.maxOutputTokens = limit }
    // The same trial of another harness meets the same chance.
    if name.provider == "rehearsal" { neutral.sampling.seed = Int(visit.seed >> 1) }
    var edit = edit
    edit.replace(model: name.model)
    edit.includeUsage()
    let field = ModelTraits.usual(model: name.model, dialect: edit.dialect).outputLimitField
    let limiting = { @Sendable [edit] (tokens: Int) -> [UInt8] in
      var edit = edit
      edit.replace(outputLimit: tokens, field: field)
      return edit.bytes
    }
    var body = edit.bytes
    if let left = try meter.admit(), left < neutral.maxOutputTokens ?? Int.max {
      neutral.maxOutputTokens = left
      body = limiting(left)
    }
    var call = ModelCall(neutral, of: name, for: purpose)
    call.piecesAreFinal = edit.streams
    call.wire = WireRequest(
      dialect: edit.dialect, body: body,
      headers: request.headers.filter { $0.name == "anthropic-beta" || $0.name == "openai-beta" })
    call.wire?.limiting = limiting
    return call
  }

  private var purpose: Purpose {
    if let proposal = visit.proposal {
      return Purpose(
        .propose, run: proposal.run, lane: "proposal \(proposal.number) \(proposal.author)")
    }
    return Purpose(
      .task, run: visit.attempt?.run, candidate: visit.attempt?.candidate,
      trial: visit.attempt?.trial, attempt: visit.attempt?.number ?? 1, lane: "step\(visit.step)")
  }

  private func whole(_ call: ModelCall, _ form: ServedAnswer) async -> HTTPServerResponse {
    do {
      let answer = try await asking.ask(call)
      meter.count(answer)
      return .json(200, answer.wireBody ?? form.encode(answer.reply), id: form.id)
    } catch {
      let fault = Self.fault(error)
      meter.count(fault)
      return .fault(fault, form.dialect)
    }
  }

  private func stream(_ call: ModelCall, _ form: ServedAnswer, _ responder: HTTPResponder) async {
    let stream = AnswerStream(form, responder: responder)
    var call = call
    call.wire?.bytes = { await stream.pass($0) }
    do {
      let answer = try await asking.ask(call) { await stream.write($0) }
      meter.count(answer)
      await stream.finish(answer.reply)
    } catch {
      let fault = Self.fault(error)
      meter.count(fault)
      await stream.fail(fault)
    }
  }

  private func count(_ request: HTTPServerRequest, _ dialect: WireDialect) -> HTTPServerResponse {
    // No provider is asked for what a rule of thumb says as well: four bytes to a token.
    let tokens = (request.body.count + 3) / 4
    let body: JSON =
      dialect == .gemini ? ["totalTokens": .int(tokens)] : ["input_tokens": .int(tokens)]
    return .json(200, body.utf8())
  }

  private func nextID() -> String {
    let number = number.withLock { number in
      number += 1
      return number
    }
    return "belay-\(visit.attempt.map { "\($0.trial)-\($0.number)-" } ?? "")\(visit.step)-\(number)"
  }

  private static func fault(_ error: any Error) -> ModelFault {
    if let fault = error as? ModelFault { return fault }
    if error is CancellationError { return ModelFault(.cancelled, "the call was given up") }
    return ModelFault(.server, "\(error)")
  }
}

extension WireRoute {
  /// The dialect that is spoken there.
  var dialect: WireDialect {
    switch self {
    case .generate(let dialect), .countTokens(let dialect), .models(let dialect, _): dialect
    }
  }
}
