import Base
import Glibc
import Platform
import Testing

@Suite struct ReactorTests {
  @Test func `timers fire in the order of their times, and not when cancelled`() async throws {
    let fired = Locked<[Int]>([])
    // On the reactor's own thread, so that none can fire while they are set.
    Reactor.shared.after(.zero) {
      let now = Reactor.now()
      for number in [3, 0, 1, 2] {
        let due = now + UInt64(number) * 1_000_000
        let token = Reactor.shared.at(due) { fired.withLock { $0.append(number) } }
        if number == 0 { Reactor.shared.cancel(token) }
      }
    }
    try await Clock.eventually { fired.withLock { $0.count } >= 3 ? () : nil }
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
    try await Clock.eventually { count.withLock { $0 } >= 1 ? () : nil }
    Reactor.shared.forget(token, reader)
    write(ends[1], "b", 1)
    try await Task.sleep(for: .milliseconds(30))
    #expect(count.withLock { $0 } == 1)
    for end in ends { close(end) }
  }

  @Test func `what a callback holds may call the reactor when it goes`() async throws {
    final class Guest: Sendable {
      let token = Locked<Reactor.Token?>(nil)
      let gone: Locked<Int>
      init(_ gone: Locked<Int>) { self.gone = gone }
      deinit {
        if let token = token.withLock({ $0 }) { Reactor.shared.cancel(token) }
        gone.withLock { $0 += 1 }
      }
    }
    let gone = Locked(0)
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    do {
      let timed = Guest(gone)
      let watching = Guest(gone)
      let timer = Reactor.shared.after(.seconds(3600)) { _ = timed }
      timed.token.withLock { $0 = timer }
      watching.token.withLock { $0 = timer }
      let token = Reactor.shared.watch(ends[0]) { _ in _ = watching }
      Reactor.shared.forget(token, ends[0])
      Reactor.shared.cancel(timer)
    }
    #expect(gone.withLock { $0 } == 2)
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
