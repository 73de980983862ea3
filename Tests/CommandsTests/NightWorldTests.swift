import Base
import Climb
import Facts
import Ledger
import Night
import NightLab
import Testing

/// Nights that are read without holding all of their facts.
@Suite struct NightWorldTests {
  @Test func `a night's world is what its facts fold to`() async throws {
    let facts = try Nights.finished(vault: [0.5, 0.1, 0.3])
    try await NightLab.with(facts, end: .done) { lab in
      let reader = try lab.lab.reader()
      let (world, count) = try #require(try reader.nightWorld(lab.run))
      let read = try reader.nightFacts(lab.run)
      #expect(count == facts.count && read == facts)
      let folded = try #require(World(folding: facts))
      #expect(world.report == folded.report && world.races == folded.races)
      #expect(world.rollouts == folded.rollouts && world.candidates == folded.candidates)
      #expect(world.inFlight == folded.inFlight && world.spending == folded.spending)
    }
  }

  @Test func `facts that begin twice, or not at all, are no night`() async throws {
    let facts = try Nights.racing()
    for wrong in [facts + [.opened(Nights.rules())], Array(facts.dropFirst())] {
      try await NightLab.with(wrong) { lab in
        let reader = try lab.lab.reader()
        let isNight = try reader.nightWorld(lab.run) != nil
        #expect(!isNight)
      }
    }
  }
}
