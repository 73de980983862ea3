import Base
import Climb
import Selftest
import Stats
import Testing

/// Candidates that know dev tasks by heart, and the twins that tell.
@Suite struct TwinTests {
  /// One switch helps everywhere, one remembers every task that is seen, two do nothing.
  static func world(memory: Double, help: Double = 1.4) throws -> Problem {
    let tasks = (0..<26).map { number -> JSON in
      let split = number < 16 ? "train" : "test"
      let ease: Double = -2.2 + Double(number % 7) * 0.3
      let worth: JSON = ["0": .double(help), "1": .double(number < 10 ? memory : 0)]
      return [
        "split": .string(split), "visible": .bool(number < 10), "a": .double(ease), "w": worth,
        "v": [], "s": [0],
      ]
    }
    return try Problem([
      "name": "memory", "pairs": [], "knobs": [["levels": 2, "optimum": 0, "weight": 0]],
      "kinds": ["good_strong", "overfit_visible", "neutral", "neutral"],
      "seed_candidate": ["features": [0, 0, 0, 0], "knobs": [0]], "tasks": .array(tasks),
    ])
  }

  static func night(
    _ problem: Problem, seed: Int = 1, slots: Int = 1, twins: Int = 5, rollouts: Int = 1500,
    weather: Weather = Weather()
  ) -> SimulatedNight {
    SmallWorld.night(problem, seed: seed, rollouts: rollouts, slots: slots, weather: weather) {
      rules in
      rules.tasks += (0..<twins).map {
        NightTask(name: "\($0)-twin", split: .dev, twinOf: $0)
      }
      // Races and twins ask for more than the usual share in so small a night.
      rules.screening.share = 0.6
      if twins > 0 { rules.twins = TwinRules(rollouts: 3000) }
    }
  }

  static func orders(_ night: SimulatedNight) -> [TrialOrder] {
    NightTests.commands(night.facts).compactMap {
      if case .run(let order) = $0 { order } else { nil }
    }
  }

  @Test func `what is known by heart is refused, and what is left of it is adopted`() throws {
    let problem = try Self.world(memory: 5)
    var (caught, fooled, gained) = (0, 0, 0)
    for seed in 1...6 {
      var night = Self.night(problem, seed: seed)
      let winner = try #require(Problem.Configuration(key: try night.run().key))
      let refused = night.world.races.filter { $0.state == .refused(.memorised) }
      caught += refused.isEmpty ? 0 : 1
      fooled += winner.switches[1] ? 1 : 0
      gained += winner.switches[0] ? 1 : 0
      for race in refused {
        let verdict = try #require(race.verdicts.last { $0.gate == "twins" })
        #expect(verdict.word == .fail && verdict.figures["log_e"] ?? 0 >= 2.99)
        #expect(race.opening.edits.contains { night.world.pool[$0]?.components == ["x1"] })
      }
    }
    #expect(caught >= 4, "\(caught)")
    #expect(fooled <= 1, "\(fooled)")
    #expect(gained >= 3, "\(gained)")
    var without = Self.night(problem, seed: 2, twins: 0)
    #expect(Problem.Configuration(key: try without.run().key)?.switches[1] == true)
  }

  @Test func `an honest gain is not taken for memory`() throws {
    let problem = try Self.world(memory: 0, help: 2)
    var (adopted, without, blamed, spent) = (0, 0, 0, 0)
    for seed in 1...6 {
      var night = Self.night(problem, seed: seed, rollouts: 900)
      adopted += try night.run().report.adoptions > 0 ? 1 : 0
      blamed += night.world.races.contains { $0.state == .refused(.memorised) } ? 1 : 0
      spent += Self.orders(night).count { $0.purpose.word == "twin" }
      var other = Self.night(problem, seed: seed, twins: 0, rollouts: 900)
      without += try other.run().report.adoptions > 0 ? 1 : 0
    }
    #expect(without >= 5 && adopted >= without - 1, "\(adopted) of \(without)")
    #expect(blamed <= 1, "\(blamed)")
    #expect(spent <= 6 * 150, "\(spent)")
  }

  @Test func `trials on twins are ordered as any other and teach the model nothing`() throws {
    var night = Self.night(try Self.world(memory: 5), slots: 4)
    let result = try night.run()
    let orders = Self.orders(night)
    #expect(orders.map(\.id.number) == Array(1...orders.count))
    #expect(result.rollouts == orders.count && result.rollouts <= 1500)
    let twins = orders.filter { $0.purpose.word == "twin" }
    #expect(!twins.isEmpty && twins.count.isMultiple(of: 4))
    struct Place: Hashable { let race: Int, comparison: Int }
    let comparisons = Dictionary(grouping: twins) { order -> Place in
      guard case .twin(let race, let number) = order.purpose else {
        return Place(race: 0, comparison: 0)
      }
      return Place(race: race, comparison: number / 4)
    }
    let tasks = night.world.rules.tasks
    for (place, four) in comparisons {
      let race = try #require(night.world.races.first { $0.opening.number == place.race })
      #expect(Set(four.map(\.draw)).count == 1)
      #expect(Set(four.map(\.candidate)) == [race.opening.candidate, race.opening.control])
      let original = try #require(four.compactMap { tasks[$0.task].twinOf }.first)
      #expect(four.count { $0.task == original } == 2)
      #expect(four.count { tasks[$0.task].twinOf == original } == 2)
    }
    // Of all others none ever runs on a twin.
    let others = orders.filter { $0.purpose.word != "twin" && tasks[$0.task].twinOf != nil }
    #expect(others.isEmpty)
    let taught = orders.count { ["pilot", "screen", "smoke"].contains($0.purpose.word) }
    #expect(night.world.model.trials == taught)
  }

  @Test func `slots, the order of endings and an interruption change nothing`() throws {
    let problem = try Self.world(memory: 5)
    var one = Self.night(problem)
    let alone = try one.run()
    let commands = NightTests.commands(one.facts)
    #expect(commands.contains { if case .twin = $0 { true } else { false } })
    for slots in [4, 16] {
      var many = Self.night(
        problem, slots: slots, weather: NightTests.weather(reversed: slots == 16))
      #expect(try many.run() == alone)
      let isSame = NightTests.commands(many.facts) == commands
      #expect(isSame)
    }
    let begun = try #require(
      one.facts.firstIndex { if case .issued(.twin) = $0 { true } else { false } })
    for length in stride(from: begun - 3, to: begun + 120, by: 9) {
      var cut = try #require(
        SimulatedNight(problem, seed: 1, resuming: Array(one.facts.prefix(length))))
      #expect(try cut.run() == alone)
      let isSame = NightTests.commands(cut.facts) == commands
      #expect(isSame)
    }
  }

  @Test func `where no trials are left for twins the check is undecided and says so`() throws {
    let problem = try Self.world(memory: 5)
    var night = Self.night(problem)
    _ = try night.run()
    let begun = try #require(
      night.facts.firstIndex { if case .issued(.twin) = $0 { true } else { false } })
    var facts = Array(night.facts.prefix(begun + 1))
    let world = try #require(World(folding: facts))
    let race = try #require(world.races.last)
    let limit = Retuning(rollouts: world.rollouts + world.rules.reportTrials * 6 + 8)
    facts.append(.steered(Steering(by: "ada", order: .retune(limit))))
    var poor = try #require(SimulatedNight(problem, seed: 1, resuming: facts))
    _ = try poor.run()
    let end = try #require(poor.world.races.first { $0.opening.number == race.opening.number })
    #expect(end.state == .adopted)
    #expect(
      end.verdicts.map(\.word) == [.undecided] && end.verdicts[0].figures["trials"] ?? 99 <= 40)
  }
}
