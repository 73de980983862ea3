internal import Base

/// Sends requests over HTTP: one thread carries all of them, however many wait.
///
/// Connections are kept and used again, HTTP/2 is spoken where the server offers it, certificates
/// are verified, redirects are not followed, and no proxy is used that was not asked for.
public final class HTTPClient: Sendable {
  /// What holds for all requests of a client.
  public struct Settings: Sendable, Hashable {
    /// What the client calls itself.
    public var userAgent = "belay"
    /// Certificates to trust instead of the system's, as a PEM file.
    public var certificates: String?
    /// Connections that are kept when nobody uses them.
    public var keptConnections = 256

    /// The usual ones.
    public init() {}
  }

  /// The client of this process, started when it is first used.
  public static let shared = HTTPClient()

  private let engine: CurlEngine

  /// A client with a thread and connections of its own, which end with it.
  public init(_ settings: Settings = Settings()) {
    engine = CurlEngine(settings)
  }

  deinit { engine.stop() }

  /// Sends a request and waits for the whole answer; throws an `HTTPFault`.
  public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let exchange = try start(request, isStreamed: false)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { exchange.whole($0) }
    } onCancel: {
      engine.cancel(exchange)
    }
  }

  /// Sends a request and waits for the head of the answer; throws an `HTTPFault`.
  public func open(_ request: HTTPRequest) async throws -> HTTPStream {
    let stream = HTTPStream(try start(request, isStreamed: true), client: self)
    try await stream.awaitHead()
    return stream
  }

  private func start(_ request: HTTPRequest, isStreamed: Bool) throws(HTTPFault) -> Exchange {
    if let flaw = request.flaw {
      throw HTTPFault(.invalid, "\(request.place.printable()): \(flaw)", mayHaveArrived: false)
    }
    let exchange = Exchange(request, isStreamed: isStreamed)
    engine.start(exchange)
    return exchange
  }

  func cancel(_ exchange: Exchange) { engine.cancel(exchange) }

  func letGo(_ exchange: Exchange) { engine.letGo(exchange) }

  func letGoOn(_ exchange: Exchange) { engine.letGoOn(exchange) }
}
