import Base
import Climb
import NightLog
import Selftest
import Stats
import Testing

@testable import NightPages

@Suite struct PlanTests {
  private func rules(rollouts: Int, gate: Int = 20, vault: Int = 20) -> NightRules {
    let splits: [(Split, Int)] = [(.dev, 12), (.gate, gate), (.vault, vault)]
    let tasks = splits.flatMap { split, count in
      (0..<count).map { NightTask(name: "\(split)\($0)", split: split) }
    }
    return NightRules(seed: 1, tasks: tasks, rollouts: rollouts)
  }

  private func pilot(_ scores: [[Double]]) -> NightPlan.Pilot {
    var pilot = NightPlan.Pilot()
    pilot.scores = scores
    pilot.cost = (0.4, 40)
    pilot.wallMs = 40_000
    pilot.timed = 40
    return pilot
  }

  private let usual: [[Double]] = (0..<12).map { $0 < 6 ? [0, 1, 0, 1] : [Double]([0, 0, 0, 0]) }

  @Test(
    arguments: [
      (200_000, 20, nil), (200, 20, "pairs for races"), (200_000, 0, "no gate tasks"),
    ] as [(Int, Int, String?)])
  func `a budget that finds nothing is called hopeless, and why`(
    rollouts: Int, gate: Int, why: String?
  ) {
    let plan = NightPlan(rules(rollouts: rollouts, gate: gate), pilot: pilot(usual))
    #expect((plan.hopeless == nil) == (why == nil), "\(plan.hopeless ?? "")")
    if let why { #expect(plan.hopeless?.contains(why) == true) }
    for width in [40, 100] {
      #expect(plan.text(width: width).contains("HOPELESS") == (why != nil))
    }
  }

  @Test func `a baseline that solves everything, or was never tried twice, leaves nothing to plan`()
  {
    let all = [[Double]](repeating: [1, 1, 1, 1], count: 12)
    #expect(NightPlan(rules(rollouts: 9000), pilot: pilot(all)).hopeless?.contains("every") == true)
    let once = [[Double]](repeating: [0], count: 12)
    #expect(
      NightPlan(rules(rollouts: 9000), pilot: pilot(once)).hopeless?.contains("noise") == true)
  }

  @Test func `the tightest limit makes the budget, and money is told as it is known`() throws {
    var limited = rules(rollouts: 20_000)
    limited.stops.costUSD = 50
    limited.stops.deadlineSeconds = 3600
    limited.slots = 4
    let plan = NightPlan(limited, pilot: pilot(usual), costLimit: 0.05)
    // A cent and a second each: 5,000 for the money, 14,400 for an hour of four slots.
    #expect(plan.limits.map(\.word) == ["money", "time", "trials"])
    #expect(plan.limits.map(\.trials) == [5000, 14_400, 20_000])
    #expect(plan.worstCost == 50)
    #expect(plan.expectedCost.map { abs($0 - 50) < 1e-9 } == true)
    #expect(plan.reserve + plan.screening + 2 * plan.pairs <= plan.trials)
    let small = try #require(plan.detectable(at: 0.8))
    let large = try #require(
      NightPlan(rules(rollouts: 200_000), pilot: pilot(usual)).detectable(at: 0.8))
    #expect(large < small)
    var unknown = pilot(usual)
    unknown.cost = (0, 0)
    let blind = NightPlan(rules(rollouts: 5000), pilot: unknown)
    #expect(blind.expectedCost == nil && blind.text(width: 100).contains("unknown"))
    #expect(blind.worstCost == nil && blind.cautions.contains { $0.contains("bounds") })
  }

  @Test func `a world of one's own tasks holds what it says`() throws {
    let tasks = (0..<20).map { number in
      let split: Split = number < 8 ? .dev : number < 14 ? .gate : .vault
      return SuiteWorld.Task(
        name: "t\(number)", split: split, trials: 3, sum: Double(number % 4))
    }
    let world = try SuiteWorld(tasks)
    let helping = Problem.Configuration(
      switches: (0..<24).map { $0 < 6 }, knobs: [])
    let gains = try world.problem(.gains, seed: 2)
    let nothing = try world.problem(.nothing, seed: 2)
    #expect(gains.truth(helping, on: .test) > gains.truth(gains.start, on: .test) + 0.1)
    #expect(nothing.truth(helping, on: .test) == nothing.truth(nothing.start, on: .test))
    #expect(gains.start.key == nothing.start.key)
    #expect(throws: BelayError.self) { try SuiteWorld(tasks.filter { $0.split == .dev }) }
    // A task that was always solved is likely to be, and not certain.
    #expect((0.8..<1).contains(gains.probability(gains.start, on: 3)))
  }

  @Test func `the champion before is the one below the last promotion that stands`() {
    func record(_ id: Int, _ reason: String = "better") -> ChampionRecord {
      ChampionRecord(
        at: Timestamp(milliseconds: 0), candidate: CandidateID(id), name: "champion", author: "ann",
        reason: reason)
    }
    func revert(_ id: Int, of other: Int) -> ChampionRecord {
      record(id, ChampionPage.revert(of: CandidateID(other), because: "slow"))
    }
    for (records, current, previous) in [
      ([], nil, nil), ([record(1)], 1, nil), ([record(1), record(2)], 2, 1),
      ([record(1), record(2), record(3), revert(2, of: 3)], 2, 1),
      ([record(1), record(2), record(3), revert(2, of: 3), revert(1, of: 2)], 1, nil),
      ([record(1), record(2), revert(1, of: 2), record(4)], 4, 1),
    ] as [([ChampionRecord], Int?, Int?)] {
      let page = ChampionPage(suite: "s", name: "champion", records: records.reversed())
      #expect(page.current?.number == current && page.previous?.number == previous)
    }
  }
}
