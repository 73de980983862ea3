import Base
import Fleet
import Testing

@Suite struct FleetTests {
  private struct Log: Sendable {
    var handedOut: [Int] = []
    var running = 0
    var most = 0
    var slotsInUse: Set<Int> = []
    var clash = false
  }

  private func counter(to end: Int, _ log: Locked<Log>) -> @Sendable () async throws -> Int? {
    {
      log.withLock { log in
        guard log.handedOut.count < end else { return nil }
        log.handedOut.append(log.handedOut.count)
        return log.handedOut.count - 1
      }
    }
  }

  @Test(arguments: [1, 4, 16])
  func allWorkIsDoneOnceInOrderAndNeverMoreThanSlotsAtOnce(slots: Int) async throws {
    let log = Locked(Log())
    let done = Locked<[Int]>([])
    try await Fleet(slots: slots).run(
      stop: StopSignal(), next: counter(to: 200, log),
      conduct: { work, place in
        log.withLock { log in
          log.running += 1
          log.most = max(log.most, log.running)
          log.clash = log.clash || !log.slotsInUse.insert(place.slot).inserted
        }
        await Task.yield()
        log.withLock { log in
          log.running -= 1
          log.slotsInUse.remove(place.slot)
        }
        done.withLock { $0.append(work) }
        return .fine
      }, onChange: { _ in })
    #expect(done.withLock { $0.sorted() } == Array(0..<200))
    #expect(log.withLock { $0.handedOut } == Array(0..<200))
    #expect(log.withLock { $0.most } <= slots)
    #expect(log.withLock { !$0.clash })
  }

  @Test func oneStopFinishesWhatRunsAndBeginsNothing() async throws {
    let log = Locked(Log())
    let done = Locked(0)
    let handedOut = Locked(0)
    let stop = StopSignal()
    try await Fleet(slots: 4).run(
      stop: stop, next: counter(to: 1000, log),
      conduct: { work, _ in
        if work == 20 {
          stop.ask()
          handedOut.withLock { $0 = log.withLock { $0.handedOut.count } }
        }
        await Task.yield()
        #expect(!Task.isCancelled)
        done.withLock { $0 += 1 }
        return .fine
      }, onChange: { _ in })
    #expect(done.withLock { $0 } == log.withLock { $0.handedOut.count })
    // Each of the other three may have been taking its next work at that moment, and no more than that.
    #expect(done.withLock { $0 } <= handedOut.withLock { $0 } + 3)
  }

  @Test func twoStopsCancelWhatRuns() async throws {
    let log = Locked(Log())
    let stop = StopSignal()
    let cancelled = Locked(0)
    try await Fleet(slots: 3).run(
      stop: stop, next: counter(to: 3, log),
      conduct: { work, _ in
        if work == 2 {
          stop.ask()
          stop.ask()
        }
        try? await Task.sleep(for: .seconds(60))
        if Task.isCancelled { cancelled.withLock { $0 += 1 } }
        return .fine
      }, onChange: { _ in })
    #expect(cancelled.withLock { $0 } == 3)
  }

  @Test func anErrorEndsTheFleetAlsoWhenWorkersWaitForASlot() async throws {
    struct Broken: Error {}
    let log = Locked(Log())
    await #expect(throws: Broken.self) {
      try await Fleet(slots: 8).run(
        stop: StopSignal(), next: counter(to: 10_000, log),
        conduct: { work, place in
          if work == 500 { throw Broken() }
          await Task.yield()
          return place.slotsInUse > 2 ? .suffered : .fine
        }, onChange: { _ in })
    }
  }

  @Test func theFirstErrorEndsWhatOthersWouldStillDo() async throws {
    struct Broken: Error {}
    let log = Locked(Log())
    await #expect(throws: Broken.self) {
      try await Fleet(slots: 2).run(
        stop: StopSignal(), next: counter(to: 10_000, log),
        conduct: { work, _ in
          if work == 3 { throw Broken() }
          await Task.yield()
          return .fine
        }, onChange: { _ in })
    }
    #expect(log.withLock { $0.handedOut.count } < 9_000)
  }

  @Test(.timeLimit(.minutes(2))) func workersThatWaitForASlotDoNotOutliveTheLastThatRuns()
    async throws
  {
    struct Broken: Error {}
    let log = Locked(Log())
    // Down to one slot: its worker is the only one that could tell the others.
    await #expect(throws: Broken.self) {
      try await Fleet(slots: 4).run(
        stop: StopSignal(), next: counter(to: 10_000, log),
        conduct: { _, place in
          if place.slotsInUse == 1 { throw Broken() }
          await Task.yield()
          return .suffered
        }, onChange: { _ in })
    }
  }

  @Test func theFleetSaysWhenItBacksOff() async throws {
    let log = Locked(Log())
    let changes = Locked<[Contention.Change]>([])
    try await Fleet(slots: 8).run(
      stop: StopSignal(), next: counter(to: 300, log),
      conduct: { _, place in
        await Task.yield()
        return place.slotsInUse > 4 ? .suffered : .fine
      }, onChange: { change in changes.withLock { $0.append(change) } })
    #expect(changes.withLock { $0.first?.to } == 4)
  }
}
