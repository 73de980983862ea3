import Base
import Selftest
import Stats
import Testing

@testable import Climb

/// What ends a night, and whether it says so.
@Suite struct StopTests {
  /// Does what is decided until the night is over; false when it has not ended after so many commands.
  static func drive(
    _ world: inout World, commands: Int = 20_000, spent: Spending = Spending(),
    proposals: (ProposalOrder) -> [Proposal] = { _ in [] }, score: (TrialOrder) -> Double
  ) -> Bool {
    for order in world.inFlight {
      world.fold(.finished(order.id, .scored(score(order)), Spending()))
    }
    var count = 0
    while world.report == nil, count < commands {
      let decided = decide(world)
      guard !decided.isEmpty else { return false }
      for command in decided {
        count += 1
        world.fold(.issued(command))
        switch command {
        case .run(let order): world.fold(.finished(order.id, .scored(score(order)), Spending()))
        case .propose(let order):
          world.fold(.proposed(order.number, proposals(order), spent, note: nil))
        case .reflect(let id): world.fold(.reflected(id, [], prior: 1, Spending()))
        case .inspect(let id, _): world.fold(.inspected(id, [], Spending()))
        default: break
        }
      }
    }
    return world.report != nil
  }

  /// The world as it was when the night began to close.
  static func closing(_ facts: [NightFact]) -> World? {
    let last = facts.lastIndex { if case .issued(.measure) = $0 { true } else { false } }
    return last.flatMap { World(folding: facts[..<$0]) }
  }

  @Test func `a night that has trials left and nothing to do with them says so`() throws {
    var stops: Set<NightReport.Stop> = []
    for seed in 1...4 {
      for share in [0.9, 0.5] {
        var night = SmallWorld.night(seed: seed, rollouts: 1000) { rules in
          SmallWorld.full(&rules)
          rules.screening.share = share
        }
        let report = try night.run().report
        let world = try #require(Self.closing(night.facts))
        stops.insert(report.stop)
        // What the shortest race costs, with the first trials of its control.
        let isSpent = world.room < 40 + world.gate.count
        #expect(
          isSpent == (report.stop == .rollouts) || world.hasUnpaidRace, "seed \(seed), \(share)")
      }
    }
    #expect(stops == [.rollouts, .exhausted], "\(stops)")
  }

  @Test(arguments: [24, nil])
  func `where no edit is left, the night ends by what kept more from being asked for`(most: Int?)
    throws
  {
    var weather = Weather()
    weather.refused = Set((0..<6).map { "x\($0)" } + ["z0"])
    var night = SmallWorld.night(rollouts: 900, weather: weather) { rules in
      SmallWorld.full(&rules)
      rules.stops.proposals = most
    }
    let report = try night.run().report
    #expect(report.stop == (most == nil ? .exhausted : .proposals))
    #expect(night.world.rollouts < 300)
  }

  @Test func `where no answer of a proposer can be paid for, the money ended the night`() {
    var rules = SmallWorld.night(rollouts: 900).world.rules
    rules.stops.costUSD = 1
    for (cost, stop) in [(0.9, NightReport.Stop.cost), (0.1, .exhausted)] {
      var world = World(rules)
      #expect(Self.drive(&world, spent: Spending(costUSD: cost)) { _ in 0 })
      #expect(world.report?.stop == stop, "\(cost)")
    }
  }

  @Test(arguments: [0, 1, 2, 20])
  func `a night whose trials become fewer in the middle of a race still ends`(more: Int) throws {
    var night = SmallWorld.night(rollouts: 900)
    _ = try night.run()
    let race = try #require(
      night.facts.firstIndex { if case .issued(.race) = $0 { true } else { false } })
    var world = try #require(World(folding: night.facts[...race]))
    let left = world.rollouts + world.reserve + 60 + more
    world.fold(.steered(Steering(by: "ada", order: .retune(Retuning(rollouts: left)))))
    // Now and then a win, and never a loss: not enough to settle it.
    let isOver = Self.drive(&world) { order in
      if case .race(_, let pair) = order.purpose { pair % 7 == 0 ? 1 : 0 } else { 0 }
    }
    #expect(isOver)
    #expect(world.races.last?.state == .refused(.unfinished))
    #expect(world.report?.stop == .rollouts)
  }

  @Test func `no night ends with what is needless and the trials to find that out`() throws {
    var pruned = 0
    for seed in 1...6 {
      var night = SmallWorld.night(seed: seed, rollouts: 1400) { rules in
        SmallWorld.full(&rules)
        rules.racing.fewestToPrune = 40
        rules.screening.share = 0.5
      }
      let report = try night.run().report
      pruned += report.pruned.count
      let world = try #require(Self.closing(night.facts))
      #expect(world.prunable() == nil || world.tries >= 3, "seed \(seed)")
    }
    #expect(pruned > 0)
  }
}
