import Base
import Climb
import Glibc

/// The promise of the climb: what folding a fact in and deciding costs, refits of the pooled model included,
/// and that it stays the same as the night grows.
enum ClimbBench {
  static let deciding = Benchmark(name: "climb") {
    let trials = 100_000
    var night = BenchNight(trials: trials)
    let early = night.run(until: trials / 10)
    let late = night.run(until: trials)
    let mean = (early.cpu + late.cpu) / Double(early.facts + late.facts)
    let last = late.cpu / Double(late.facts)
    return [
      BenchRow(
        what: "own CPU of fold and decide per fact, \(trials) trials",
        measured:
          "\(Int(mean)) us, \(Int(last)) us late, \(night.world.candidates.count) candidates",
        target: "<= 1000 us, flat", isMet: mean <= 1000 && last <= 1000)
    ]
  }
}

/// A night whose outcomes cost nothing to draw.
struct BenchNight {
  private(set) var world: World
  private var draws = Draws(seed: 5)
  /// Every fact in its order, from the opening on, where somebody wants to have them.
  private(set) var facts: [NightFact] = []
  private let keepsFacts: Bool

  init(trials: Int, slots: Int = 16, keepsFacts: Bool = false) {
    self.keepsFacts = keepsFacts
    let tasks = (0..<60).map { NightTask(name: "\($0)", split: $0 < 40 ? .dev : .gate) }
    var rules = NightRules(seed: 1, tasks: tasks, rollouts: trials)
    rules.slots = slots
    rules.proposers = ["bench"]
    rules.stops.proposals = 400
    rules.proposalsFirst = 400
    rules.proposalsAtOnce = 40
    rules.reflects = false
    rules.pilotTrials = 0
    world = World(rules)
    if keepsFacts { facts = [.opened(rules)] }
  }

  /// Hands the facts that are kept over.
  mutating func takeFacts() -> [NightFact] {
    defer { facts = [] }
    return facts
  }

  private mutating func record(_ fact: NightFact) {
    world.fold(fact)
    if keepsFacts { facts.append(fact) }
  }

  /// CPU in microseconds and facts, until so many trials were dispatched.
  mutating func run(until trials: Int) -> (cpu: Double, facts: Int) {
    let began = clock()
    var facts = 0
    while world.rollouts < trials, world.phase != .over {
      for command in decide(world) {
        record(.issued(command))
        facts += 1
        if case .propose(let order) = command {
          let edits = (0..<order.count).map { _ in Proposal(author: "bench", edit: edit()) }
          record(.proposed(order.number, edits, Spending(), note: nil))
          facts += 1
        }
      }
      for order in world.inFlight {
        record(.finished(order.id, .scored(outcome(order)), Self.spent))
        facts += 1
      }
    }
    return (Double(clock() - began) * 1e6 / Double(CLOCKS_PER_SEC), facts)
  }

  private static let spent = Spending(costUSD: 0.00125, tokens: 2500)

  private mutating func edit() -> Edit {
    let place = draws.below(28)
    return place < 24
      ? Edit(components: ["x\(place)"], value: .patch("1"))
      : Edit(components: ["z\(place)"], value: .level(Double(1 + draws.below(7)) / 7))
  }

  private mutating func outcome(_ order: TrialOrder) -> Double {
    let row = world.pool.features(of: world.edits(of: order.candidate))
    var logit = Double(order.task % 7) * 0.4 - 2
    for (index, value) in row.enumerated() { logit += value * Double(index % 5 - 1) * 0.2 }
    return draws.share() < 1 / (1 + exp(-logit)) ? 1 : 0
  }
}
