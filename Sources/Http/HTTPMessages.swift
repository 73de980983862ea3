/// A whole request, as it was received.
public struct HTTPServerRequest: Sendable {
  /// GET, POST, …; as it was sent.
  public let method: String
  /// What stands before the first `?` of the target, still percent-encoded.
  public let path: String
  /// What stands behind it; empty when there is none.
  public let query: String
  /// The fields of the head, their names in small letters, in the order of their coming.
  public let headers: [(name: String, value: String)]
  /// The body.
  public let body: [UInt8]

  /// A request, for handlers that are called without a connection.
  public init(
    method: String, target: String, headers: [(name: String, value: String)] = [],
    body: [UInt8] = []
  ) {
    self.method = method
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = parts.first.map(String.init) ?? ""
    query = parts.count > 1 ? String(parts[1]) : ""
    self.headers = headers
    self.body = body
  }

  /// The first field of this name, which is given in small letters.
  public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// What a request is answered with.
public struct HTTPServerResponse: Sendable {
  /// The bytes of an answer, at once or as they come.
  public enum Body: Sendable {
    /// All of them.
    case bytes([UInt8])
    /// Piece by piece; an error of the writer cuts the answer, which the other end can see.
    case stream(@Sendable (HTTPBodyWriter) async throws -> Void)
  }

  /// The status code.
  public var status: Int
  /// The fields of the head; length and encoding are added.
  public var headers: [(name: String, value: String)]
  /// The body.
  public var body: Body

  /// An answer.
  public init(status: Int, headers: [(name: String, value: String)] = [], body: Body) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// An answer whose bytes are there.
  public init(
    status: Int, headers: [(name: String, value: String)] = [], _ bytes: [UInt8] = []
  ) {
    self.init(status: status, headers: headers, body: .bytes(bytes))
  }

  /// An answer of plain text.
  public static func text(_ status: Int, _ text: String) -> HTTPServerResponse {
    HTTPServerResponse(
      status: status, headers: [("content-type", "text/plain; charset=utf-8")], Array(text.utf8))
  }
}

/// Where a streamed answer is written to.
public struct HTTPBodyWriter: Sendable {
  let pipe: HTTPBodyPipe

  /// Writes a piece; waits while the other end does not read, and throws when it is gone.
  public func write(_ bytes: [UInt8]) async throws { try await pipe.write(bytes) }

  /// Says that the answer is whole; without it the other end sees a cut.
  public func finish() { pipe.finish(cut: false) }
}

/// Where one request is answered, for handlers that learn only on the way which answer it will be.
public struct HTTPResponder: Sendable {
  let begin: @Sendable (HTTPServerResponse, HTTPBodyPipe?) -> Void
  let pipe: HTTPBodyPipe

  /// Sends the head of an answer that is written piece by piece; to be called once, or `send`.
  public func stream(
    status: Int, headers: [(name: String, value: String)] = []
  ) -> HTTPBodyWriter {
    begin(HTTPServerResponse(status: status, headers: headers, body: .stream { _ in }), pipe)
    return HTTPBodyWriter(pipe: pipe)
  }

  /// Sends an answer; to be called once, or `stream`.
  public func send(_ response: HTTPServerResponse) async {
    guard case .stream(let write) = response.body else { return begin(response, nil) }
    let writer = stream(status: response.status, headers: response.headers)
    do {
      try await write(writer)
      writer.finish()
    } catch {
      pipe.finish(cut: true)
    }
  }
}

/// What one server bears; every bound is on what a stranger can make it hold.
public struct HTTPServerLimits: Sendable {
  /// Bytes of a request's head; more is answered with 431.
  public var headBytes = 64 << 10
  /// Bytes of a request's body; more is answered with 413 or cut.
  public var bodyBytes = 32 << 20
  /// Bytes of bodies that all connections of a listener hold at once.
  public var heldBytes = 64 << 20
  /// Connections of one listener; more wait until one is over.
  public var connectionsPerListener = 64
  /// Connections in all.
  public var connections = 10_000
  /// Bytes of an answer that wait for a slow reader before its writer waits too.
  public var unreadBytes = 64 << 10
  /// The time from the first byte of a request, or the connection's beginning, to its last byte.
  public var requestTime = Duration.seconds(60)
  /// The time in which nothing moves before a connection ends, in whole seconds.
  public var idleSeconds = 75

  /// The usual bounds.
  public init() {}
}
