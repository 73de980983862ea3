import Base
import Climb
import Selftest
import Stats
import Testing

/// A model that is not the same at the end of a night as at its beginning.
@Suite struct AgeingTests {
  static func night(
    _ problem: Problem, seed: Int, drift: Double, ageing trials: Int?, bank: Int = 1
  )
    -> SimulatedNight
  {
    var weather = Weather()
    weather.drift = drift
    return SmallWorld.night(problem, seed: seed, rollouts: 2000, weather: weather) { rules in
      rules.reflects = true
      rules.pilotTrials = 2
      rules.racing.bank = bank
      rules.racing.ageing = trials.map { trials in
        var ageing = AgeingRules()
        ageing.trials = trials
        return ageing
      }
    }
  }

  /// For each race that came to a yes, how many trials lay at most between a control's trial and the race's opening.
  static func ages(_ night: SimulatedNight) -> [Int] {
    var dispatched = 0
    var opened: [Int: Int] = [:]
    for command in NightTests.commands(night.facts) {
      if case .run = command { dispatched += 1 }
      if case .race(let opening) = command { opened[opening.number] = dispatched }
    }
    return night.world.races.compactMap { race in
      guard let pairs = race.evidence?.pairs, let begun = opened[race.opening.number],
        let oldest = pairs.map(\.control.number).min()
      else { return nil }
      return begun - oldest
    }
  }

  @Test func `a race compares with nothing that is too old`() throws {
    var aged = Self.night(SmallWorld.hilly, seed: 1, drift: 0, ageing: 400)
    var ageless = Self.night(SmallWorld.hilly, seed: 1, drift: 0, ageing: nil)
    _ = try aged.run()
    _ = try ageless.run()
    let (young, old) = (Self.ages(aged), Self.ages(ageless))
    #expect(!young.isEmpty && young.allSatisfy { $0 <= 400 }, "\(young)")
    #expect(old.contains { $0 > 400 }, "\(old)")
  }

  @Test(arguments: [-0.8, 0, 0.8])
  func `the report says that the model changed, and only when it did`(drift: Double) throws {
    let found = try (1...4).map { seed in
      var night = Self.night(SmallWorld.hilly, seed: seed, drift: drift, ageing: 400, bank: 6)
      return try #require(try night.run().report.drift)
    }
    #expect(found.allSatisfy { $0.candidate == CandidateID(1) && $0.tasks == 6 })
    let told = found.filter { !$0.interval.contains(0) && $0.difference * drift > 0 }
    #expect(drift == 0 ? told.isEmpty : told.count >= 3, "\(found)")
  }

  @Test func `a model that gets better in the night makes nobody a winner`() throws {
    func adoptions(_ ageing: Int?) throws -> Int {
      try (1...8).count { seed in
        var night = Self.night(SmallWorld.flat, seed: seed, drift: 0.5, ageing: ageing, bank: 6)
        return try night.run().report.adoptions > 0
      }
    }
    let (aged, ageless) = try (adoptions(400), adoptions(nil))
    #expect(aged <= 1, "\(aged) of 8")
    #expect(ageless > aged, "\(ageless) of 8")
  }
}
