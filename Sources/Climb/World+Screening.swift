internal import Base
internal import Stats

/// Where the screening stands.
struct Screening: Sendable {
  /// Trials that it may take.
  var target = 0
  /// Trials that were planned.
  var planned: [World.Waiting] = []
  /// How many of them were dispatched.
  var begun = 0
  /// What came of them, in the same order.
  var scores: [Bank.Entry] = []
  /// Trials before this one have been given to the model, but for those that were late.
  var learned = 0
  /// Trials that were still under way when their turn came.
  var late: [Int] = []
  /// How many batches were planned.
  var batches = 0
  /// Tasks that the pass under way has still to visit.
  var pass: [Int] = []
  var passes = 0
  /// Trials at which the model is asked again which pairs it misses.
  var nextLink = 0
}

extension World {
  mutating func beginScreening(_ trials: Int) {
    phase = .screening
    screening.target = screening.begun + trials
    planScreening()
  }

  mutating func screened() {
    screening.begun += 1
    if queue.isEmpty { planScreening() }
  }

  mutating func learn(_ number: Int, _ score: Double?) {
    screening.scores[number] = score.map(Bank.Entry.scored) ?? .void
    let isBack = queue.isEmpty && again.isEmpty && flights.isEmpty
    if phase == .screening, isBack, screening.begun >= screening.target { choose() }
  }

  /// Plans the next batch from what is known: the model draws effects, and the bundle that would be best
  /// under them is tried on the next task.
  private mutating func planScreening() {
    let begun = screening.begun
    let left = screening.target - begun
    guard left > 0 else { return }
    let rules = self.rules.screening
    absorb(before: begun - rules.lag)
    if screening.batches > 0 {
      model.fit(steps: rules.steps)
      if linkPairs() { model.fit(steps: rules.steps) }
    }
    var draws = self.draws(for: 1, screening.batches)
    screening.batches += 1
    let count = min(max(rules.batch, Int(Double(begun) * rules.growth)), left)
    let general = begun > rules.generalFrom ? model.general(dropping: rules.trim) : nil
    var bundles: [CandidateID] = []
    for number in begun..<(begun + min(count, rules.drawsAtOnce)) {
      if number < rules.opening {
        bundles.append(candidate(with: Assembly.tossed(in: pool, using: &draws)))
        continue
      }
      var drawn = model.draw(scale: rules.exploration, using: &draws)
      if let general {
        for index in pool.switches { drawn[index] += general[index] - model.effects[index] }
      }
      let best = Assembly(pool: pool, effects: drawn, pairs: model.pairs).best()
      let edits = Assembly.shaken(best, in: pool, share: rules.flips, using: &draws)
      bundles.append(candidate(with: edits))
    }
    for number in begun..<(begun + count) {
      let next = Waiting(
        candidate: bundles[(number - begun) % bundles.count], task: nextTask(),
        purpose: .screen(number: number))
      screening.planned.append(next)
      screening.scores.append(.underWay)
      queue.append(next)
    }
  }

  /// Lets the model know of pairs that the scores ask for; each time that the trials have grown by a share.
  mutating func linkPairs() -> Bool {
    let rules = self.rules.screening
    guard model.trials >= rules.pairsFrom, model.trials >= screening.nextLink,
      model.pairs.count < rules.pairs
    else { return false }
    screening.nextLink = Int(Double(model.trials) * 1.25)
    let asked = model.missingPairs(among: pool.switches, doubt: rules.pairDoubt)
      .prefix(min(rules.pairsAtOnce, rules.pairs - model.pairs.count))
    for pair in asked { model.link(pair.first, pair.second) }
    return !asked.isEmpty
  }

  private mutating func nextTask() -> Int {
    if screening.pass.isEmpty {
      var draws = self.draws(for: 2, screening.passes)
      screening.passes += 1
      screening.pass = draws.shuffled(dev)
    }
    return screening.pass.removeLast()
  }

  /// Gives the model all trials that were dispatched before one, as far as they are back.
  mutating func absorb(before end: Int) {
    let waited = screening.late
    screening.late = []
    for index in waited { give(index) }
    while screening.learned < min(end, screening.begun) {
      give(screening.learned)
      screening.learned += 1
    }
  }

  private mutating func give(_ index: Int) {
    switch screening.scores[index] {
    case .underWay: screening.late.append(index)
    case .void: break
    case .scored(let score):
      let order = screening.planned[index]
      model.add(
        task: places[order.task] ?? 0, features: pool.features(of: edits(of: order.candidate)),
        score: score)
    }
  }
}
