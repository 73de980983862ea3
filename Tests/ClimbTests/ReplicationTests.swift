import Base
import Selftest
import Stats
import Testing

@testable import Climb

/// An adoption goes on being tested by what comes in later.
@Suite struct ReplicationTests {
  @Test func `a pair that lies too far apart is left out, and those behind it are not`() {
    var world = SmallWorld.night().world
    world.rules.racing.ageing = AgeingRules()
    func bank(_ visits: [(planned: Int, score: Double?)]) -> Bank {
      var bank = Bank(tasks: world.gate.count)
      for (planned, score) in visits {
        let visit = bank.append(0, at: Planned(trials: planned, seconds: 0))
        if let score { bank.settle(0, visit, score, by: planned) }
      }
      return bank
    }
    // The parent's race was a long one; the second pair is of one time, the last is still under way.
    world.banks[CandidateID(2)] = bank([(2100, 1), (2101, 0), (2102, 0), (2103, nil)])
    world.banks[CandidateID(1)] = bank([(100, 1), (2000, 1), (2001, 0), (2002, 1)])
    world.probation = World.Replication(
      candidate: CandidateID(2), parent: CandidateID(1), parentAnchor: CandidateID(1),
      probation: Probation(EProcess()), starts: [Int](repeating: 0, count: world.gate.count),
      fed: [Int](repeating: 0, count: world.gate.count))
    world.replicate()
    var expected = Probation(EProcess())
    expected.add(-1)
    expected.add(0)
    #expect(world.probation?.probation == expected)
    #expect(world.probation?.fed[0] == 3)
  }
}
