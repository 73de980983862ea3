public import Base
internal import CSystem
internal import Glibc

/// Sockets by which processes of one user on one machine find each other: a name in a folder.
public enum LocalSocket {
  /// Listens on a name in a folder; a socket that an earlier process left is replaced. Where it is open to
  /// all, whoever is let into the folder may connect.
  public static func listen(
    _ name: String, in folder: String, isOpenToAll: Bool = false
  ) throws(BelayError) -> SharedDescriptor {
    let place = try SharedDescriptor.folder(folder)
    let raw = csystem_listen_in(place.raw, name)
    guard raw >= 0 else { throw .system("listen", errno, place: Path.join(folder, name)) }
    let socket = SharedDescriptor(owning: raw)
    if isOpenToAll, fchmodat(place.raw, name, 0o666, 0) != 0 {
      throw .system("chmod", errno, place: Path.join(folder, name))
    }
    return socket
  }

  /// The descriptors that somebody has sent, in one message, to a socket that listens; nil when nobody has.
  public static func received(by listener: SharedDescriptor) -> [SharedDescriptor]? {
    let raw = csystem_accept(listener.raw)
    guard raw >= 0 else { return nil }
    guard case .packet(let packet) = PacketSocket(raw: raw).receive() else { return nil }
    return packet.descriptors
  }

  /// Says something to who listens there and reads the answer to its end; waits, so only for threads that
  /// may. Nil when nobody listens.
  public static func ask(
    _ name: String, in folder: String, _ bytes: [UInt8], limit: Int = 1 << 20
  ) throws(BelayError) -> [UInt8]? {
    let place = try SharedDescriptor.folder(folder)
    let raw = csystem_connect_in(place.raw, name)
    guard raw >= 0 else {
      if errno == ENOENT || errno == ECONNREFUSED { return nil }
      throw .system("connect", errno, place: Path.join(folder, name))
    }
    let socket = StreamSocket(owning: raw)
    try socket.send(bytes)
    var answer: [UInt8] = []
    while answer.count < limit {
      guard let piece = socket.next(limit: limit - answer.count) else { break }
      answer += piece
    }
    return answer
  }
}
