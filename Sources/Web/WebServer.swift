internal import Assets
public import Base
public import Http
public import Ledger

/// How the live page is served.
public struct WebOptions: Sendable {
  /// The port; 0 takes a free one.
  public var port: UInt16
  /// The address to listen on; nil is this machine's loopback, both kinds.
  public var address: NetworkAddress?
  /// What clients have to know; needed by addresses that others can reach, and for control.
  public var token: String?
  /// The lab that commands on the page have to name, where whoever pastes them would not find it without.
  public var labToName: String?
  /// The most clients that are told of changes at once.
  public var mostListeners = 16

  /// The loopback alone, without a token.
  public init(port: UInt16 = 0, address: NetworkAddress? = nil, token: String? = nil) {
    self.port = port
    self.address = address
    self.token = token
  }
}

/// A word that somebody said to a night on its page.
public struct WebWord: Sendable, Hashable {
  /// The night.
  public let run: RunID
  /// pause, resume, hint, veto, branch, retune, approve or reject.
  public let order: String
  /// The hint, the component, the candidate.
  public let text: String
  /// Why.
  public let reason: String
  /// New limits by name: trials, candidates, slots, cost_usd.
  public var limits: [String: Double] = [:]
}

/// What passes a word on to a night; the answer says whether it changed something.
public typealias WebSteering = @Sendable (WebWord) async throws -> JSON

/// The live page of a lab: a server on a local port that reads, and writes nothing.
public final class WebServer: Sendable {
  /// The port that it listens on.
  public let port: UInt16
  private let server: HTTPServer
  private let keeping: Task<Void, Never>

  /// Begins to serve a lab; with `steering` the page can also speak to a night that goes on.
  public init(_ lab: Lab, _ options: WebOptions, clock: WallClock, steering: WebSteering? = nil)
    throws
  {
    let isLoopback = options.address?.isLoopback ?? true
    guard options.token != nil || (isLoopback && steering == nil) else {
      throw BelayError(
        .usage, "a page that others can reach, or that steers, needs a token", hint: "--token-file")
    }
    var limits = HTTPServerLimits()
    limits.headBytes = 16 << 10
    limits.bodyBytes = 64 << 10
    limits.heldBytes = 4 << 20
    limits.connectionsPerListener = 256
    limits.connections = 512
    limits.unreadBytes = 256 << 10
    limits.requestTime = .seconds(10)
    server = try HTTPServer(limits: limits)
    let warm = try WarmLab(lab, clock: clock)
    let box = Locked<WebRouter?>(nil)
    let handler: HTTPHandler = { request in
      guard let router = box.withLock({ $0 }) else { return .text(503, "not yet\n") }
      return await router.answer(request)
    }
    let first = try server.serve(options.address ?? .loopback, options.port, handler)
    port = first.port
    if options.address == nil {
      // A machine without IPv6 has the other one.
      _ = try? server.serve(.longLoopback, first.port, handler)
    }
    let router = WebRouter(
      warm: warm, mostListeners: options.mostListeners, steering: steering,
      isOpen: isLoopback,
      gate: WebGuard(
        port: first.port, address: options.address, isLoopback: isLoopback, token: options.token),
      labToName: options.labToName)
    box.withLock { $0 = router }
    warm.foresee()
    keeping = Task {
      while (try? await Task.sleep(for: .milliseconds(500))) != nil { warm.keep() }
    }
  }

  /// Ends every connection.
  public func stop() async {
    keeping.cancel()
    await server.stop()
  }
}
