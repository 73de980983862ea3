internal import CSystem

// Proxies on the loop's thread.
extension HTTPLoop {
  /// A tunnel without movement ends after this.
  static let tunnelIdle = Duration.seconds(300)

  func beginTunnel(_ descriptor: Int32, _ number: UInt64, of listener: UInt64, epoll: Int32) {
    let tunnel = HTTPTunnel(
      number: number, serverNumber: nextNumber(), listener: listener, client: descriptor,
      epoll: epoll, due: .now + limits.requestTime)
    tunnels[number] = tunnel
    tunnelServers[tunnel.serverNumber] = number
    guard csystem_epoll_add(epoll, descriptor, number) == 0 else { return endTunnel(tunnel) }
  }

  func see(_ tunnel: HTTPTunnel, _ side: HTTPTunnel.Side) {
    switch tunnel.stage {
    case .head: readHead(tunnel)
    case .deciding:
      // It watches nothing but the breaking of its client.
      endTunnel(tunnel)
    case .connecting:
      guard side == .server else { return endTunnel(tunnel) }
      if csystem_connected(tunnel.server) == 0, let target = tunnel.target {
        tunnel.open(target)
        relay(tunnel)
      } else {
        connect(tunnel)
      }
    case .relaying: relay(tunnel)
    }
  }

  private func readHead(_ tunnel: HTTPTunnel) {
    let (head, isBad) = tunnel.takeHead()
    if isBad { return refuse(tunnel, 400, "this is no request to a proxy") }
    guard let head else { return }
    guard let target = HTTPProxyTarget(head: head) else {
      return refuse(tunnel, 400, "expected CONNECT host:port or http://host/path")
    }
    guard case .proxy(let decide) = listeners[tunnel.listener]?.service else {
      return endTunnel(tunnel)
    }
    tunnel.target = target
    tunnel.stage = .deciding
    tunnel.rest()
    let number = tunnel.number
    let owner = tunnel.listener
    listeners[owner]?.handlers += 1
    tunnel.task = Task { [self] in
      post(.decide(number, await decide(target)))
      post(.handlerEnded(owner))
    }
  }

  func obey(_ decision: HTTPProxyDecision, _ tunnel: HTTPTunnel) {
    switch decision {
    case .refuse(let status, let text): refuse(tunnel, status, text)
    case .connect(let addresses):
      tunnel.addresses = addresses
      connect(tunnel)
    }
  }

  private func connect(_ tunnel: HTTPTunnel) {
    guard let target = tunnel.target, tunnel.connectNext(port: target.port) else {
      return refuse(tunnel, 502, "the host cannot be reached")
    }
    tunnel.due = .now + .seconds(15)
  }

  private func relay(_ tunnel: HTTPTunnel) {
    tunnel.due = .now + Self.tunnelIdle
    if !tunnel.pump() { endTunnel(tunnel) }
  }

  private func refuse(_ tunnel: HTTPTunnel, _ status: Int, _ text: String) {
    tunnel.refuse(status, text)
    endTunnel(tunnel)
  }

  func endTunnel(_ tunnel: HTTPTunnel) {
    guard tunnels.removeValue(forKey: tunnel.number) != nil else { return }
    tunnelServers[tunnel.serverNumber] = nil
    tunnel.close()
    listeners[tunnel.listener]?.connections.remove(tunnel.number)
    settle(tunnel.listener)
  }

  func sweepTunnels(_ now: ContinuousClock.Instant) {
    for tunnel in tunnels.values where tunnel.due < now {
      if tunnel.stage == .connecting { connect(tunnel) } else { endTunnel(tunnel) }
    }
  }
}
