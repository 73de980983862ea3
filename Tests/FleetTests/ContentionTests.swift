import Fleet
import Testing

@Suite struct ContentionTests {
  /// Plays trials against a machine whose rate of sufferers depends on the level, evenly spread.
  private func play(_ trials: Int, ceiling: Int, rate: (Int) -> Double) -> (
    Contention, [Contention.Change]
  ) {
    var contention = Contention(ceiling: ceiling)
    var changes: [Contention.Change] = []
    var debt = 0.0
    for _ in 0..<trials {
      let slots = contention.slots
      debt += rate(slots)
      let suffered = debt >= 1
      if suffered { debt -= 1 }
      if let change = contention.record(startedAt: slots, suffered: suffered) {
        changes.append(change)
      }
    }
    return (contention, changes)
  }

  @Test func aHealthyMachineKeepsItsCeiling() {
    let (contention, changes) = play(500, ceiling: 16) { _ in 0.02 }
    #expect(contention.slots == 16)
    #expect(changes.isEmpty)
  }

  @Test func anOverloadedMachineSettlesWhereItBears() {
    let (contention, changes) = play(400, ceiling: 16) { $0 > 4 ? 0.5 : 0.0 }
    #expect(contention.slots <= 8)
    #expect(changes.contains { $0.to == 4 })
    #expect(changes.allSatisfy { !$0.reason.isEmpty })
  }

  @Test func slowTasksAreNotMistakenForAnOverloadedMachine() {
    let (contention, changes) = play(200, ceiling: 8) { _ in 0.4 }
    #expect(contention.slots == 8)
    #expect(changes.map(\.to) == [4, 2, 8])
  }

  @Test func trialsThatStartedAtAnotherLevelDoNotCount() {
    var contention = Contention(ceiling: 8)
    for _ in 0..<100 {
      let change = contention.record(startedAt: 16, suffered: true)
      #expect(change == nil)
    }
    #expect(contention.slots == 8)
  }

  @Test(arguments: [(1, [1]), (2, [2, 1]), (12, [12, 6, 3, 1]), (0, [1])])
  func levelsHalveDownToOneSlot(ceiling: Int, levels: [Int]) {
    #expect(Contention(ceiling: ceiling).levels == levels)
  }
}
