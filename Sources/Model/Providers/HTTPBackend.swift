public import Base
public import Dialect
public import Transport

/// A provider over HTTP: one request, one answer or fault, nothing made again.
public struct HTTPBackend: ModelBackend {
  /// How long one call may take.
  public struct Patience: Sendable, Hashable {
    /// Until the connection stands.
    public var connect = Duration.seconds(15)
    /// Until a whole answer is there that is not streamed: a model that thinks says nothing meanwhile.
    public var plain = Duration.seconds(900)
    /// Until a stream is at its end.
    public var stream = Duration.seconds(3600)
    /// Until a stream begins.
    public var firstByte = Duration.seconds(600)
    /// Between two pieces of an answer; providers send signs of life more often.
    public var silence = Duration.seconds(120)

    /// The usual patience.
    public init() {}
  }

  /// What came of one call, with what the provider said besides.
  struct Outcome: Sendable {
    var result: Result<ModelReply, ModelFault>
    var quota: RemainingQuota?
    var wireBody: [UInt8]?

    init(_ result: Result<ModelReply, ModelFault>) { self.result = result }
  }

  /// Who answers.
  public let provider: Provider
  let http: HTTPClient
  let patience: Patience
  private let key: SecretKey?
  private let scrubber: KeyScrubber
  private let traits: @Sendable (String) -> ModelTraits
  private let wall: WallClock

  /// A provider with its key; `traits` says what a model takes, when more is known than its name tells.
  public init(
    _ provider: Provider, key: SecretKey?, http: HTTPClient = .shared,
    patience: Patience = Patience(), wall: WallClock = .system,
    traits: (@Sendable (String) -> ModelTraits)? = nil
  ) {
    self.provider = provider
    self.key = key
    self.http = http
    self.patience = patience
    self.wall = wall
    self.traits = traits ?? { ModelTraits.usual(model: $0, dialect: provider.dialect) }
    scrubber = KeyScrubber(key.map { ["of \(provider.name)": $0] } ?? [:])
  }

  /// Answers, or throws a `ModelFault`.
  public func reply(
    to request: ModelRequest, pieces: @escaping @Sendable (ReplyEvent) async -> Void
  ) async throws -> ModelReply {
    try await send(request, wire: nil, pieces: pieces).result.get()
  }

  /// Sends a request once, in its author's own words where the provider speaks their dialect.
  func send(
    _ request: ModelRequest, wire: WireRequest?,
    pieces: @escaping @Sendable (ReplyEvent) async -> Void
  ) async -> Outcome {
    if key == nil, provider.needsKey {
      let names = provider.keyNames.joined(separator: " or ")
      return Outcome(
        .failure(ModelFault(.auth, "\(provider.name) needs a key: set \(names)")))
    }
    let own = wire.flatMap { $0.dialect == provider.dialect ? $0 : nil }
    let sent = http(request, own)
    let outcome =
      request.streams
      ? await stream(sent, request, own, pieces) : await plain(sent, own, pieces)
    guard case .failure(var fault) = outcome.result else { return outcome }
    // Providers quote the key that they do not like.
    fault.message = scrubber.scrub(fault.message)
    var clean = outcome
    clean.result = .failure(fault)
    return clean
  }

  private func http(_ request: ModelRequest, _ wire: WireRequest?) -> HTTPRequest {
    let dialect = provider.dialect
    let path = dialect.path(model: request.model, streams: request.streams)
    var out = HTTPRequest(
      "POST", provider.baseURL + path,
      body: wire?.body ?? dialect.encode(request, traits: traits(request.model)))
    let known =
      key.map { $0.reveal { dialect.headers(key: $0) } } ?? dialect.headers(key: nil)
    for (name, value) in known.sorted(by: { $0.key < $1.key }) { out.headers.add(name, value) }
    for (name, value) in wire?.headers ?? [] where known[name.lowercased()] == nil {
      out.headers.add(name, value)
    }
    out.limits.connect = patience.connect
    out.limits.stall = patience.silence
    out.limits.total = request.streams ? patience.stream : patience.plain
    if request.streams { out.limits.head = patience.firstByte }
    return out
  }

  private func plain(
    _ request: HTTPRequest, _ wire: WireRequest?,
    _ pieces: @Sendable (ReplyEvent) async -> Void
  ) async -> Outcome {
    let response: HTTPResponse
    do {
      response = try await http.send(request)
    } catch {
      return Outcome(.failure(Self.fault(error)))
    }
    var outcome = read(response.head, response.body)
    if wire != nil, case .success = outcome.result { outcome.wireBody = response.body }
    if case .success(let reply) = outcome.result { await Self.tell(reply, pieces) }
    return outcome
  }

  /// A whole answer of any status.
  func read(_ head: HTTPHead, _ body: [UInt8]) -> Outcome {
    let headers = head.headers.byLowerCaseName
    let dialect = provider.dialect
    var outcome: Outcome
    if head.status >= 300 {
      outcome = Outcome(
        .failure(
          dialect.fault(status: head.status, headers: headers, body: body, now: wall.now)))
    } else {
      do throws(ModelFault) {
        outcome = Outcome(.success(try dialect.decodeReply(body)))
      } catch {
        outcome = Outcome(.failure(error))
      }
    }
    outcome.quota = quota(headers)
    return outcome
  }

  func quota(_ headers: [String: String]) -> RemainingQuota? {
    RemainingQuota(headers: headers, now: wall.now)
  }

  /// An answer that came as a whole, in pieces.
  static func tell(
    _ reply: ModelReply, _ pieces: @Sendable (ReplyEvent) async -> Void
  ) async {
    await pieces(.started(id: reply.id, model: reply.model))
    var calls = 0
    for part in reply.parts {
      switch part {
      case .text(let text): await pieces(.text(text))
      case .reasoning(let thought):
        await pieces(.reasoning(thought.text))
        await pieces(.thought(thought))
      case .toolUse(let use):
        await pieces(.toolUse(index: calls, id: use.id, name: use.name))
        await pieces(.arguments(index: calls, use.arguments))
        calls += 1
      case .image, .toolAnswer: break
      }
    }
    await pieces(.finished(reply))
  }

  /// What a failure of the transport means for a call.
  static func fault(_ error: any Error, hasBegun: Bool = false) -> ModelFault {
    guard let fault = error as? HTTPFault else { return ModelFault(.connection, "\(error)") }
    switch fault.kind {
    case .invalid: return ModelFault(.badRequest, fault.message)
    case .unreachable: return ModelFault(.connection, fault.message)
    case .untrusted:
      var out = ModelFault(.connection, fault.message)
      out.providerSaysRetry = false
      return out
    case .broken: return ModelFault(hasBegun ? .truncated : .connection, fault.message)
    case .stalled, .deadline: return ModelFault(.stalled, fault.message)
    case .tooLarge: return ModelFault(.malformed, fault.message)
    case .cancelled: return ModelFault(.cancelled, fault.message)
    }
  }
}
