internal import Base

/// One request and what has come back of it: the meeting point of the engine's thread and one reader.
///
/// The engine puts in, the reader takes out, either may end it; what has to happen then (resume a
/// reader, let the server go on) is done after the lock is released.
final class Exchange: Sendable {
  /// What the engine is to do with received bytes.
  enum Acceptance {
    /// They were taken.
    case taken
    /// The reader is behind: keep them until told to go on.
    case pause
    /// Nobody wants them any more, or they are too many.
    case refused
  }

  private enum Reader {
    case head(CheckedContinuation<HTTPHead, any Error>)
    case piece(CheckedContinuation<[UInt8]?, any Error>)
    case whole(CheckedContinuation<HTTPResponse, any Error>)
  }

  private struct State {
    var head: HTTPHead?
    var waiting: [UInt8] = []
    var received = 0
    var isPaused = false
    var isLetGo = false
    var end: Result<Void, HTTPFault>?
    var reader: Reader?
  }

  let request: HTTPRequest
  private let isStreamed: Bool
  private let state = Locked(State())

  init(_ request: HTTPRequest, isStreamed: Bool) {
    self.request = request
    self.isStreamed = isStreamed
  }

  // The engine's side.

  /// Whether it is over already: then it need not be started.
  var isOver: Bool { state.withLock { $0.end != nil } }

  func receive(head: HTTPHead) {
    serve { $0.head = head }
  }

  func receive(_ bytes: UnsafeBufferPointer<UInt8>) -> Acceptance {
    let (acceptance, serving) = state.withLock { state -> (Acceptance, (@Sendable () -> Void)?) in
      guard state.end == nil else { return (.refused, nil) }
      if state.isLetGo { return (.taken, nil) }
      if isStreamed, state.waiting.count >= request.limits.waitingBytes {
        state.isPaused = true
        return (.pause, nil)
      }
      state.received += bytes.count
      if state.received > request.limits.bodyBytes {
        let fault = HTTPFault(
          .tooLarge, "the answer's body is larger than \(request.limits.bodyBytes) bytes",
          mayHaveArrived: true)
        state.end = .failure(fault)
        return (.refused, settle(&state))
      }
      state.waiting.append(contentsOf: bytes)
      return (.taken, settle(&state))
    }
    serving?()
    return acceptance
  }

  func finish(_ fault: HTTPFault?) {
    serve { state in
      if state.end == nil { state.end = fault.map { .failure($0) } ?? .success(()) }
    }
  }

  // The reader's side: one reader at a time.

  func head(_ continuation: CheckedContinuation<HTTPHead, any Error>) {
    serve { $0.reader = .head(continuation) }
  }

  func whole(_ continuation: CheckedContinuation<HTTPResponse, any Error>) {
    serve { $0.reader = .whole(continuation) }
  }

  /// Waits for more of the body; nil is its end.
  func piece(_ continuation: CheckedContinuation<[UInt8]?, any Error>) {
    serve { $0.reader = .piece(continuation) }
  }

  /// Whether the server was made to wait and may go on now.
  func takePause() -> Bool {
    state.withLock { state in
      guard state.isPaused, state.waiting.isEmpty, state.end == nil else { return false }
      state.isPaused = false
      return true
    }
  }

  /// Says that the rest of the body is of no use to anybody; whether there may be a rest.
  func letGo() -> Bool {
    state.withLock { state in
      guard state.end == nil, !state.isLetGo else { return false }
      state.isLetGo = true
      state.waiting = []
      return true
    }
  }

  /// Whether the last owner of the stream left it to come to its own end.
  var isLetGo: Bool { state.withLock { $0.isLetGo } }

  /// Ends it for the one who asked; whether there was anything to end.
  func cancel() -> Bool {
    let (did, serving) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
      guard state.end == nil else { return (false, nil) }
      state.end = .failure(HTTPFault(.cancelled, "given up", mayHaveArrived: true))
      state.waiting = []
      return (true, settle(&state))
    }
    serving?()
    return did
  }

  private func serve(_ change: @Sendable (inout State) -> Void) {
    let serving = state.withLock { state in
      change(&state)
      return settle(&state)
    }
    serving?()
  }

  // What the reader gets now, if it gets anything: to be called when the lock is released.
  private func settle(_ state: inout State) -> (@Sendable () -> Void)? {
    switch state.reader {
    case nil:
      return nil
    case .head(let reader):
      if case .failure(let fault) = state.end {
        state.reader = nil
        return { reader.resume(throwing: fault) }
      }
      guard let head = state.head else { return nil }
      state.reader = nil
      return { reader.resume(returning: head) }
    case .piece(let reader):
      // What came before the connection broke is handed out first: the reader sees how far it went.
      if !state.waiting.isEmpty {
        let piece = state.waiting
        state.waiting = []
        state.reader = nil
        return { reader.resume(returning: piece) }
      }
      guard let end = state.end else { return nil }
      state.reader = nil
      return { reader.resume(with: end.map { nil }.mapError { $0 }) }
    case .whole(let reader):
      guard let end = state.end else { return nil }
      state.reader = nil
      if case .failure(let fault) = end { return { reader.resume(throwing: fault) } }
      guard let head = state.head else {
        let fault = HTTPFault(.broken, "the answer has no head", mayHaveArrived: true)
        return { reader.resume(throwing: fault) }
      }
      let response = HTTPResponse(head: head, body: state.waiting)
      state.waiting = []
      return { reader.resume(returning: response) }
    }
  }
}
