internal import Base
internal import Stats

extension World {
  /// Dev tasks with their twins, as numbers of tasks.
  var twins: [TwinPair] {
    rules.tasks.indices.compactMap { number in
      rules.tasks[number].twinOf.map { TwinPair(original: $0, twin: number) }
    }
  }

  /// Whether a candidate that a race finds better has to show that it does not know dev tasks by heart.
  func needsTwins(_ question: RaceOpening.Question) -> Bool {
    question == .better && rules.twins != nil
  }

  /// Trials that a candidate which its race finds better may still need to show that it knows nothing by heart.
  var heldForTwins: Int {
    guard let rules = rules.twins else { return 0 }
    return contests.reduce(0) { sum, contest in
      guard contest.race.decision == .adopt, contest.opening.question == .better,
        contest.twins?.verdict == nil
      else { return sum }
      return sum + 4 * max(rules.most - (contest.twins?.comparisons.count ?? 0), 0)
    }
  }

  mutating func beginTwins(_ figures: RaceFigures) {
    guard let rules = rules.twins else { return }
    let check = TwinCheck(rules, pairs: twins, draws: draws(for: 10, figures.race))
    update(figures.race) { $0.twins = check }
  }

  /// Plans the next pass over the twins of a candidate that waits for it.
  mutating func planTwins(_ index: Int) {
    guard let check = contests[index].twins, check.wanted > 0, room >= check.block else { return }
    let contest = contests[index]
    for _ in 0..<check.wanted {
      guard let next = contests[index].twins?.plan() else { return }
      let sides = [
        (contest.candidate, next.comparison.original), (contest.control, next.comparison.original),
        (contest.candidate, next.comparison.twin), (contest.control, next.comparison.twin),
      ]
      for (side, (candidate, task)) in sides.enumerated() {
        queue.append(
          Waiting(
            candidate: candidate, task: task,
            purpose: .twin(contest.opening.number, number: 4 * next.number + side)))
      }
    }
  }

  mutating func feedTwins(_ index: Int) {
    guard var check = contests[index].twins, check.verdict == nil else { return }
    check.feed(mayGoOn: room >= check.block)
    contests[index].twins = check
    if let verdict = check.verdict {
      races[contests[index].opening.number - 1].verdicts.append(verdict)
    }
  }
}
