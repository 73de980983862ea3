import Base
import Climb
import Selftest
import Testing

/// Whole nights in small worlds.
@Suite struct NightTests {
  static func commands(_ facts: [NightFact]) -> [Command] {
    facts.compactMap { if case .issued(let command) = $0 { command } else { nil } }
  }

  static func weather(broken: Double = 0, reversed: Bool = false) -> SimulatedNight.Weather {
    var weather = SimulatedNight.Weather()
    weather.broken = broken
    weather.isReversed = reversed
    return weather
  }

  @Test func `a night finds what helps, adopts it once, and reports it from fresh trials`() throws {
    var night = SmallWorld.night(rollouts: 700)
    let result = try night.run()
    let winner = try #require(Problem.Configuration(key: result.key))
    #expect(winner.switches[0])
    #expect(!winner.switches[2])
    #expect(result.report.adoptions == 1)
    #expect(result.rollouts <= 700)
    let measured = night.world.rules.reportTrials * 6
    #expect(result.report.trials == measured)
    let commands = Self.commands(night.facts)
    let orders = commands.compactMap { if case .run(let order) = $0 { order } else { nil } }
    let isFresh = orders.suffix(measured).allSatisfy { $0.purpose.word == "report" }
    #expect(isFresh)
  }

  @Test(arguments: [4, 16], [false, true])
  func `where trials take no time, slots and the order of endings change nothing`(
    slots: Int, reversed: Bool
  ) throws {
    for problem in [SmallWorld.hilly, SmallWorld.flat] {
      var one = SmallWorld.night(problem)
      var many = SmallWorld.night(problem, slots: slots, weather: Self.weather(reversed: reversed))
      let (alone, together) = (try one.run(), try many.run())
      #expect(alone == together)
      let isSame = Self.commands(one.facts) == Self.commands(many.facts)
      #expect(isSame)
    }
  }

  @Test(arguments: [0, 0.05])
  func `deciding again over what was recorded gives the recorded commands`(broken: Double) throws {
    var night = SmallWorld.night(slots: 4, weather: Self.weather(broken: broken))
    _ = try night.run()
    var world = World(night.world.rules)
    var position = 1
    while position < night.facts.count {
      guard case .issued = night.facts[position] else {
        world.fold(night.facts[position])
        position += 1
        continue
      }
      let decided = decide(world)
      let recorded = Self.commands(Array(night.facts[position...].prefix(decided.count)))
      let isSame = !decided.isEmpty && decided == recorded
      #expect(isSame)
      guard isSame else { return }
      for command in decided { world.fold(.issued(command)) }
      position += decided.count
    }
    #expect(world.phase == .over)
    #expect(decide(world).isEmpty)
  }

  @Test(arguments: [2, 9, 60, 241, 470, 640, 801, 950])
  func `a night that is cut off goes on to the same end`(length: Int) throws {
    var whole = SmallWorld.night(slots: 4)
    let result = try whole.run()
    let cut = Array(whole.facts.prefix(length))
    var resumed = try #require(SimulatedNight(SmallWorld.hilly, seed: 1, resuming: cut))
    #expect(try resumed.run() == result)
    #expect(resumed.facts.count == whole.facts.count)
    let paid = Self.commands(resumed.facts).compactMap { command -> TrialID? in
      if case .run(let order) = command { order.id } else { nil }
    }
    #expect(Set(paid).count == paid.count)
  }

  @Test func `trials that break are run again and never scored`() throws {
    var night = SmallWorld.night(slots: 4, weather: Self.weather(broken: 0.1))
    let result = try night.run()
    #expect(result.rollouts <= 500 + night.world.rules.reportTrials * 6)
    let attempts = Self.commands(night.facts).compactMap { command -> Int? in
      if case .run(let order) = command { order.attempt } else { nil }
    }
    #expect(attempts.contains(2))
    #expect(attempts.allSatisfy { $0 <= 3 })
    #expect(result.report.score != nil)
  }

  @Test func `where everything breaks the night ends without a claim`() throws {
    var night = SmallWorld.night(rollouts: 300, weather: Self.weather(broken: 1))
    let result = try night.run()
    #expect(result.key == SmallWorld.hilly.start.key)
    #expect(result.report.adoptions == 0)
    #expect(result.report.score == nil)
  }

  @Test func `where nothing helps, hardly a night adopts anything`() throws {
    let adopting = try (0..<40).filter { seed in
      var night = SmallWorld.night(SmallWorld.flat, seed: seed, rollouts: 300)
      return try night.run().report.adoptions > 0
    }
    // 5 % is promised; 6 of 40 would be three standard errors away.
    #expect(adopting.count <= 5)
  }

  @Test func `facts of another kind, or out of place, change nothing`() {
    #expect(World(folding: []) == nil)
    #expect(World(folding: [.resumed]) == nil)
    var world = World(SimulatedNight.rules(SmallWorld.hilly, seed: 1, rollouts: 100))
    world.fold(.finished(TrialID(7), .scored(1), Spending()))
    world.fold(.resumed)
    #expect(world.phase == .piloting || world.phase == .proposing)
    #expect(world.rollouts == 0)
  }
}
