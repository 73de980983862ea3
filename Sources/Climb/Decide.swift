internal import Base
internal import Stats

/// What to do next; the same world gives the same commands, whatever the clock and the machine.
public func decide(_ world: World) -> [Command] {
  if world.isHeld { return [] }
  return switch world.phase {
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
    if !openProposals.isEmpty { return [] }
    let waiting = pool.entries.filter { $0.state == .proposed && !reflecting.contains($0.id) }
    if !waiting.isEmpty { return waiting.map { .reflect($0.id) } }
    if !reflecting.isEmpty { return [] }
    let left = (rules.stops.proposals ?? 400) - asked
    if left > 0, emptyAnswers < 3, !rules.proposers.isEmpty {
      return [
        .propose(
          ProposalOrder(
            number: orders + 1, proposer: rules.proposers[orders % rules.proposers.count],
            count: min(left, rules.proposalsAtOnce)))
      ]
    }
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
        candidate: incumbent, score: nil, interval: nil, trials: 0, adoptions: adoptions,
        baseline: nil, bracket: nil, vault: nil, unverified: "no vault tasks", rolledBack: [],
        pruned: [], stop: .rollouts)
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
          purpose: item.purpose, attempt: item.attempt, draw: draw(of: item)))
    }
  }

  /// A race's candidate sees what its control saw, and nobody else the same.
  private func draw(of item: Waiting) -> TrialDraw {
    switch item.purpose {
    case .screen(let number): TrialDraw(stream: 1, visit: number)
    case .pilot(let visit): TrialDraw(stream: 2, visit: visit)
    case .smoke(let edit, let number): TrialDraw(stream: 3, visit: edit.number * 100 + number)
    case .report(let visit): TrialDraw(stream: 4, visit: visit)
    case .vault(let visit): TrialDraw(stream: 5, visit: visit)
    case .bank(let visit): TrialDraw(stream: 10 + item.candidate.number, visit: visit)
    case .race(_, let pair):
      TrialDraw(stream: 10 + (contest?.control.number ?? 0), visit: contest?.pairs[pair].visit ?? 0)
    }
  }
}
