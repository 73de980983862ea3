import Base
import Climb
import Selftest
import Stats
import Testing

/// Whole nights in small worlds.
@Suite struct NightTests {
  static func commands(_ facts: [NightFact]) -> [Command] {
    facts.compactMap { if case .issued(let command) = $0 { command } else { nil } }
  }

  static func weather(broken: Double = 0, reversed: Bool = false) -> Weather {
    var weather = Weather()
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

  @Test func `races that come before the last edits leave the last race what it needs`() throws {
    for seed in 1...6 {
      var night = SmallWorld.night(seed: seed, rollouts: 900) { rules in
        rules.proposalsFirst = 4
        rules.proposalsAtOnce = 2
        rules.stops.proposals = 24
        rules.screening.share = 0.6
      }
      let result = try night.run()
      let races = night.world.races.filter { $0.opening.question == .better }
      // Where nothing was found early, one race could see what is worth chasing.
      let pairs = Race.pairs(toSee: 2 * night.world.rules.racing.target)
      let isSeen = races.contains { $0.opening.rules.cap >= pairs }
      #expect(isSeen || result.report.adoptions > 0, "seed \(seed)")
    }
  }

  @Test func `the same needless edits are never put to the test twice`() throws {
    var questions = 0
    for seed in 6...8 {
      var night = SmallWorld.night(seed: seed, rollouts: 1400) { rules in
        SmallWorld.full(&rules)
        rules.racing.fewestToPrune = 40
        rules.screening.share = 0.5
      }
      _ = try night.run()
      let asked = night.world.races.map(\.opening).filter { $0.question == .simpler }
      questions += asked.count
      #expect(Set(asked.map { "\($0.edits) \($0.control)" }).count == asked.count, "seed \(seed)")
    }
    #expect(questions > 0)
  }

  static func full(
    slots: Int = 4, rollouts: Int = 900, weather: Weather = Weather(),
    _ change: (inout NightRules) -> Void = { _ in }
  ) -> SimulatedNight {
    SmallWorld.night(rollouts: rollouts, slots: slots, weather: weather) { rules in
      SmallWorld.full(&rules)
      change(&rules)
    }
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

  @Test func `how long trials take, and when answers come, changes nothing either`() throws {
    var quick = Self.full()
    let result = try quick.run()
    #expect(result.report.vault?.tasks.count == 8)
    for (seed, delay) in [(1, 0.0), (2, 600.0), (3, 90.0)] {
      var weather = Weather()
      weather.durations = .heavy
      weather.seed = UInt64(seed)
      weather.proposerDelay = delay
      weather.judgeDelay = delay / 10
      var slow = Self.full(slots: 16, weather: weather)
      #expect(try slow.run() == result)
      let isSame = Self.commands(slow.facts) == Self.commands(quick.facts)
      #expect(isSame)
    }
  }

  @Test(arguments: [0, 0.05])
  func `deciding again over what was recorded gives the recorded commands, byte for byte`(
    broken: Double
  ) throws {
    var weather = Self.weather(broken: broken)
    weather.durations = .heavy
    weather.approves = true
    for night in [
      SmallWorld.night(slots: 4, weather: weather),
      Self.full(weather: weather) { $0.autonomy = .approve },
    ] {
      var night = night
      _ = try night.run()
      let recorded = try night.facts.map { try JSON.encoding($0).text() }
      let facts = try recorded.map { try JSON.parse($0).decode(NightFact.self) }
      var world = World(night.world.rules)
      var position = 1
      while position < facts.count {
        guard case .issued = facts[position] else {
          world.fold(facts[position])
          position += 1
          continue
        }
        let decided = decide(world)
        let written = try decided.map { try JSON.encoding(NightFact.issued($0)).text() }
        let isSame =
          !decided.isEmpty && written == Array(recorded[position...].prefix(decided.count))
        #expect(isSame)
        guard isSame else { return }
        for command in decided { world.fold(.issued(command)) }
        position += decided.count
      }
      #expect(world.phase == .over)
      #expect(decide(world).isEmpty)
    }
  }

  @Test func `a night that is cut off anywhere goes on to the same end`() throws {
    var whole = Self.full()
    let result = try whole.run()
    let commands = Self.commands(whole.facts)
    for length in stride(from: 1, to: whole.facts.count, by: whole.facts.count / 25) {
      let cut = Array(whole.facts.prefix(length))
      var resumed = try #require(SimulatedNight(SmallWorld.hilly, seed: 1, resuming: cut))
      #expect(try resumed.run() == result)
      let isSame = Self.commands(resumed.facts) == commands
      #expect(isSame, "cut at \(length)")
    }
  }

  @Test func `a real night goes through all its stages and says what it rests on`() throws {
    var weather = Weather()
    weather.refused = ["x2"]
    weather.trialCost = 0.01
    var night = Self.full(weather: weather)
    let result = try night.run()
    let report = result.report
    #expect(report.adoptions >= 1)
    #expect(report.unverified == nil)
    #expect(report.baseline != nil)
    #expect(report.bracket != nil)
    #expect(report.stop == .rollouts)
    #expect(result.rollouts <= 900)
    let vault = try #require(report.vault)
    #expect(vault.trials == 32)
    #expect(vault.interval?.contains(vault.mean) == true)
    let world = night.world
    #expect(world.funnel.blocked == 1)
    #expect(world.funnel.proposed == world.pool.entries.count)
    let known = world.pool.entries.filter { $0.state == .active }
    #expect(known.allSatisfy { $0.verdicts.map(\.gate) == ["judge", "smoke"] && $0.trials > 0 })
    #expect(abs((world.spending["trial"]?.costUSD ?? 0) - 0.01 * Double(result.rollouts)) < 1e-6)
    let carried = Set(world.candidates.flatMap(\.edits))
    let banned = world.pool.entries.filter { $0.state == .blocked }.map(\.id)
    #expect(carried.isDisjoint(with: banned))
    // A pair's two sides see the same draw, and nothing else on the task does.
    let orders = Self.commands(night.facts).compactMap { command -> TrialOrder? in
      if case .run(let order) = command { order } else { nil }
    }
    #expect(orders.map(\.id.number) == Array(1...orders.count))
    struct Seen: Hashable { let task: Int, draw: TrialDraw }
    let shared = Dictionary(grouping: orders) { Seen(task: $0.task, draw: $0.draw) }
    for (_, group) in shared where group.count > 1 {
      let words = Set(group.map(\.purpose.word))
      #expect(words.isSubset(of: ["race", "bank"]) || words == ["vault"])
    }
  }

  @Test(arguments: [true, false, nil])
  func `below auto nothing is adopted without a person, and the night goes on meanwhile`(
    approves: Bool?
  ) throws {
    var weather = Weather()
    weather.approves = approves
    var night = Self.full(weather: weather) { $0.autonomy = .approve }
    let report = try night.run().report
    #expect(night.world.races.contains { $0.state == .waiting } == (approves == nil))
    #expect((report.adoptions > 0) == (approves == true))
    #expect(report.isAwaited == (approves == nil))
    #expect((report.candidate == CandidateID(1)) == (approves == false))
  }

  static let stops: [(stop: NightReport.Stop, change: @Sendable (inout NightRules) -> Void)] = [
    (.cost, { $0.stops.costUSD = 4 }), (.tokens, { $0.stops.tokens = 400_000 }),
    (.deadline, { $0.stops.deadlineSeconds = 6000 }), (.noGain, { $0.stops.noGainFor = 150 }),
  ]

  @Test(arguments: stops)
  func `a night keeps within its stops and still reports`(
    stop: NightReport.Stop, change: @Sendable (inout NightRules) -> Void
  ) throws {
    var weather = Weather()
    weather.trialCost = 0.01
    weather.durations = .heavy
    var night = SmallWorld.night(SmallWorld.flat, rollouts: 1500, slots: 4, weather: weather) {
      SmallWorld.full(&$0)
      change(&$0)
    }
    let result = try night.run()
    #expect(result.report.stop == stop)
    #expect(result.rollouts < 700)
    #expect(result.report.score != nil)
    let spent = night.world.spending["trial"]
    if stop == .cost { #expect((spent?.costUSD ?? 0) <= 4) }
    if stop == .tokens { #expect((spent?.tokens ?? 0) <= 400_000) }
    if stop == .deadline { #expect(night.now < 6600) }
  }

  @Test func `people steer a night while it is under way`() throws {
    var world = World(SmallWorld.night().world.rules)
    func steer(_ order: Steering.Order) { world.fold(.steered(Steering(by: "ada", order: order))) }
    steer(.pause(hard: false))
    #expect(world.phase == .paused)
    #expect(decide(world).isEmpty)
    steer(.resume)
    #expect(!decide(world).isEmpty)
    steer(.hint("look at the timeouts"))
    steer(.retune(Retuning(rollouts: 77, slots: 3)))
    #expect(world.hints == ["look at the timeouts"])
    #expect(world.rules.rollouts == 77)
    #expect(world.rules.slots == 3)

    var night = Self.full()
    _ = try night.run()
    // The same night, but for a veto halfway.
    var cut = Array(night.facts.prefix(night.facts.count / 2))
    cut.append(.steered(Steering(by: "ada", order: .veto(component: "x0"))))
    var other = try #require(SimulatedNight(SmallWorld.hilly, seed: 1, resuming: cut))
    let result = try other.run()
    let vetoed = other.world.pool.entries.filter { $0.state == .vetoed }.map(\.id)
    #expect(!vetoed.isEmpty)
    #expect(
      other.world.races.allSatisfy { race in
        race.state != .adopted || race.opening.edits.allSatisfy { !vetoed.contains($0) }
          || cut.contains(.issued(.race(race.opening)))
      })
    #expect(result.report.score != nil)
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
