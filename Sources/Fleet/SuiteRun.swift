public import Base
public import Facts
public import Ledger
internal import Suite
public import Trial

/// Runs the trials of one harness and records each of them, with retries of what the agent did not cause.
public struct SuiteRun: Sendable {
  /// What happened, for whoever watches.
  public enum Event: Sendable {
    /// An attempt was recorded.
    case attempt(AttemptFact, task: String, index: Int)
    /// The number of slots changed.
    case slots(Contention.Change)
  }

  /// An infrastructure failure is tried again this often.
  public static let retries = 2

  private let ledger: Ledger
  private let run: RunID
  private let candidate: CandidateID
  private let harness: PreparedHarness
  private let plan: TrialPlan
  private let clock: WallClock
  private let conduct: @Sendable (Assignment) async -> TrialResult

  /// A run that is recorded as begun; `conduct` is what turns an assignment into a result.
  public init(
    ledger: Ledger, run: RunID, candidate: CandidateID, harness: PreparedHarness, plan: TrialPlan,
    clock: WallClock = .system, conduct: @escaping @Sendable (Assignment) async -> TrialResult
  ) {
    self.ledger = ledger
    self.run = run
    self.candidate = candidate
    self.harness = harness
    self.plan = plan
    self.clock = clock
    self.conduct = conduct
  }

  private struct Work: Sendable {
    let item: TrialPlan.Item
    let trial: TrialID
    let attempts: Int
    /// Attempts that were cancelled: what was answered in the last of them is not asked again.
    let cancelled: Int
    let seed: UInt64
  }

  /// Runs what is still to be done; returns when all of it is recorded or `stop` was asked for.
  public func go(
    slots: Int, stop: StopSignal, watch: @escaping @Sendable (Event) async -> Void
  ) async throws {
    let recording = Recording()
    do {
      try await run(slots: slots, stop: stop, recording: recording, watch: watch)
    } catch {
      // What was conducted is recorded, whatever ended the run.
      try? await recording.finish()
      throw error
    }
    try await recording.finish()
  }

  private func run(
    slots: Int, stop: StopSignal, recording: Recording,
    watch: @escaping @Sendable (Event) async -> Void
  ) async throws {
    let cursor = Locked(0)
    let breaker = Locked(Failures())
    let patience = max(8, 2 * slots)
    try await Fleet(slots: slots).run(
      stop: stop,
      next: { () async throws -> Work? in
        let next = cursor.withLock { position -> TrialPlan.Item? in
          guard let found = plan.next(from: position) else { return nil }
          position = found.position
          return found.item
        }
        guard let next else { return nil }
        return try await dispatch(next)
      },
      conduct: { work, place in
        let last = try await finish(
          work, on: place.slot, stop: stop, recording: recording, watch: watch)
        if last.flags.contains(TrialResult.runSpent) {
          throw BelayError(
            .budget, last.detail, place: "\(run)",
            hint: "the same command with a larger budget and --resume goes on")
        }
        let failures = breaker.withLock { $0.count(last.outcome) }
        guard failures < patience else { throw giveUp(last, failures) }
        // Turns, tokens and dollars run out as fast on an idle machine.
        let isShort = last.outcome == .limit && ["wall", "memory"].contains(last.limit ?? "wall")
        return last.outcome == .sandboxFailed || isShort ? .suffered : .fine
      },
      onChange: { change in
        let event = EventFact(
          run: run, at: clock.now, kind: change.to < change.from ? "backoff" : "slots",
          detail: [
            "from": .int(change.from), "to": .int(change.to), "reason": .string(change.reason),
          ])
        try? await ledger.record(event)
        await watch(.slots(change))
      })
  }

  /// Trials in a row that ended alike, and not by their agent's doing.
  private struct Failures {
    var outcome = Outcome.completed
    var number = 0

    mutating func count(_ outcome: Outcome) -> Int {
      let fails = outcome == .sandboxFailed || outcome == .providerFailed
      number = !fails ? 0 : outcome == self.outcome ? number + 1 : 1
      self.outcome = outcome
      return number
    }
  }

  private func giveUp(_ last: AttemptFact, _ failures: Int) -> BelayError {
    if last.outcome == .providerFailed {
      return BelayError(
        .provider, "\(failures) trials in a row failed by their model's provider: \(last.detail)",
        place: "\(run)", hint: "belay models ping; belay log \(run)")
    }
    return BelayError(
      .sandbox, "\(failures) trials in a row lost their sandbox", place: "\(run)",
      hint: "belay doctor; belay log \(run)")
  }

  // What begins a trial and what ends it stay out of the frames that wait with it: thousands wait at once.
  @inline(never)
  private func dispatch(_ item: TrialPlan.Item) async throws -> Work {
    let task = plan.tasks[item.task].task
    let seed = Assignment.seed(run: plan.seed, task: task.digest, index: item.index)
    if let begun = plan.begun(item) {
      return Work(
        item: item, trial: begun.trial, attempts: begun.attempts, cancelled: begun.cancelled,
        seed: seed)
    }
    let fact = TrialFact(
      run: run, candidate: candidate, task: task.digest, index: item.index, seed: seed,
      dispatchedAt: clock.now)
    guard let trial = try await ledger.dispatch([fact]).first else {
      throw BelayError(.internal, "the ledger gave no id to a trial", place: "\(run)")
    }
    return Work(item: item, trial: trial, attempts: 0, cancelled: 0, seed: seed)
  }

  // As above: what an attempt leaves to be recorded.
  @inline(never)
  private func finish(
    _ work: Work, on slot: Int, stop: StopSignal, recording: Recording,
    watch: @escaping @Sendable (Event) async -> Void
  ) async throws -> AttemptFact {
    let task = plan.tasks[work.item.task]
    var number = work.attempts
    while true {
      number += 1
      let startedAt = clock.now
      let began = ContinuousClock.now
      let result = await conduct(
        Assignment(
          task: task, harness: harness, index: work.item.index, seed: work.seed, slot: slot,
          attempt: AttemptKey(
            run: run, candidate: candidate, trial: work.trial, number: number - work.cancelled)))
      // What was tried before a resume counts for the evidence, not against the trial.
      let tried = number - work.attempts
      let isFinal = result.outcome != .cancelled && (!result.isRetryable || tried > Self.retries)
      let fact = result.fact(
        trial: work.trial, number: number, isFinal: isFinal, startedAt: startedAt,
        endedAt: clock.now, wall: ContinuousClock.now - began)
      try await recording.start(on: slot) {
        try await ledger.record(fact)
        await watch(.attempt(fact, task: task.task.name, index: work.item.index))
      }
      if isFinal || result.outcome == .cancelled || stop.stage == .stopping {
        return fact
      }
      try? await _Concurrency.Task.sleep(for: .milliseconds(250 * tried))
    }
  }
}

/// Records attempts while their slots go on: at most one of each slot is on its way to the disk.
private actor Recording {
  private var running: [Int: _Concurrency.Task<Void, any Error>] = [:]

  /// Waits for what the slot recorded before, and starts recording the next.
  func start(on slot: Int, _ record: @escaping @Sendable () async throws -> Void) async throws {
    try await running[slot]?.value
    running[slot] = _Concurrency.Task { try await record() }
  }

  /// Returns when everything is recorded; throws after that, when something could not be.
  func finish() async throws {
    var failure: (any Error)?
    for recording in running.values {
      do { try await recording.value } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
  }
}
