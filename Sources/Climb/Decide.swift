internal import Base
internal import Stats

/// What to do next; the same world gives the same commands, whatever the clock and the machine.
public func decide(_ world: World) -> [Command] {
  switch world.phase {
  case .proposing: world.proposing
  case .screening: world.trials
  case .choosing: [world.choice]
  case .racing: world.probationVerdict.map { [$0] } ?? world.verdict.map { [$0] } ?? world.trials
  case .measuring: world.isMeasured ? [.halt(world.closing)] : world.trials
  case .paused, .over: []
  }
}

extension World {
  /// Asks for edits until enough were asked for, or three answers in a row brought nothing new.
  fileprivate var proposing: [Command] {
    if asking > 0 { return [] }
    let left = rules.proposals - asked
    if left > 0, emptyAnswers < 3 { return [.propose(min(left, rules.proposalsAtOnce))] }
    let budget = rules.rollouts - rules.reportRollouts
    guard !pool.edits.isEmpty, budget > 0, !dev.isEmpty, !gate.isEmpty else { return [closed] }
    return [.screen(trials: max(1, Int(Double(budget) * rules.screening.share)))]
  }

  fileprivate var choice: Command { nextRace.map(Command.race) ?? closed }

  private var closed: Command {
    gate.isEmpty ? .halt(closing) : .measure(incumbent, trials: rules.reportTrials)
  }

  fileprivate var probationVerdict: Command? {
    guard let probation, probation.probation.isLost else { return nil }
    return .rollBack(probation.candidate, logE: probation.probation.evidence.logE)
  }

  fileprivate var isMeasured: Bool { measures <= 0 }

  /// What is handed over, even when nothing could be measured.
  fileprivate var closing: NightReport {
    measured
      ?? NightReport(
        candidate: incumbent, score: nil, interval: nil, trials: 0, adoptions: adoptions)
  }

  /// As many trials as there are free slots, the repeated ones first.
  fileprivate var trials: [Command] {
    let free = rules.slots - flights.count
    guard free > 0 else { return [] }
    let repeated = min(free, again.count)
    let waiting =
      again.prefix(repeated) + (0..<min(free - repeated, queue.count)).map { queue[$0] }
    return waiting.enumerated().map { offset, item in
      .run(
        TrialOrder(
          id: TrialID(rollouts + 1 + offset), candidate: item.candidate, task: item.task,
          purpose: item.purpose, attempt: item.attempt))
    }
  }
}
