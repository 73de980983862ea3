internal import Base

/// An answer whose body is read piece by piece, by one reader at a time; the server waits for the reader.
///
/// When the last owner lets go of it before its end, the request is given up.
public final class HTTPStream: Sendable {
  private let exchange: Exchange
  private let client: HTTPClient
  private let received = Locked<HTTPHead?>(nil)

  init(_ exchange: Exchange, client: HTTPClient) {
    self.exchange = exchange
    self.client = client
  }

  deinit { if !exchange.isLetGo { client.cancel(exchange) } }

  /// The head of the answer.
  public var head: HTTPHead { received.withLock { $0 } ?? HTTPHead(status: 0) }

  /// The next bytes of the body, as many as there are; nil at its end. Throws an `HTTPFault`.
  public func next() async throws -> [UInt8]? {
    let piece = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { exchange.piece($0) }
    } onCancel: {
      client.cancel(exchange)
    }
    if exchange.takePause() { client.letGoOn(exchange) }
    return piece
  }

  /// Reads the rest of the body.
  public func rest() async throws -> [UInt8] {
    var body: [UInt8] = []
    while let piece = try await next() { body += piece }
    return body
  }

  /// Says that the rest is of no use: it is given a moment to come, so that the connection can be used again.
  public func letGo() {
    if exchange.letGo() { client.letGo(exchange) }
  }

  /// Gives the request up.
  public func cancel() { client.cancel(exchange) }

  func awaitHead() async throws {
    let head = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { exchange.head($0) }
    } onCancel: {
      client.cancel(exchange)
    }
    received.withLock { $0 = head }
  }
}
