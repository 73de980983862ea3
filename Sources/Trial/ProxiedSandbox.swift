internal import Base
internal import Platform
internal import Sandbox
internal import Suite

/// A provider whose phases reach the hosts that they may, and no others, through a proxy out here.
struct ProxiedSandbox: SandboxProvider {
  let base: any SandboxProvider
  let gateway: any TrialGateway

  var name: String { base.name }
  var layerOwner: UInt32? { base.layerOwner }
  var listens: Bool { base.listens }

  func probe() async -> SandboxReport { await base.probe() }

  func image(_ source: SandboxImageSource) async throws -> SandboxImage? {
    try await base.image(source)
  }

  func start(_ spec: SandboxSpec) async throws -> any SandboxBox {
    ProxiedBox(base: try await base.start(spec), gateway: gateway)
  }

  func shutDown() { base.shutDown() }
}

/// A place whose phases with allowed hosts listen for a proxy, and whose commands are told of it.
final class ProxiedBox: SandboxBox {
  private let base: any SandboxBox
  private let gateway: any TrialGateway
  private let lease = Locked<(any ProxyLease)?>(nil)

  init(base: any SandboxBox, gateway: any TrialGateway) {
    self.base = base
    self.gateway = gateway
  }

  func begin(_ phase: PhaseSpec) async throws {
    guard !phase.allowedHosts.isEmpty else { return try await base.begin(phase) }
    var phase = phase
    phase.listens.append(gateway.proxyPort)
    try await base.begin(phase)
    let opened = try await gateway.proxy(
      to: phase.allowedHosts, on: base.listener(gateway.proxyPort))
    lease.withLock { $0 = opened }
  }

  func run(_ command: CommandSpec) async throws -> CommandResult {
    try await base.run(told(command))
  }

  func start(_ command: CommandSpec) async throws -> LiveCommand {
    try await base.start(told(command))
  }

  private func told(_ command: CommandSpec) -> CommandSpec {
    var command = command
    if let variables = lease.withLock({ $0?.variables }) {
      command.environment.merge(variables) { own, _ in own }
    }
    return command
  }

  func end() async throws -> PhaseUsage {
    let usage = try await base.end()
    await closeLease()
    return usage
  }

  func perform(_ phase: PhaseSpec, _ command: CommandSpec) async throws
    -> (command: CommandResult, usage: PhaseUsage)
  {
    guard !phase.allowedHosts.isEmpty else { return try await base.perform(phase, command) }
    try await begin(phase)
    let result = try await run(command)
    return (result, try await end())
  }

  func fresh(_ target: String) throws -> SandboxFolder { try base.fresh(target) }

  func listener(_ port: UInt16) throws -> SharedDescriptor { try base.listener(port) }

  func root() async throws -> SandboxFolder { try await base.root() }

  func stop() async {
    await base.stop()
    await closeLease()
  }

  private func closeLease() async {
    let old = lease.withLock { lease in
      defer { lease = nil }
      return lease
    }
    await old?.close()
  }
}

extension PhaseSpec {
  /// Gives the phase the network that its task asks for, unless the run gives none to anybody.
  mutating func setNetwork(
    _ own: NetworkPolicy?, in environment: TaskEnvironment, _ rules: TrialRules
  ) {
    guard !rules.ignoresNetwork, let policy = own ?? environment.network else { return }
    switch policy.mode {
    case .open: hasNetwork = true
    case .allowlist: allowedHosts = policy.hosts
    case .none: break
    }
  }
}
