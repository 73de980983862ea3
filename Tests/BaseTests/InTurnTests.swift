import Base
import Glibc
import Testing

@Suite struct InTurnTests {
  @Test func `whoever takes turn upon turn lets everybody in who waits, in their order`() {
    let turns = InTurn<[Int]>([])
    // The first keeps its turn until all others wait; it comes again at once, and is behind them.
    let threads = turns.withTurn { order in
      order.append(0)
      return (1...4).map { number in
        let thread = Self.thread { turns.withTurn { $0.append(number) } }
        while turns.waiting < number { sched_yield() }
        return thread
      }
    }
    turns.withTurn { $0.append(5) }
    for thread in threads { pthread_join(thread, nil) }
    #expect(turns.withTurn { $0 } == [0, 1, 2, 3, 4, 5])
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  // A pool of threads would not begin the next one while those before it wait.
  private static func thread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, Unmanaged.passRetained(Work(body)).toOpaque())
    return thread
  }

  @Test func `an error ends a turn like any other`() {
    let turns = InTurn(0)
    struct Fault: Error {}
    #expect(throws: Fault.self) {
      try turns.withTurn { (value: inout Int) throws(Fault) in
        value = 1
        throw Fault()
      }
    }
    #expect(turns.withTurn { $0 } == 1)
  }
}
