public import Base
public import Climb

/// A whole night on a problem: the real `decide`, with simulated trials, on a clock that costs no time.
public struct SimulatedNight: Sendable {
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

  private enum Event: Sendable {
    case trial(TrialOrder)
    case proposal(ProposalOrder)
    case reflection(EditID)
    case inspection(CandidateID)
    case word(CandidateID)
  }

  /// The problem.
  public let problem: Problem
  /// The seed of the outcomes.
  public let seed: Int
  /// The facts of the night until now, if they are kept.
  public private(set) var facts: [NightFact] = []
  /// The night.
  public private(set) var world: World
  /// Seconds of the simulated clock.
  public private(set) var now = 0.0
  /// Seconds that slots were busy, added up.
  public private(set) var busy = 0.0
  private let keepsFacts: Bool
  private let weather: Weather
  private let proposer: Blind
  private var agenda = Agenda<Event>()
  private var events = 0
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
    // Whatever was under way is begun again, under its own number.
    for order in world.inFlight { begin(order) }
    for order in world.openProposals { plan(.proposal(order), in: weather.proposerDelay) }
    for id in world.openReflections { plan(.reflection(id), in: weather.judgeDelay) }
    for id in world.openInspections { plan(.inspection(id), in: weather.judgeDelay) }
    for id in world.openQuestions { plan(.word(id), in: weather.judgeDelay) }
    if world.pauseReason != nil { record(.resumed) }
  }

  /// Goes on until the night is over.
  public mutating func run() throws(BelayError) -> Result {
    while true {
      follow()
      guard world.report == nil, let (time, event) = agenda.next() else { break }
      now = max(now, time)
      happen(event)
    }
    guard let report = world.report else {
      throw BelayError(.internal, "the simulated night stopped without a report")
    }
    return Result(
      key: configuration(of: report.candidate).key, report: report, rollouts: world.rollouts)
  }

  /// The share of the slots that was busy; nil where nothing takes time.
  public var utilization: Double? {
    now > 0 ? busy / (now * Double(world.rules.slots)) : nil
  }

  /// The configuration of a candidate.
  public func configuration(of candidate: CandidateID) -> Problem.Configuration {
    problem.configuration(with: world.edits(of: candidate).compactMap { world.pool[$0] })
  }

  /// Does what is decided, until there is nothing more to do now.
  private mutating func follow() {
    while true {
      let commands = decide(world)
      if commands.isEmpty { return }
      for command in commands {
        record(.issued(command))
        enact(command)
      }
    }
  }

  private mutating func enact(_ command: Command) {
    switch command {
    case .run(let order): begin(order)
    case .propose(let order): plan(.proposal(order), in: weather.proposerDelay)
    case .reflect(let id): plan(.reflection(id), in: weather.judgeDelay)
    case .inspect(let id, _): plan(.inspection(id), in: weather.judgeDelay)
    case .ask(let id, _): plan(.word(id), in: weather.judgeDelay)
    case .pause: record(.resumed)
    default: break
    }
  }

  private mutating func begin(_ order: TrialOrder) {
    let seconds = weather.duration(of: order.id)
    busy += seconds
    plan(.trial(order), in: seconds)
  }

  private mutating func plan(_ event: Event, in seconds: Double) {
    events += 1
    agenda.add(event, at: now + seconds, rank: weather.isReversed ? -events : events)
  }

  private mutating func happen(_ event: Event) {
    if world.rules.stops.deadlineSeconds != nil { record(.clock(now)) }
    switch event {
    case .trial(let order):
      let spent = Spending(costUSD: weather.trialCost, tokens: weather.trialCost.map { _ in 1000 })
      record(.finished(order.id, end(of: order), spent))
    case .proposal(let order):
      let before = (order.number - 1) * world.rules.proposalsAtOnce
      let proposals = proposer.propose(order.count, after: before, seed: world.rules.seed)
      record(.proposed(order.number, proposals, Spending(), note: nil))
    case .reflection(let id):
      let components = world.pool[id]?.components ?? []
      let isRefused = components.contains { weather.refused.contains($0) }
      let verdict = GateVerdict(
        gate: "judge", word: isRefused ? .fail : .pass,
        sentence: isRefused ? "It looks made for single tasks." : "It looks general.")
      record(.reflected(id, [verdict], prior: 1, Spending()))
    case .inspection(let id): record(.inspected(id, [], Spending()))
    case .word(let id):
      guard let approves = weather.approves else { return }
      record(.steered(Steering(by: "person", order: approves ? .approve(id) : .reject(id))))
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
    let trial = numbers.removeValue(forKey: order.id) ?? 0
    if weather.isBroken(order.id, seed: world.rules.seed) { return .invalid }
    func scored(_ outcome: Double) -> TrialEnd {
      .scored(
        weather.drifted(outcome, order.id, of: world.rules.rollouts, seed: world.rules.seed))
    }
    let configuration = configuration(of: order.candidate)
    let task = world.rules.tasks[order.task]
    if let original = task.twinOf {
      // Whatever was learnt by heart is worth nothing there.
      let honest = problem.forgetting(configuration)
      return scored(
        problem.outcome(
          honest, key: "\(configuration.key)|twin",
          task: Int(world.rules.tasks[original].name) ?? 0,
          trial: trial, seed: seed))
    }
    return scored(
      problem.outcome(
        configuration, key: configuration.key, task: Int(task.name) ?? 0, trial: trial, seed: seed))
  }
}
