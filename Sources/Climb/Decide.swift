internal import Base

/// What to do next; the same world gives the same commands, whatever the clock and the machine.
public func decide(_ world: World) -> [Command] {
  guard world.pauseReason == nil, world.report == nil else { return [] }
  if world.look.isOpen { return [world.decision] }
  let trials = world.trials
  if !trials.isEmpty { return trials }
  return world.isLookDue ? [.absorb(through: world.look.through)] : []
}

extension World {
  /// As many trials as there are free slots.
  fileprivate var trials: [Command] {
    (0..<min(max(rules.slots - flights.count, 0), queue.count)).map { offset in
      let item = queue[offset]
      return .run(
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
    case .smoke(let edit, let number): TrialDraw(stream: 3, visit: edit.number * 1000 + number)
    case .report(let visit): TrialDraw(stream: 4, visit: visit)
    case .vault(let visit): TrialDraw(stream: 5, visit: visit)
    case .twin(let race, let number): TrialDraw(stream: 6, visit: race * 1000 + number / 4)
    case .bank(let visit): TrialDraw(stream: 10 + item.candidate.number, visit: visit)
    case .race(let number, let pair):
      TrialDraw(
        stream: 10 + races[number - 1].opening.control.number,
        visit: contest(number)?.pairs[pair].visit ?? pair)
    }
  }

  /// Whether all that the next look rests on is there, and nothing is left to be dispatched before it.
  fileprivate var isLookDue: Bool {
    queue.isEmpty && whole >= look.through && (look.isIdle ? answers.isComplete : !isOverdue)
  }

  /// What a look comes to, one thing after the other, and last the trials until the next one.
  fileprivate var decision: Command {
    if isStuck { return .pause("none of the last \(brokenInARow) trials could be judged") }
    if let closing {
      // A person may still answer while the figures of the morning are taken.
      let answered = contests.first { $0.approval == .passed || $0.approval == .failed }
      return answered.flatMap(verdict) ?? close(closing)
    }
    if let rollback = probationVerdict { return rollback }
    if let verdict = contests.lazy.compactMap(self.verdict).first { return verdict }
    if let drop = nextDrop { return drop }
    if let next = pool.entries.dropFirst(proposing.reflected).first(where: needsReflection) {
      return .reflect(next.id)
    }
    if let order = nextProposal { return .propose(order) }
    if let opening = nextRace { return .race(opening) }
    if isFinished { return .measure(champion, trials: reportTrials) }
    return .screen(trials: nextScreening)
  }

  private var isStuck: Bool { brokenInARow >= 20 }

  private func close(_ closing: Closing) -> Command {
    if closing.isWhole { return .halt(morning(closing)) }
    if closing.vaultTrials == nil, mayOpenVault(closing) {
      return .openVault(champion: closing.champion, trials: vaultTrials)
    }
    return .screen(trials: 0)
  }
}
