public import Base
public import Http
public import Model
public import Platform
public import Trial

/// The ways out of trials: to models, metered, and to the hosts that a task allows. It has no keys itself:
/// who is asked has them.
public final class Gateway: TrialGateway {
  /// Where phases listen: ports that no task uses for itself.
  public static let modelPort: UInt16 = 41_414
  /// The same for what leads to hosts.
  public static let proxyPort: UInt16 = 41_415

  private let server: HTTPServer
  private let models: ServedModels
  private let asking: (any ModelAsking)?
  private let mayReach: @Sendable (NetworkAddress) -> Bool
  private let clock: WallClock

  /// A gateway that serves these models, or none; `mayReach` says which addresses a proxy leads to.
  public init(
    server: HTTPServer, models: ServedModels = ServedModels([:]), asking: (any ModelAsking)? = nil,
    mayReach: @escaping @Sendable (NetworkAddress) -> Bool = { $0.isPublic },
    clock: WallClock = .system
  ) {
    self.server = server
    self.models = models
    self.asking = asking
    self.mayReach = mayReach
    self.clock = clock
  }

  /// The port for models; nil when there are none.
  public var modelPort: UInt16? { asking == nil || models.isEmpty ? nil : Self.modelPort }

  /// The port for hosts.
  public var proxyPort: UInt16 { Self.proxyPort }

  /// Serves models on a socket until the lease is closed.
  public func lease(_ visit: ModelVisit, on listener: SharedDescriptor) async throws
    -> any ModelLease
  {
    guard let asking else {
      throw BelayError(.usage, "there are no models", hint: "--model PROVIDER/MODEL")
    }
    let lease = GatewayLease(
      visit, port: Self.modelPort, models: models, asking: asking, clock: clock)
    lease.begin(
      try server.serve(listener: listener.raw) { request, responder in
        await lease.answer(request, responder)
      })
    return lease
  }

  /// Lets through to hosts until the lease is closed.
  public func proxy(to hosts: [String], on listener: SharedDescriptor) async throws
    -> any ProxyLease
  {
    let list = AllowedHosts(hosts)
    let mayReach = mayReach
    let listening = try server.proxy(listener: listener.raw) { target in
      await list.decide(target, mayReach: mayReach)
    }
    return HostLease(listening: listening, port: Self.proxyPort)
  }
}
