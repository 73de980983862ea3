internal import Base
package import Platform

/// What a launcher's messages travel over.
package protocol LauncherLink: Sendable {
  /// Sends one message; never waits for the other end.
  func send(_ bytes: [UInt8], descriptors: [Int32]) throws
  /// The messages that are there; nil when the other end is gone, or sent what cannot be.
  func receive() -> [LauncherChannel.Answer]?
  func watch(_ ready: @escaping @Sendable (Reactor.Token) -> Void) -> Reactor.Token
  func forget(_ token: Reactor.Token)
  /// Ends the connection for both sides.
  func shut()
}

/// Packets with descriptors, to a supervisor on this machine.
struct PacketLink: LauncherLink {
  private let socket: PacketSocket

  init(_ socket: PacketSocket) { self.socket = socket }

  func send(_ bytes: [UInt8], descriptors: [Int32]) throws {
    try socket.send(bytes, descriptors: descriptors)
  }

  func receive() -> [LauncherChannel.Answer]? {
    switch socket.receive() {
    case .nothing: []
    case .closed: nil
    case .packet(let packet): Self.answer(packet).map { [$0] }
    }
  }

  func watch(_ ready: @escaping @Sendable (Reactor.Token) -> Void) -> Reactor.Token {
    socket.watch(ready)
  }

  func forget(_ token: Reactor.Token) { socket.forget(token) }

  func shut() { socket.shut() }

  private static func answer(_ packet: Packet) -> LauncherChannel.Answer? {
    guard let message = WireMessage(packet.bytes) else { return nil }
    guard message.kind == .indirect else {
      return LauncherChannel.Answer(message: message, descriptors: packet.descriptors)
    }
    // The memory file is the supervisor's, which is ours; its size is bounded by what was asked for.
    guard let file = packet.descriptors.first,
      let bytes = try? MemoryFile.read(file, limit: 256 << 20),
      let inner = WireMessage(bytes)
    else { return nil }
    return LauncherChannel.Answer(
      message: inner, descriptors: Array(packet.descriptors.dropFirst()))
  }
}
