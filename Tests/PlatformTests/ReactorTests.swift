import Base
import Glibc
import Platform
import Testing

@Suite struct ReactorTests {
  @Test func `timers fire in the order of their times, and not when cancelled`() async throws {
    let fired = Locked<[Int]>([])
    for number in [3, 1, 2] {
      Reactor.shared.after(.milliseconds(20 * number)) { fired.withLock { $0.append(number) } }
    }
    let cancelled = Reactor.shared.after(.milliseconds(10)) { fired.withLock { $0.append(0) } }
    Reactor.shared.cancel(cancelled)
    for _ in 0..<200 where fired.withLock({ $0.count }) < 3 {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(fired.withLock { $0 } == [1, 2, 3])
  }

  @Test func `a descriptor that was forgotten calls back no more`() async throws {
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    let count = Locked(0)
    let reader = ends[0]
    let token = Reactor.shared.watch(reader) { _ in
      var byte: UInt8 = 0
      read(reader, &byte, 1)
      count.withLock { $0 += 1 }
    }
    write(ends[1], "a", 1)
    for _ in 0..<200 where count.withLock({ $0 }) < 1 {
      try await Task.sleep(for: .milliseconds(5))
    }
    Reactor.shared.forget(token, reader)
    write(ends[1], "b", 1)
    try await Task.sleep(for: .milliseconds(30))
    #expect(count.withLock { $0 } == 1)
    for end in ends { close(end) }
  }

  @Test func `a packet carries bytes and descriptors, small and large`() throws {
    let (own, far) = try PacketSocket.pair()
    // The far end belongs to a child; here this process plays it.
    let other = PacketSocket.forTests(fcntl(far.raw, F_DUPFD_CLOEXEC, 0))
    guard case .nothing = own.receive() else { throw BelayError(.internal, "not empty") }
    let file = try MemoryFile.make([1, 2, 3])
    try other.send([7, 8], descriptors: [file.raw])
    guard case .packet(let packet) = own.receive() else { throw BelayError(.internal, "no packet") }
    #expect(packet.bytes == [7, 8])
    #expect(try MemoryFile.read(packet.descriptors[0], limit: 10) == [1, 2, 3])
    #expect(throws: BelayError.self) { try MemoryFile.read(packet.descriptors[0], limit: 2) }
    try other.send([UInt8](repeating: 5, count: 200_000))
    guard case .packet(let large) = own.receive() else { throw BelayError(.internal, "no packet") }
    #expect(try MemoryFile.read(large.descriptors[0], limit: 1 << 20).count == 200_000)
    other.shut()
    guard case .closed = own.receive() else { throw BelayError(.internal, "still open") }
  }
}
