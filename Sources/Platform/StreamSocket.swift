public import Base
internal import Glibc

/// One end of a stream to a child process that is given the other end as its input, its output or both.
///
/// A socket and not a pipe: writing to a child that is gone is an error here and no signal.
public final class StreamSocket: Sendable {
  private let raw: Int32

  init(owning raw: Int32) { self.raw = raw }

  deinit { close(raw) }

  /// Two ends: ours, and one for a child.
  public static func pair() throws(BelayError) -> (own: StreamSocket, far: SharedDescriptor) {
    var pair: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { throw .system("socketpair", errno) }
    return (StreamSocket(owning: pair[0]), SharedDescriptor(owning: pair[1]))
  }

  /// What a read finds.
  public enum Reception: Sendable {
    /// The next bytes.
    case bytes([UInt8])
    /// Nothing at the moment.
    case nothing
    /// The other end is gone.
    case closed
  }

  /// Reads what is there, at most `limit` bytes.
  public func receive(limit: Int = 256 << 10) -> Reception {
    var got = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      got = recv(raw, buffer.baseAddress, limit, Int32(MSG_DONTWAIT))
      count = max(0, got)
    }
    if got > 0 { return .bytes(bytes) }
    return got < 0 && (errno == EAGAIN || errno == EINTR) ? .nothing : .closed
  }

  /// Waits for the next bytes, at most `limit`; nil at the end: only for threads that may wait.
  func next(limit: Int) -> [UInt8]? {
    while true {
      var got = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        got = recv(raw, buffer.baseAddress, limit, 0)
        count = max(0, got)
      }
      if got > 0 { return bytes }
      if got < 0, errno == EINTR { continue }
      return nil
    }
  }

  /// Writes all bytes, waiting where it must: only for threads that may.
  public func send(_ bytes: [UInt8]) throws(BelayError) {
    var sent = 0
    while sent < bytes.count {
      let got = bytes.withUnsafeBytes { buffer in
        Glibc.send(
          raw, buffer.baseAddress.map { $0 + sent }, bytes.count - sent,
          Int32(MSG_NOSIGNAL))
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw .system("send", errno, place: "a child's input") }
      sent += got
    }
  }

  /// Writes what can be written without waiting, and says how much that was.
  public func sendNow(_ bytes: [UInt8]) -> Int {
    let got = bytes.withUnsafeBytes { buffer in
      Glibc.send(
        raw, buffer.baseAddress, buffer.count,
        Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
    return max(0, got)
  }

  /// Calls back on the reactor while there is something to read.
  public func watch(_ ready: @escaping @Sendable (Reactor.Token) -> Void) -> Reactor.Token {
    Reactor.shared.watch(raw, ready)
  }

  /// Ends `watch`.
  public func forget(_ token: Reactor.Token) { Reactor.shared.forget(token, raw) }

  /// Says that nothing more will be written: the child reads the end of its input.
  public func endWriting() { shutdown(raw, Int32(SHUT_WR)) }

  /// Ends the connection for both sides at once; what is under way is lost.
  public func shut() { shutdown(raw, Int32(SHUT_RDWR)) }

  /// Lends the descriptor to code that reads it to its end on a thread that may wait.
  public func withDescriptor<Result>(_ body: (Int32) throws -> Result) rethrows -> Result {
    try body(raw)
  }
}
