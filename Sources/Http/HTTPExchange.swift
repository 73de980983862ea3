internal import CMicrohttpd

/// One connection, from its acceptance to its end; touched by the loop's thread alone.
final class HTTPConnection {
  let number: UInt64
  let descriptor: Int32
  let listener: UInt64
  /// When the request that is being received has to be there; nil while it is answered.
  var due: ContinuousClock.Instant?
  /// The request that it is busy with.
  var exchange: HTTPExchange?

  init(number: UInt64, descriptor: Int32, listener: UInt64) {
    self.number = number
    self.descriptor = descriptor
    self.listener = listener
  }
}

/// One request and its answer; touched by the loop's thread alone.
final class HTTPExchange {
  enum Stage { case receiving, handled, answered }

  let number: UInt64
  let target: String
  let connection: HTTPConnection
  var handle: OpaquePointer?
  var stage = Stage.receiving
  var hasBegun = false
  var body: [UInt8] = []
  var isSuspended = false
  var response: HTTPServerResponse?
  var pipe: HTTPBodyPipe?
  var task: Task<Void, Never>?

  init(number: UInt64, target: String, connection: HTTPConnection, handle: OpaquePointer) {
    self.number = number
    self.target = target
    self.connection = connection
    self.handle = handle
  }

  /// Lets the library go on with the connection.
  func resume() {
    guard isSuspended, let handle else { return }
    isSuspended = false
    MHD_resume_connection(handle)
  }

  func suspend() {
    guard !isSuspended, let handle else { return }
    isSuspended = true
    MHD_suspend_connection(handle)
  }
}

/// What other threads ask of the loop.
enum HTTPLoopCommand: Sendable {
  case serve(UInt64, Int32, HTTPService)
  case close(UInt64, CheckedContinuation<Void, Never>)
  /// The handler gave its answer; a streamed one comes through the pipe.
  case answer(UInt64, HTTPServerResponse, HTTPBodyPipe?)
  /// The pipe has more, after it had nothing.
  case more(UInt64)
  /// Whether the client of a proxy is let through.
  case decide(UInt64, HTTPProxyDecision)
  /// A handler of this listener is over, its streaming included.
  case handlerEnded(UInt64)
  case stop(CheckedContinuation<Void, Never>)
}

/// What a listening socket is for.
enum HTTPService: Sendable {
  case requests(HTTPResponding)
  case proxy(HTTPProxyHandler)
}

/// A listening socket; touched by the loop's thread alone.
final class HTTPListener {
  let descriptor: Int32
  let service: HTTPService
  var connections: Set<UInt64> = []
  var handlers = 0
  var heldBytes = 0
  var isPaused = false
  var isClosing = false
  var waiting: [CheckedContinuation<Void, Never>] = []

  init(descriptor: Int32, service: HTTPService) {
    self.descriptor = descriptor
    self.service = service
  }
}
