public import Base
internal import CLaunch
internal import CSystem
internal import Glibc

/// A descriptor with several owners, closed when the last one goes.
public final class SharedDescriptor: Sendable {
  /// The number, valid as long as this object lives.
  public let raw: Int32

  /// Takes ownership of an open descriptor.
  public init(owning raw: Int32) { self.raw = raw }

  deinit { close(raw) }

  /// Opens a file for reading.
  public static func file(_ path: String) throws(BelayError) -> SharedDescriptor {
    let file = try Descriptor.open(path, O_RDONLY)
    return SharedDescriptor(owning: file.release())
  }

  /// Opens a folder; a link in the last part is not followed.
  public static func folder(_ path: String) throws(BelayError) -> SharedDescriptor {
    let folder = try Descriptor.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    return SharedDescriptor(owning: folder.release())
  }
}

/// A packet as it was received: its bytes and the descriptors that came with it.
public struct Packet: Sendable {
  /// The bytes of the packet.
  public let bytes: [UInt8]
  /// The descriptors that came with it.
  public let descriptors: [SharedDescriptor]
}

/// One end of a packet socket to a child process, with descriptors as passengers.
public final class PacketSocket: Sendable {
  /// The largest packet; what is larger travels in a memory file, which both ends know.
  public static let packetLimit = Int(BELAY_PACKET_MAX)

  let raw: Int32

  init(raw: Int32) { self.raw = raw }

  deinit { close(raw) }

  /// Two ends: ours, which never blocks, and one for a child.
  public static func pair() throws(BelayError) -> (own: PacketSocket, far: SharedDescriptor) {
    var pair: [Int32] = [-1, -1]
    guard csystem_packet_pair(&pair) == 0 else { throw .system("socketpair", errno) }
    return (PacketSocket(raw: pair[0]), SharedDescriptor(owning: pair[1]))
  }

  /// An end of its own around an open socket, where a test plays the child.
  package static func forTests(_ raw: Int32) -> PacketSocket { PacketSocket(raw: raw) }

  /// Sends one packet; descriptors are copied into it.
  public func send(_ bytes: [UInt8], descriptors: [Int32] = []) throws(BelayError) {
    let result =
      bytes.count <= Self.packetLimit
      ? belay_send(raw, bytes, bytes.count, descriptors, descriptors.count)
      : belay_send_indirect(raw, bytes, bytes.count, descriptors, descriptors.count)
    guard result == 0 else { throw .system("sendmsg", errno, place: "the sandbox's socket") }
  }

  /// What a read finds.
  public enum Reception: Sendable {
    /// A packet.
    case packet(Packet)
    /// Nothing at the moment.
    case nothing
    /// The other end is gone, or sent what cannot be.
    case closed
  }

  /// Reads one packet if there is one.
  public func receive() -> Reception {
    withUnsafeTemporaryAllocation(byteCount: Self.packetLimit, alignment: 8) { buffer in
      var numbers = [Int32](repeating: -1, count: Int(BELAY_MAX_FDS))
      var count = 0
      let got = belay_receive(
        raw, buffer.baseAddress, buffer.count, &numbers, &count, Int32(MSG_DONTWAIT))
      if got < 0 { return errno == EAGAIN ? .nothing : .closed }
      if got == 0 { return .closed }
      let passed = numbers[0..<count].map(SharedDescriptor.init(owning:))
      return .packet(Packet(bytes: Array(buffer[0..<got]), descriptors: passed))
    }
  }

  /// Calls back on the reactor while there is something to read.
  public func watch(_ ready: @escaping @Sendable (Reactor.Token) -> Void) -> Reactor.Token {
    Reactor.shared.watch(raw, ready)
  }

  /// Ends `watch`.
  public func forget(_ token: Reactor.Token) { Reactor.shared.forget(token, raw) }

  /// Ends the connection for both sides at once; what is under way is lost.
  public func shut() { shutdown(raw, Int32(SHUT_RDWR)) }
}

/// Memory files: bytes that a child reads as its standard input.
public enum MemoryFile {
  /// A sealed file with these bytes.
  public static func make(_ bytes: [UInt8]) throws(BelayError) -> SharedDescriptor {
    let raw = csystem_memory_file(bytes, bytes.count)
    guard raw >= 0 else { throw .system("memfd_create", errno) }
    return SharedDescriptor(owning: raw)
  }

  /// All bytes of a memory file that somebody sent.
  public static func read(_ file: SharedDescriptor, limit: Int) throws(BelayError) -> [UInt8] {
    var size = 0
    guard let bytes = belay_read_indirect(file.raw, limit, &size) else {
      throw .system("read a memory file", errno)
    }
    defer { free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: size))
  }
}
