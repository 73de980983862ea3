public import Base
public import Climb
public import Facts
public import Fleet
public import Harness
public import Ledger
internal import NightLog
internal import Proposers
public import Suite
internal import Trial

/// What a night begins with.
public struct NightRequest: Sendable {
  /// The harness that is to be improved.
  public var harness: Harness
  /// The suite.
  public var suite: Suite
  /// Its tasks, in the order of the rules.
  public var tasks: [Task]
  /// Twins of some of them, which stand behind them in the rules.
  public var twins: [Task] = []
  /// What is fixed from the beginning on.
  public var rules: NightRules
  /// What is changed of a night that is gone on with; nil for nothing.
  public var change: Steering?
  /// What the user wrote down, to be recorded.
  public var settings: JSON
  /// The command line.
  public var command: String

  /// A request; the rules name the tasks in the same order.
  public init(
    harness: Harness, suite: Suite, tasks: [Task], rules: NightRules,
    change: Steering? = nil, settings: JSON, command: String
  ) {
    self.harness = harness
    self.suite = suite
    self.tasks = tasks
    self.rules = rules
    self.change = change
    self.settings = settings
    self.command = command
  }
}

/// A real night: does what the climb decides, and records every fact before anything follows from it.
public struct Night: Sendable {
  /// The run.
  public let run: RunID
  /// What a person may say while it goes on.
  public let steering: NightSteering
  /// Puts candidates together.
  public let workshop: Workshop
  /// How many trials run at once at most.
  public let slots: Int
  /// When it began, before any interruption.
  public let startedAt: Timestamp
  private let desk: Desk
  private let stage: Stage
  private let place: Evaluation.Place
  private let outstanding: [(command: Command, moment: Moment?)]
  private let earlier: [TrialID: TrialRecord]
  private let rules: NightRules
  private let clock: WallClock
  private let told: @Sendable (NightNews) async -> Void

  /// Makes everything ready and begins a night, or goes on with one that was cut off.
  public static func begin(
    _ request: NightRequest, in place: Evaluation.Place, resuming record: RunRecord? = nil,
    hold: Hold = Hold(), clock: WallClock = .system,
    progress: @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in },
    told: @escaping @Sendable (NightNews) async -> Void
  ) async throws -> Night {
    let reader = try place.lab.reader()
    let facts = try record.map { try reader.nightFacts($0.id) } ?? []
    let world: World
    if facts.isEmpty {
      world = World(request.rules)
    } else if let folded = World(folding: facts) {
      world = folded
    } else {
      throw BelayError(
        .internal, "its facts do not begin with an opening", place: record.map { "\($0.id)" },
        hint: "belay db check")
    }
    guard world.rules.isOfThisEdition else {
      throw BelayError(
        .usage, "another version of Belay began it, which decides otherwise",
        place: record.map { "\($0.id)" }, hint: "go on with that version, or begin a new night")
    }
    let tasks = request.tasks + request.twins
    let named = world.rules.tasks.map(\.name)
    guard named == tasks.prefix(named.count).map(\.name) else {
      throw BelayError(
        .usage, "the tasks are not those that the night began with",
        place: record.map { "\($0.id)" }, hint: "put the suite back, or begin a new night")
    }
    let stage = try await Stage.set(
      tasks, of: request.suite, for: request.harness,
      slots: request.change?.order.slots ?? world.rules.slots, in: place, clock: clock,
      progress: progress)
    let ledger = place.ledger
    try await ledger.record(SuiteFact(request.suite))
    try await ledger.record(
      beside: request.suite.digest, request.twins.map { TaskFact($0) })
    let run: RunID
    if let record {
      run = record.id
      try place.models?.resume(run)
      // The run's own fact names the process that began it; who watches must know the one that goes on.
      let owner = ProcessOwner.current
      try await ledger.record(
        EventFact(
          run: run, at: clock.now, kind: "resumed",
          detail: [
            "facts": .int(facts.count), "pid": .int(Int(owner.pid)),
            "start_ticks": .int(Int(owner.startTicks)), "host": .string(owner.host),
          ]))
    } else {
      run = try await ledger.begin(
        RunFact(
          type: .night, suite: request.suite.digest, settings: request.settings,
          conditions: stage.conditions(), opensVault: false, startedAt: clock.now,
          owner: .current, command: request.command))
    }
    if let pricing = place.models?.pricing(of: run, at: clock.now) {
      try await ledger.record(pricing)
    }
    let desk = Desk(
      world, length: facts.count, ledger: ledger, run: run, clock: clock
    ) { await told(.fact($0, number: $1)) }
    await desk.post(facts.isEmpty ? NightFact.opened(request.rules) : .resumed)
    let steering = NightSteering(
      run: run, desk: desk, hold: hold, models: place.models, slots: stage.slots)
    if record != nil {
      place.models?.limit(world.rules.stops.costUSD, world.rules.stops.tokens)
      if let change = request.change { _ = try await steering.say(change) }
    }
    return Night(
      run: run, steering: steering,
      workshop: Workshop(
        baseline: request.harness, ledger: ledger, reader: reader, run: run,
        prepare: { try stage.prepare($0) }),
      slots: stage.slots, startedAt: record?.fact.startedAt ?? clock.now, desk: desk,
      stage: stage, place: place, outstanding: outstanding(facts),
      earlier: try record.map { try orders(of: $0.id, reader) } ?? [:], rules: world.rules,
      clock: clock, told: told)
  }

  /// What is known by now.
  public var world: World { get async { await desk.world } }

  /// The layers of a bare system, for programs that propose.
  public var bareLayers: [String] { stage.bareLayers }

  /// Goes on until the night is over, or `stop` was asked for; true when it is over.
  public func go(_ parts: NightParts, stop: StopSignal) async throws -> Bool {
    let errands = Errands()
    stop.onChange { _ in
      // Proposers may take an hour, and what they paid for is in the journal.
      errands.cancel()
      _Concurrency.Task { await desk.close() }
    }
    let trials = NightTrials(
      run: run, desk: desk, workshop: workshop, stage: stage, ledger: place.ledger,
      models: place.models, rules: rules, earlier: earlier, clock: clock)
    let enact: @Sendable (Command, Moment) -> Void = { command, moment in
      let world = moment.world
      switch command {
      case .propose(let order): errands.start { await propose(order, moment, parts) }
      case .reflect(let edit):
        errands.startInOrder {
          await reflect(edit, world, parts)
        } post: {
          await desk.post($0)
        }
      case .inspect(let candidate, _):
        errands.startInOrder {
          await inspect(candidate, world, parts)
        } post: {
          await desk.post($0)
        }
      default: break
      }
    }
    let before = Moment(await desk.world, facts: await desk.length)
    for (command, moment) in outstanding {
      // In their order: the desk takes them before anything that is decided from now on.
      if case .run(let order) = command {
        await desk.enqueue(order)
      } else {
        enact(command, moment ?? before)
      }
    }
    let ticking = _Concurrency.Task { await tick() }
    defer {
      ticking.cancel()
      errands.cancel()
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await desk.go(enact) }
      group.addTask {
        try await Fleet(slots: slots).run(
          stop: stop, next: { try await trials.next() },
          conduct: { try await trials.conduct($0, slot: $1.slot) },
          onChange: { await told(.slots($0)) })
      }
      do {
        while try await group.next() != nil {}
      } catch {
        await desk.close()
        group.cancelAll()
        throw error
      }
    }
    try await desk.settle()
    return await desk.world.phase == .over
  }

  // No decision reads a clock: time comes in as a fact, as often as what hangs on it asks for. Without a deadline
  // that is the age of trials, in hours.
  private func tick() async {
    let pause = rules.stops.deadlineSeconds == nil ? 300 : 10
    while !_Concurrency.Task.isCancelled {
      await desk.post(.clock(clock.now.since(startedAt).seconds))
      try? await _Concurrency.Task.sleep(for: .seconds(pause))
    }
  }

  private func propose(_ order: ProposalOrder, _ moment: Moment, _ parts: NightParts) async {
    let world = moment.world
    var proposals: [Proposal] = []
    var answer = ProposalAnswer()
    do {
      answer = try await parts.propose(order, moment)
      let carried = world.edits(of: world.incumbent)
      for draft in answer.drafts {
        proposals.append(
          Proposal(
            author: draft.author,
            edit: try await workshop.edit(draft.patch, over: carried, in: world.pool),
            hypothesis: draft.hypothesis, summary: draft.summary))
      }
    } catch {
      if _Concurrency.Task.isCancelled { return }
      answer.note = "it failed: \(error)"
    }
    let refused = answer.refused.map(\.why).joined(separator: "; ")
    let notes = [answer.note, refused.isEmpty ? "" : "not taken: \(refused)"].filter { !$0.isEmpty }
    await desk.post(
      .proposed(
        order.number, proposals, answer.spending,
        note: notes.isEmpty ? nil : notes.joined(separator: "; ")))
  }

  private func reflect(_ edit: EditID, _ world: World, _ parts: NightParts) async -> NightFact? {
    guard let entry = world.pool.entry(edit) else { return nil }
    let found: Reflected
    do {
      found = try await parts.reflect(entry, world)
    } catch {
      if _Concurrency.Task.isCancelled { return nil }
      found = Reflected(verdicts: [Self.failed("static", error)])
    }
    return .reflected(edit, found.verdicts, prior: found.prior, found.spending)
  }

  private func inspect(_ candidate: CandidateID, _ world: World, _ parts: NightParts) async
    -> NightFact?
  {
    let found: Reflected
    do {
      found = try await parts.inspect(candidate, world)
    } catch {
      if _Concurrency.Task.isCancelled { return nil }
      found = Reflected(verdicts: [Self.failed("inspection", error)])
    }
    return .inspected(candidate, found.verdicts, found.spending)
  }

  // What could not be looked at is not let through.
  private static func failed(_ gate: String, _ error: any Error) -> GateVerdict {
    GateVerdict(gate: gate, word: .fail, sentence: "the check itself failed: \(error)")
  }

  private static func outstanding(_ facts: [NightFact]) -> [(command: Command, moment: Moment?)] {
    let commands = Outstanding(facts).commands
    let counts = Set(commands.compactMap(\.facts))
    var moments: [Int: Moment] = [:]
    if let last = counts.max(), var world = World(folding: facts.prefix(1)) {
      for (place, fact) in facts.prefix(last).enumerated() {
        if place > 0 { world.fold(fact) }
        if counts.contains(place + 1) { moments[place + 1] = Moment(world, facts: place + 1) }
      }
    }
    return commands.map { command, count in (command, count.flatMap { moments[$0] }) }
  }

  private static func orders(of run: RunID, _ reader: LedgerReader) throws -> [TrialID: TrialRecord]
  {
    var found: [TrialID: TrialRecord] = [:]
    try reader.eachTrial(TrialFilter(run: run)) { found[TrialID($0.fact.index)] = $0 }
    return found
  }
}

extension LedgerReader {
  /// The facts of a night as the climb reads them.
  public func nightFacts(_ run: RunID) throws -> [NightFact] {
    var facts: [NightFact] = []
    try night(run) { facts.append(try NightFact(recorded: $0.body, number: $0.number)) }
    return facts
  }

  /// The world of a night and how many facts it rests on; nil when they do not begin with an opening.
  public func nightWorld(_ run: RunID) throws -> (world: World, facts: Int)? {
    var world: World?
    var count = 0
    var isWhole = true
    try night(run) { record in
      let fact = try NightFact(recorded: record.body, number: record.number)
      count += 1
      if case .opened(let rules) = fact {
        isWhole = isWhole && world == nil
        world = World(rules)
      } else {
        isWhole = isWhole && world != nil
        world?.fold(fact)
      }
    }
    return isWhole ? world.map { ($0, count) } : nil
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
