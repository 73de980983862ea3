internal import Base
internal import Http
internal import Notation
internal import Trial

/// The hosts that a task allows, as a proxy decides over them.
struct AllowedHosts: Sendable {
  private let hosts: [String]

  init(_ hosts: [String]) { self.hosts = hosts }

  /// By name first; then by where the name leads, which its owner may change at any time.
  func decide(
    _ target: HTTPProxyTarget, mayReach: @Sendable (NetworkAddress) -> Bool
  ) async -> HTTPProxyDecision {
    guard hosts.contains(where: { HostPattern.matches($0, target.host) }) else {
      return .refuse(403, "\(target.host.printable()) is not among the hosts that the task allows")
    }
    let found = await NetworkAddress.resolve(target.host)
    let reached = found.filter(mayReach)
    if found.isEmpty { return .refuse(502, "\(target.host.printable()) is not known") }
    if reached.isEmpty {
      return .refuse(403, "\(target.host.printable()) leads to an address that is not public")
    }
    return .connect(reached)
  }
}

/// A proxy for one phase.
struct HostLease: ProxyLease {
  let listening: HTTPListening
  let port: UInt16

  var variables: [String: String] {
    let address = "http://127.0.0.1:\(port)"
    var variables: [String: String] = [:]
    // Some programs read the one form, some the other.
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
      variables[name] = address
      variables[name.lowercased()] = address
    }
    for name in ["NO_PROXY", "no_proxy"] { variables[name] = "127.0.0.1,localhost,::1" }
    return variables
  }

  func close() async { await listening.close() }
}
