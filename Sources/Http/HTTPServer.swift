public import Base
internal import CSystem
internal import Glibc

/// What answers requests; it is cancelled when the one who asked is gone.
public typealias HTTPHandler = @Sendable (HTTPServerRequest) async -> HTTPServerResponse

/// What answers requests in its own time; an answer that it began and did not finish is cut.
public typealias HTTPResponding = @Sendable (HTTPServerRequest, HTTPResponder) async -> Void

/// One thread that serves any number of listening sockets, each with a handler of its own.
///
/// It must be stopped: its thread holds it until then.
public final class HTTPServer: Sendable {
  private let loop: HTTPLoop

  /// Starts the thread.
  public init(limits: HTTPServerLimits = HTTPServerLimits()) throws(BelayError) {
    loop = try HTTPLoop(limits: limits)
  }

  /// Serves what connects to a listening socket, of which a duplicate is taken, until it is closed.
  public func serve(
    listener descriptor: Int32, _ handler: @escaping HTTPHandler
  ) throws(BelayError) -> HTTPListening {
    try serve(descriptor, .requests { await $1.send(await handler($0)) })
  }

  /// Serves what connects to a listening socket by a handler that answers in its own time.
  public func serve(
    listener descriptor: Int32, responding handler: @escaping HTTPResponding
  ) throws(BelayError) -> HTTPListening {
    try serve(descriptor, .requests(handler))
  }

  /// Lets through what connects to a listening socket, as far as `decide` says, until it is closed.
  public func proxy(
    listener descriptor: Int32, _ decide: @escaping HTTPProxyHandler
  ) throws(BelayError) -> HTTPListening {
    try serve(descriptor, .proxy(decide))
  }

  private func serve(_ descriptor: Int32, _ service: HTTPService) throws(BelayError)
    -> HTTPListening
  {
    let own = csystem_duplicate_socket(descriptor)
    guard own >= 0 else { throw .system("duplicate a listening socket", errno) }
    let number = loop.nextNumber()
    loop.post(.serve(number, own, service))
    return HTTPListening(loop: loop, number: number)
  }

  /// Serves a port of this machine's loopback; 0 takes a free one.
  public func serve(
    loopback port: UInt16, _ handler: @escaping HTTPHandler
  ) throws(BelayError) -> (listening: HTTPListening, port: UInt16) {
    try serve(.loopback, port, handler)
  }

  /// Serves a port of one of this machine's addresses; 0 takes a free one.
  public func serve(
    _ address: NetworkAddress, _ port: UInt16, _ handler: @escaping HTTPHandler
  ) throws(BelayError) -> (listening: HTTPListening, port: UInt16) {
    var bound: UInt16 = 0
    let descriptor = csystem_listen_at(address.bytes, address.bytes.count, port, &bound)
    guard descriptor >= 0 else {
      let isTaken = errno == EADDRINUSE
      throw .system(
        "listen", errno, place: "\(address.isLong ? "[\(address)]" : "\(address)"):\(port)",
        kind: isTaken ? .busy : .internal, hint: isTaken ? "choose another port" : nil)
    }
    defer { close(descriptor) }
    return (try serve(listener: descriptor, handler), bound)
  }

  /// Ends every connection and the thread; handlers are cancelled and waited for.
  public func stop() async {
    await withCheckedContinuation { loop.post(.stop($0)) }
  }
}

/// A socket that is being served.
public final class HTTPListening: Sendable {
  private let loop: HTTPLoop
  private let number: UInt64

  init(loop: HTTPLoop, number: UInt64) {
    self.loop = loop
    self.number = number
  }

  /// Ends it: nobody is let in any more, its connections break, its handlers are cancelled and waited for.
  public func close() async {
    await withCheckedContinuation { loop.post(.close(number, $0)) }
  }
}
