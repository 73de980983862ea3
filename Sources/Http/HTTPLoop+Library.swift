internal import Base
internal import CMicrohttpd
internal import Glibc

// The library's callbacks, all on the loop's thread.
extension HTTPLoop {
  func startDaemon(_ context: UnsafeMutableRawPointer) -> OpaquePointer? {
    belay_http_start(
      { context, handle, _, method, _, upload, size, state in
        guard let context, let handle, let method, let size, let state = state?.pointee else {
          return .NO
        }
        let loop = Unmanaged<HTTPLoop>.fromOpaque(context).takeUnretainedValue()
        let exchange = Unmanaged<HTTPExchange>.fromOpaque(state).takeUnretainedValue()
        let bytes = UnsafeRawBufferPointer(start: upload, count: size.pointee)
        let result = loop.access(exchange, handle, method: String(cString: method), bytes)
        size.pointee = 0
        return result
      },
      { context, target, handle in
        guard let context, let target, let handle else { return nil }
        let loop = Unmanaged<HTTPLoop>.fromOpaque(context).takeUnretainedValue()
        return loop.begin(String(cString: target), handle)
          .map { Unmanaged.passRetained($0).toOpaque() }
      },
      { context, _, state, _ in
        guard let context, let state, let exchange = state.pointee else { return }
        state.pointee = nil
        Unmanaged<HTTPLoop>.fromOpaque(context).takeUnretainedValue()
          .end(Unmanaged<HTTPExchange>.fromOpaque(exchange).takeRetainedValue())
      },
      { context, handle, _, event in
        guard let context, let handle, event == .CONNECTION_NOTIFY_CLOSED else { return }
        let loop = Unmanaged<HTTPLoop>.fromOpaque(context).takeUnretainedValue()
        if let number = loop.numbers[belay_http_socket(handle)] { loop.forget(number) }
      }, context, limits.headBytes, UInt32(limits.idleSeconds), UInt32(limits.connections))
  }

  private func begin(_ target: String, _ handle: OpaquePointer) -> HTTPExchange? {
    guard let number = numbers[belay_http_socket(handle)], let connection = connections[number]
    else { return nil }
    let exchange = HTTPExchange(
      number: nextNumber(), target: target, connection: connection, handle: handle)
    connection.exchange = exchange
    connection.due = .now + limits.requestTime
    exchanges[exchange.number] = exchange
    return exchange
  }

  private func end(_ exchange: HTTPExchange) {
    exchange.handle = nil
    exchange.task?.cancel()
    exchange.pipe?.close()
    exchanges[exchange.number] = nil
    release(exchange)
    let connection = exchange.connection
    if connection.exchange === exchange { connection.exchange = nil }
    // While no request begins, the library's idle time ends the connection; one that begins and drips in
    // meets this.
    connection.due = .now + limits.requestTime + .seconds(limits.idleSeconds)
  }

  private func release(_ exchange: HTTPExchange) {
    listeners[exchange.connection.listener]?.heldBytes -= exchange.body.count
    exchange.body = []
  }

  private func access(
    _ exchange: HTTPExchange, _ handle: OpaquePointer, method: String,
    _ bytes: UnsafeRawBufferPointer
  ) -> MHD_Result {
    guard let listener = listeners[exchange.connection.listener], !listener.isClosing else {
      return .NO
    }
    if !exchange.hasBegun {
      exchange.hasBegun = true
      exchange.connection.due = .now + limits.requestTime
      if let length = contentLength(handle), length > limits.bodyBytes {
        exchange.stage = .answered
        return queue(.text(413, "the body is too large\n"), nil, exchange, handle)
      }
      return .YES
    }
    if !bytes.isEmpty {
      exchange.body += bytes
      listener.heldBytes += bytes.count
      let isTooLarge =
        exchange.body.count > limits.bodyBytes || listener.heldBytes > limits.heldBytes
      return isTooLarge ? .NO : .YES
    }
    switch exchange.stage {
    case .receiving:
      exchange.connection.due = nil
      exchange.stage = .handled
      exchange.suspend()
      start(request(exchange, handle, method), exchange, listener)
      return .YES
    case .handled:
      guard let response = exchange.response else { return .YES }
      exchange.stage = .answered
      return queue(response, exchange.pipe, exchange, handle)
    case .answered: return .YES
    }
  }

  private func contentLength(_ handle: OpaquePointer) -> Int? {
    MHD_lookup_connection_value(handle, .HEADER_KIND, "content-length")
      .flatMap { Int(String(cString: $0)) }
  }

  private func request(_ exchange: HTTPExchange, _ handle: OpaquePointer, _ method: String)
    -> HTTPServerRequest
  {
    let fields = HeaderFields()
    MHD_get_connection_values(
      handle, .HEADER_KIND,
      { context, _, name, value in
        guard let context, let name else { return .NO }
        Unmanaged<HeaderFields>.fromOpaque(context).takeUnretainedValue().all.append(
          (String(cString: name).lowercased(), value.map { String(cString: $0) } ?? ""))
        return .YES
      }, Unmanaged.passUnretained(fields).toOpaque())
    return HTTPServerRequest(
      method: method, target: exchange.target, headers: fields.all, body: exchange.body)
  }

  // The root of all handlers: they come from a thread that belongs to no task.
  private func start(
    _ request: HTTPServerRequest, _ exchange: HTTPExchange, _ listener: HTTPListener
  ) {
    let number = exchange.number
    let owner = exchange.connection.listener
    let limit = limits.unreadBytes
    guard case .requests(let handler) = listener.service else { return }
    listener.handlers += 1
    exchange.task = Task { [self] in
      let pipe = HTTPBodyPipe(limit: limit) { [self] in post(.more(number)) }
      let hasBegun = Locked(false)
      let responder = HTTPResponder(
        begin: { [self] response, pipe in
          let isFirst = hasBegun.withLock { hasBegun in
            defer { hasBegun = true }
            return !hasBegun
          }
          guard isFirst else { return }
          post(.answer(number, response, pipe))
        }, pipe: pipe)
      await handler(request, responder)
      await responder.send(.text(500, "there is no answer\n"))
      pipe.finish(cut: true)
      post(.handlerEnded(owner))
    }
  }

  private func queue(
    _ response: HTTPServerResponse, _ pipe: HTTPBodyPipe?, _ exchange: HTTPExchange,
    _ handle: OpaquePointer
  ) -> MHD_Result {
    release(exchange)
    let made: OpaquePointer?
    switch response.body {
    case .bytes(let bytes):
      made = bytes.withUnsafeBytes { buffer in
        MHD_create_response_from_buffer(
          buffer.count, UnsafeMutableRawPointer(mutating: buffer.baseAddress),
          .RESPMEM_MUST_COPY)
      }
    case .stream:
      // Its end is the connection's: there is no other way to cut an answer in the middle.
      made = MHD_create_response_from_callback(
        UInt64.max, 32 << 10,
        { context, _, buffer, size in
          guard let context, let buffer else { return Int(MHD_CONTENT_READER_END_WITH_ERROR) }
          let exchange = Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue()
          return exchange.read(UnsafeMutableRawBufferPointer(start: buffer, count: size))
        }, Unmanaged.passRetained(exchange).toOpaque(),
        { context in
          if let context { Unmanaged<HTTPExchange>.fromOpaque(context).release() }
        })
    }
    guard let made else { return .NO }
    defer { MHD_destroy_response(made) }
    for (name, value) in response.headers {
      // A value with a line break is not sent: the library refuses it.
      MHD_add_response_header(made, name, value)
    }
    return MHD_queue_response(handle, UInt32(response.status), made)
  }
}

private final class HeaderFields {
  var all: [(name: String, value: String)] = []
}

extension HTTPExchange {
  fileprivate func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    switch pipe?.read(into: buffer) {
    case .bytes(let count): return count
    case .nothing:
      suspend()
      return 0
    case .end: return Int(MHD_CONTENT_READER_END_OF_STREAM)
    case .cut, nil: return Int(MHD_CONTENT_READER_END_WITH_ERROR)
    }
  }
}
