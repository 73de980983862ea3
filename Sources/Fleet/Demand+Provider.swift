public import Sandbox
public import Suite

extension Demand {
  /// Whether a provider's sandboxes give this; what they do not give is refused by name before a run.
  public func isMet(by provider: any SandboxProvider) -> Bool {
    switch kind {
    case .image, .build, .users, .network: provider.name == "container"
    case .allowlist: provider.listens
    case .compose, .gpu, .tpu, .windows, .live, .mcp: false
    }
  }
}

extension Demand.Kind {
  /// Whether it is about reaching other machines.
  public var isNetwork: Bool { self == .network || self == .allowlist }
}
