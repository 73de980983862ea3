import Base
import Climb
import Glibc

/// A night whose outcomes cost nothing to draw.
struct BenchNight {
  // A small harness: so many places for a patch, so many numbers.
  private static let switches = 24
  private static let knobs = 4

  private static let spent = Spending(costUSD: 0.00125, tokens: 2500)

  private(set) var world: World
  private var draws = Draws(seed: 5)
  /// Every fact in its order, from the opening on, until somebody takes them; where that is wanted.
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

  mutating func record(_ fact: NightFact) {
    world.fold(fact)
    if keepsFacts { facts.append(fact) }
  }

  /// CPU in microseconds and facts, until so many trials were dispatched.
  mutating func run(until trials: Int) -> (cpu: Double, facts: Int) {
    let began = clock()
    var facts = 0
    while world.rollouts < trials, world.phase != .over {
      facts += decide()
      for order in world.inFlight {
        finish(order)
        facts += 1
      }
    }
    return (Double(clock() - began) * 1e6 / Double(CLOCKS_PER_SEC), facts)
  }

  /// What is decided now, and what proposers answer to it at once; how many facts that were.
  @discardableResult
  mutating func decide() -> Int {
    var count = 0
    for command in Climb.decide(world) {
      record(.issued(command))
      count += 1
      if case .propose(let order) = command {
        let edits = (0..<order.count).map { _ in Proposal(author: "bench", edit: edit()) }
        record(.proposed(order.number, edits, Spending(), note: nil))
        count += 1
      }
    }
    return count
  }

  /// A trial ends.
  mutating func finish(_ order: TrialOrder) {
    record(.finished(order.id, .scored(outcome(order)), Self.spent))
  }

  private mutating func edit() -> Edit {
    let place = draws.below(Self.switches + Self.knobs)
    return place < Self.switches
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
