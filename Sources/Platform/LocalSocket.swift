public import Base
internal import CSystem
internal import Glibc

/// Sockets by which processes of one user on one machine find each other: a name in a folder.
public enum LocalSocket {
  /// Listens on a name in a folder; a socket that an earlier process left is replaced.
  public static func listen(_ name: String, in folder: String) throws(BelayError)
    -> SharedDescriptor
  {
    let place = try SharedDescriptor.folder(folder)
    let raw = csystem_listen_in(place.raw, name)
    guard raw >= 0 else { throw .system("listen", errno, place: Path.join(folder, name)) }
    return SharedDescriptor(owning: raw)
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
