internal import Base
internal import Platform

/// The way by which sockets that listen on a container's own loopback come out of it: a local socket that
/// its first process alone has connected to when it is closed, which is before anything of the trial runs.
final class ContainerPorts: Sendable {
  private static let name = "ports"

  private let folder: String
  private let listener: Locked<SharedDescriptor?>

  /// Where the socket lies out here.
  var path: String { Path.join(folder, Self.name) }

  init(_ container: String) throws {
    // Not in the lab: the path of a socket may have about a hundred bytes and no more.
    folder = "/tmp/belay-ports-\(container)"
    // Nobody else here gets to it; root inside may be another user out here, and comes by its mount.
    try Files.makeDirectory(folder, mode: 0o700)
    do {
      listener = Locked(try LocalSocket.listen(Self.name, in: folder, isOpenToAll: true))
    } catch {
      try? Files.removeTree(folder)
      throw error
    }
  }

  /// The sockets that the container's first process has sent, by their ports.
  func received(_ ports: [UInt16]) throws(BelayError) -> [UInt16: SharedDescriptor] {
    let found = listener.withLock { $0.flatMap { LocalSocket.received(by: $0) } } ?? []
    guard found.count == ports.count else {
      throw BelayError(
        .sandbox, "a container began without its listening sockets",
        hint: "an engine in a machine of its own cannot pass them: use --sandbox process")
    }
    return Dictionary(zip(ports, found), uniquingKeysWith: { $1 })
  }

  /// Closes the way: whoever connects inside is refused from then on.
  func close() {
    listener.withLock { $0 = nil }
    try? Files.removeTree(folder)
  }
}
