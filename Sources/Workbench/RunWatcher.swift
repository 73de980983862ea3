package import Base
package import Console
internal import Facts
package import Fleet
internal import Suite

/// Shows a run while it goes on: one line for people, a record for each attempt for programs.
package final class RunWatcher: Sendable {
  private let output: Output
  private let clock: WallClock
  private let state: Locked<(progress: RunProgress, slots: Int)>
  private let warn: @Sendable (String) -> Void

  /// `warn` says something once, however often it is called.
  package init(
    _ evaluation: Evaluation, output: Output, clock: WallClock,
    warn: @escaping @Sendable (String) -> Void
  ) {
    self.warn = warn
    self.output = output
    self.clock = clock
    let plan = evaluation.plan
    state = Locked(
      (
        RunProgress(
          total: plan.count, done: plan.count - plan.remaining, startedAt: clock.now),
        evaluation.slots
      ))
  }

  /// Whether every trial has its final attempt.
  package var isComplete: Bool { state.withLock { $0.progress.done >= $0.progress.total } }

  package func see(_ event: SuiteRun.Event) async {
    switch event {
    case .attempt(let attempt, let task, let index):
      state.withLock { $0.progress.record(attempt) }
      try? output.event("attempt", Self.record(attempt, task: task, index: index))
      warnOfRewards(attempt, task: task)
      if output.showsProgress { output.progress(line()) }
    case .slots(let change):
      state.withLock { $0.slots = change.to }
      output.note("slots \(change.from) -> \(change.to): \(change.reason)")
      try? output.event(
        "slots",
        [
          "from": .int(change.from), "to": .int(change.to), "reason": .string(change.reason),
        ])
    }
  }

  // Once per task: every trial of it would say the same.
  private func warnOfRewards(_ attempt: AttemptFact, task: String) {
    for oddity in attempt.flags.compactMap(RewardReading.Oddity.init) {
      warn("\(task.printable()): \(oddity.sentence)")
    }
  }

  private func line() -> String {
    let (progress, slots) = state.withLock { $0 }
    let now = clock.now
    var parts = ["\(progress.done)/\(progress.total)", "running up to \(slots)"]
    if let rate = progress.rate(at: now) {
      parts.append(
        rate >= 1 ? "\(Int(rate.rounded()))/s" : "\(Int((rate * 60).rounded()))/min")
    }
    if let left = progress.remaining(at: now) { parts.append("ETA \(Self.clock(left))") }
    if progress.scores.count > 0 {
      let mean = progress.scores.sum / Double(progress.scores.count)
      parts.append("so far \(Int((mean * 100).rounded()))%")
    }
    for outcome in Outcome.allCases where outcome != .completed {
      if let count = progress.outcomes[outcome] { parts.append("\(outcome.rawValue) \(count)") }
    }
    if progress.retried > 0 { parts.append("retried \(progress.retried)") }
    return parts.joined(separator: "  ")
  }

  private static func clock(_ duration: Duration) -> String {
    let seconds = Int(duration.components.seconds)
    func pad(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let minutes = "\(pad(seconds / 60 % 60)):\(pad(seconds % 60))"
    return seconds >= 3600 ? "\(seconds / 3600):\(minutes)" : minutes
  }

  private static func record(_ attempt: AttemptFact, task: String, index: Int) -> [String: JSON] {
    [
      "trial": .string("\(attempt.trial)"), "task": .string(task), "index": .int(index),
      "attempt": .int(attempt.number), "final": .bool(attempt.isFinal),
      "outcome": .string(attempt.outcome.rawValue), "score": .number(attempt.score),
      "reward": .number(attempt.reward), "limit": .optional(attempt.limit),
      "exit_code": .optional(attempt.exitCode), "wall_ms": .int(attempt.usage.wallMs),
      "cpu_ms": .int(attempt.usage.cpuMs),
      // What an agent or a verifier wrote is in the lab, for those who ask for it.
      "detail": .string(attempt.outcome.isScored ? attempt.detail.printable() : ""),
    ]
  }
}
