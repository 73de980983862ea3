public import Base
public import Climb

/// A whole night on a problem: the real `decide`, with trials that take no time.
public struct SimulatedNight: Sendable {
  /// What breaks, and in which order trials come back.
  public struct Weather: Sendable, Hashable {
    /// The share of trials that break for reasons not their own.
    public var broken = 0.0
    /// Whether trials that are under way together come back in the opposite order.
    public var isReversed = false

    /// Nothing breaks.
    public init() {}
  }

  /// What came of a night.
  public struct Result: Sendable, Hashable {
    /// The configuration that is handed over, as its key.
    public let key: String
    /// What the report says of it.
    public let report: NightReport
    /// Trials that were paid for.
    public let rollouts: Int
    /// Where the report's figure was measured.
    public let reportedOn = Problem.Part.gate
  }

  /// The problem.
  public let problem: Problem
  /// The seed of the outcomes.
  public let seed: Int
  /// The facts of the night until now, if they are kept.
  public private(set) var facts: [NightFact] = []
  /// The night.
  public private(set) var world: World
  private let keepsFacts: Bool
  private let weather: Weather
  private let proposer: Blind
  private var counts: [String: Int] = [:]
  private var numbers: [TrialID: Int] = [:]

  /// The usual rules for a night on a problem.
  public static func rules(_ problem: Problem, seed: Int, rollouts: Int, slots: Int = 1)
    -> NightRules
  {
    let visible = Set(problem.tasks(of: .visible))
    let tasks = problem.tasks(of: .train).map { number in
      NightTask(name: String(number), split: visible.contains(number) ? .dev : .gate)
    }
    var rules = NightRules(
      seed: UInt64(bitPattern: Int64(seed)) &* 7919 &+ UInt64(rollouts), tasks: tasks,
      rollouts: rollouts)
    rules.slots = slots
    rules.proposers = ["blind"]
    rules.stops.proposals = 400
    rules.proposalsFirst = 400
    rules.proposalsAtOnce = 40
    // Proposals are given and cannot cheat, and every trial counts against the budget that is compared.
    rules.reflects = false
    rules.pilotTrials = 0
    return rules
  }

  /// A night that has not begun.
  public init(
    _ problem: Problem, seed: Int, rules: NightRules, weather: Weather = Weather(),
    keepsFacts: Bool = false
  ) {
    self.problem = problem
    self.seed = seed
    self.weather = weather
    self.keepsFacts = keepsFacts
    world = World(rules)
    proposer = Blind(problem: problem)
    if keepsFacts { facts = [.opened(rules)] }
  }

  /// A night that goes on from the facts that were recorded before it was cut off; nil when these do not
  /// begin with an opening.
  public init?(
    _ problem: Problem, seed: Int, resuming facts: [NightFact], weather: Weather = Weather()
  ) {
    guard case .opened(let rules) = facts.first else { return nil }
    self.init(problem, seed: seed, rules: rules, weather: weather, keepsFacts: true)
    for fact in facts.dropFirst() { record(fact) }
  }

  /// Goes on until the night is over.
  public mutating func run() throws(BelayError) -> Result {
    answerProposal()
    while step() {}
    guard let report = world.report else {
      throw BelayError(.internal, "the simulated night stopped without a report")
    }
    return Result(
      key: configuration(of: report.candidate).key, report: report, rollouts: world.rollouts)
  }

  /// The configuration of a candidate.
  public func configuration(of candidate: CandidateID) -> Problem.Configuration {
    problem.configuration(with: world.edits(of: candidate).compactMap { world.pool[$0] })
  }

  /// Does what is decided and then answers; false when there is nothing left to do.
  private mutating func step() -> Bool {
    var isMoving = false
    while true {
      let commands = decide(world)
      if commands.isEmpty { break }
      isMoving = true
      for command in commands {
        record(.issued(command))
        if case .pause = command { record(.resumed) }
      }
      answerProposal()
    }
    let flying = weather.isReversed ? world.inFlight.reversed() : world.inFlight
    for order in flying { record(.finished(order.id, end(of: order), Spending())) }
    return isMoving || !flying.isEmpty
  }

  private mutating func answerProposal() {
    for order in world.openProposals {
      let before = (order.number - 1) * world.rules.proposalsAtOnce
      record(
        .proposed(
          order.number, proposer.propose(order.count, after: before, seed: world.rules.seed),
          Spending(), note: nil))
    }
  }

  private mutating func record(_ fact: NightFact) {
    if keepsFacts { facts.append(fact) }
    world.fold(fact)
    guard case .issued(.run(let order)) = fact else { return }
    // Counted when they begin, so that it does not matter which one ends first.
    let name = "\(configuration(of: order.candidate).key)|\(world.rules.tasks[order.task].name)"
    numbers[order.id] = counts[name, default: 0]
    counts[name, default: 0] += 1
  }

  private mutating func end(of order: TrialOrder) -> TrialEnd {
    var breaks = Draws(seed: world.rules.seed, for: UInt64(order.id.number) &* 16 &+ 9)
    if breaks.share() < weather.broken { return .invalid }
    let configuration = configuration(of: order.candidate)
    let trial = numbers.removeValue(forKey: order.id) ?? 0
    let number = Int(world.rules.tasks[order.task].name) ?? 0
    return .scored(
      problem.outcome(
        configuration, key: configuration.key, task: number, trial: trial, seed: seed))
  }
}
