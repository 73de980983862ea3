internal import Base
internal import Climb
internal import Facts
internal import Fleet
internal import Harness
internal import Ledger
internal import Reflection
internal import Suite
internal import Trial

/// Runs what the climb orders: each order is a trial of the lab, with the order's number as its repeat.
struct NightTrials: Sendable {
  let run: RunID
  let desk: Desk
  let workshop: Workshop
  let stage: Stage
  let ledger: Ledger
  let models: RunModels?
  let rules: NightRules
  /// Trials that were dispatched before this process.
  let earlier: [TrialID: TrialRecord]
  let clock: WallClock

  /// A trial that the lab knows by an id.
  struct Dispatched: Sendable {
    let order: TrialOrder
    let built: BuiltCandidate
    let trial: TrialID
    let seed: UInt64
    /// Attempts before this process: cancelled, or cut off without a record.
    let attempts: Int
  }

  /// The next trial to be run; nil at the end. Asked by one at a time, so that candidates and trials get their ids
  /// in the order of the orders, whichever slot is the first: edits cite them as evidence.
  func next() async throws -> Dispatched? {
    while let order = await desk.nextOrder() {
      if let dispatched = try await dispatch(order) { return dispatched }
    }
    return nil
  }

  // Nil for one that is over already, or can never be run: the desk is told.
  private func dispatch(_ order: TrialOrder) async throws -> Dispatched? {
    let world = await desk.world
    let built: BuiltCandidate
    do {
      built = try await workshop.candidate(order.candidate, in: world)
    } catch let error as BelayError where error.kind == .usage {
      // Its edits do not go together.
      await desk.post(.finished(order.id, .unfit, Spending()))
      return nil
    }
    if world.assembled[order.candidate] == nil {
      await desk.post(
        .assembled(
          order.candidate, harness: built.harness.harness.digest.hex, candidate: built.id))
    }
    let seed = Self.seed(rules.seed, stage.tasks[order.task].task.digest, order.draw)
    if let known = earlier[order.id] {
      if known.isFinished, let last = known.latest {
        await desk.post(
          .finished(order.id, TrialEnd(last.outcome, score: last.score), last.usage.spending))
        return nil
      }
      return Dispatched(
        order: order, built: built, trial: known.id, seed: seed, attempts: known.attempts)
    }
    let fact = TrialFact(
      run: run, candidate: built.id, task: stage.tasks[order.task].task.digest,
      index: order.id.number, seed: seed, dispatchedAt: clock.now)
    guard let id = try await ledger.dispatch([fact]).first else {
      throw BelayError(.internal, "the ledger gave no id to a trial", place: "\(run)")
    }
    return Dispatched(order: order, built: built, trial: id, seed: seed, attempts: 0)
  }

  func conduct(_ dispatched: Dispatched, slot: Int) async throws -> Fleet.Ending {
    let (order, trial) = (dispatched.order, dispatched.trial)
    let startedAt = clock.now
    let began = ContinuousClock.now
    let result = await stage.conduct.run(
      Assignment(
        task: stage.tasks[order.task], harness: dispatched.built.harness, index: order.id.number,
        seed: dispatched.seed, slot: slot,
        // What was answered before an interruption is not asked again.
        attempt: AttemptKey(
          run: run, candidate: dispatched.built.id, trial: trial, number: 1),
        isRegraded: isRegraded(order)))
    let isFinal = result.outcome != .cancelled
    let fact = result.fact(
      trial: trial, number: dispatched.attempts + 1, isFinal: isFinal, startedAt: startedAt,
      endedAt: clock.now, wall: ContinuousClock.now - began)
    try await ledger.record(fact)
    models?.forget(trial)
    guard isFinal else { return .fine }
    if result.flags.contains(TrialResult.runSpent) { await desk.post(await spent()) }
    await desk.post(
      .finished(order.id, TrialEnd(fact.outcome, score: fact.score), fact.usage.spending))
    let isShort = fact.outcome == .limit && ["wall", "memory"].contains(fact.limit ?? "wall")
    return fact.outcome == .sandboxFailed || isShort ? .suffered : .fine
  }

  /// A sample of a race's passes is judged again, before anybody knows which of them pass.
  private func isRegraded(_ order: TrialOrder) -> Bool {
    guard rules.reflects, case .race(let race, let pair) = order.purpose else { return false }
    return Alarms.isRegraded(race: race, pair: pair, seed: rules.seed)
  }

  // Nothing more can be paid: what was ordered ends as it can, and no more is.
  private func spent() async -> NightFact {
    let rollouts = await desk.world.rollouts
    return .steered(
      Steering(
        by: "belay", reason: "the budget of the run's models is spent",
        order: .retune(Retuning(rollouts: rollouts))))
  }

  /// A pure function of the night's seed, the task and the draw, so that pairs share theirs.
  static func seed(_ night: UInt64, _ task: Digest, _ draw: TrialDraw) -> UInt64 {
    Digest.of("\(night)\n\(task.hex)\n\(draw.stream)\n\(draw.visit)").number
  }
}

extension TrialEnd {
  /// What the climb makes of an attempt.
  fileprivate init(_ outcome: Outcome, score: Double?) {
    self = outcome.isScored ? .scored(score ?? 0) : .invalid
  }
}

extension Usage {
  /// Money and tokens; nil where nobody knows.
  var spending: Climb.Spending {
    let tokens = inputTokens.map { $0 + (outputTokens ?? 0) }
    return Climb.Spending(costUSD: costUSD, tokens: tokens)
  }
}
