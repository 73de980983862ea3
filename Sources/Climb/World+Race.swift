internal import Base
internal import Stats

extension World {
  /// Trials that races may still take.
  var affordable: Int { rules.rollouts - rollouts - rules.reportRollouts }

  /// Chooses what is raced, now that all trials of the screening are back.
  mutating func choose() {
    phase = .choosing
    absorb(before: .max)
    model.fit(steps: 2 * rules.screening.steps)
    screening.nextLink = 0
    if linkPairs() { model.fit(steps: 2 * rules.screening.steps) }
    bundles = []
    if let bundle = bundle() { bundles = [bundle] }
  }

  /// The base plus all edits with a convincing posterior; nil when that would be no gain.
  private func bundle() -> Bundle? {
    let rules = self.rules.screening
    var worth = model.effects + model.pairs.map(\.effect)
    let errors = model.standardErrors
    let general = model.general(dropping: rules.trim)
    for index in pool.switches {
      worth[index] = general[index] + rules.allowance - rules.margin * errors[index]
    }
    let edits = Assembly(pool: pool, effects: worth, pairs: model.pairs).best()
    return convincing(edits)
  }

  /// The bundle with the gain that the model expects of it, if that is large and sure enough for a race.
  private func convincing(_ edits: [EditID]) -> Bundle? {
    let base = self.edits(of: incumbent)
    guard edits != base else { return nil }
    let (mean, error) = model.gain(
      of: pool.features(of: edits), over: pool.features(of: base))
    guard mean - self.rules.racing.conviction * error > 0, mean >= self.rules.racing.target / 2
    else { return nil }
    return Bundle(edits: edits, question: .better, expected: mean)
  }

  /// The race that is begun next; nil when nothing is worth one, or none can be paid.
  var nextRace: RaceOpening? {
    guard let bundle = bundles.first, dry < rules.racing.races else { return nil }
    let control = bundle.question == .better ? incumbent : anchor
    let held = banks[control]?.entries ?? [[Bank.Entry]](repeating: [], count: gate.count)
    let seeds = held.reduce(0) { $0 + max(rules.racing.bank - $1.count, 0) }
    // Each pair costs two trials, and the control's first ones come at once.
    let paid = affordable >= 2 * seeds ? affordable / 2 : affordable - seeds
    let pairs = min(paid, rules.racing.cap)
    var race = Race.Rules(
      threshold: threshold(for: bundle),
      patience: Thresholds.patience(
        rolloutsLeft: affordable, proposalsLeft: max(rules.racing.races - dry, 1)))
    race.target = rules.racing.target
    if bundle.question == .simpler { race = .simpler }
    if rules.mode == .strict, bundle.question == .better { race.screening = 20 }
    race.cap = pairs / race.block * race.block
    guard race.cap >= race.fewestToAdopt + race.screening else { return nil }
    return RaceOpening(
      number: opened + 1, candidate: candidateNumber(of: bundle.edits), edits: bundle.edits,
      control: control, question: bundle.question, rules: race,
      expected: bundle.expected)
  }

  private func threshold(for bundle: Bundle) -> Double {
    switch rules.mode {
    case .standard: Thresholds.standard(dry: dry + 1)
    case .strict: Thresholds.strict(opened: opened + 1, adoptions: adoptions)
    }
  }

  mutating func beginRace(_ opening: RaceOpening) {
    phase = .racing
    if !bundles.isEmpty { bundles.removeFirst() }
    let id = candidate(with: opening.edits)
    opened += 1
    races.append(RaceRecord(opening: opening))
    contest = Contest(
      opening, candidate: id, places: gate.count, draws: draws(for: 3, opened))
    if banks[opening.control] == nil { banks[opening.control] = Bank(tasks: gate.count) }
    for place in gate.indices {
      while (banks[opening.control]?.entries[place].count ?? .max) < rules.racing.bank {
        extendBank(of: opening.control, place)
      }
    }
    planPairs()
  }

  private mutating func extendBank(of control: CandidateID, _ place: Int) {
    guard let visit = banks[control]?.append(place) else { return }
    queue.append(Waiting(candidate: control, task: gate[place], purpose: .bank(visit: visit)))
  }

  private mutating func planPairs() {
    guard let contest else { return }
    let wanted = contest.wanted(ahead: rules.racing.blocksAhead)
    for _ in contest.pairs.count..<max(wanted, contest.pairs.count) {
      guard let next = self.contest?.plan() else { return }
      while (banks[contest.control]?.entries[next.place].count ?? .max) <= next.visit {
        extendBank(of: contest.control, next.place)
      }
      queue.append(
        Waiting(
          candidate: contest.candidate, task: gate[next.place],
          purpose: .race(contest.opening.number, pair: next.pair)))
    }
  }

  mutating func feedContest() {
    guard var contest, let bank = banks[contest.control] else { return }
    self.contest = nil
    contest.feed(bank, seeds: rules.racing.bank)
    let isOpen = contest.race.decision == .goOn && !contest.isStuck
    self.contest = contest
    if isOpen { planPairs() }
  }

  /// What the race has come to; nil while it goes on.
  var verdict: Command? {
    guard let contest else { return nil }
    if contest.isStuck { return .pause("no trial of a whole block could be judged") }
    if contest.isCrashed { return .refuse(contest.candidate, .crashed, contest.figures) }
    switch contest.race.decision {
    case .goOn: return nil
    case .adopt: return acceptance(of: contest)
    case .futile: return .refuse(contest.candidate, .futile, contest.figures)
    case .capped: return .refuse(contest.candidate, .capped, contest.figures)
    }
  }

  /// The steps between a race that says yes and the adoption; nil while an answer is awaited.
  private func acceptance(of contest: Contest) -> Command? {
    let figures = contest.figures
    if rules.reflects, contest.inspection == .open { return .inspect(contest.candidate, figures) }
    switch contest.inspection {
    case .asked: return nil
    case .failed: return .refuse(contest.candidate, .inspection, figures)
    case .open, .passed: break
    }
    guard rules.autonomy != .auto else { return .adopt(contest.candidate, figures) }
    switch contest.approval {
    case .open: return .ask(contest.candidate, figures)
    case .asked: return nil
    case .failed: return .refuse(contest.candidate, .rejected, figures)
    case .passed: return .adopt(contest.candidate, figures)
    }
  }

  mutating func adopt(_ figures: RaceFigures) {
    guard let contest else { return }
    endRace()
    dry = 0
    if contest.opening.question == .better {
      probation = Replication(
        candidate: contest.candidate, parent: incumbent, parentAnchor: anchor,
        probation: Probation(contest.race.evidence),
        fed: [Int](repeating: 0, count: gate.count))
      anchor = contest.candidate
      adoptions += 1
    }
    incumbent = contest.candidate
    bundles = contest.opening.question == .better ? pruned().map { [$0] } ?? [] : []
  }

  /// The incumbent without what the model takes for inert or harmful on it; nil when there is nothing of
  /// that kind, or no trials to find out with.
  private func pruned() -> Bundle? {
    guard affordable >= 2 * rules.racing.fewestToPrune else { return nil }
    let edits = self.edits(of: incumbent)
    let row = pool.features(of: edits)
    let kept = edits.filter { id in
      let (gain, error) = model.gain(
        of: row, over: pool.features(of: edits.filter { $0 != id }))
      return gain > rules.racing.inert * error
    }
    let rest = pool.mended(kept) { _ in 0 }
    guard rest.count < edits.count else { return nil }
    let (gain, _) = model.gain(of: pool.features(of: rest), over: row)
    return Bundle(edits: rest, question: .simpler, expected: gain)
  }

  mutating func refuse(_ refusal: Refusal) {
    guard let contest else { return }
    endRace()
    dry += 1
    guard contest.opening.question == .better, refusal != .crashed else { return }
    bundles += halves(of: contest.opening.edits)
  }

  /// The dearer and the cheaper half of what a failed bundle has more than the incumbent, on top of it.
  private func halves(of edits: [EditID]) -> [Bundle] {
    let base = self.edits(of: incumbent)
    let added = edits.filter { !base.contains($0) }
    guard added.count > 1 else { return [] }
    let worth = added.map { id in
      let without = edits.filter { $0 != id }
      return model.gain(of: pool.features(of: edits), over: pool.features(of: without)).mean
    }
    let order = added.indices.sorted { (worth[$1], added[$0]) < (worth[$0], added[$1]) }
    let parts = [order.prefix(added.count / 2), order.suffix(added.count - added.count / 2)]
    return parts.compactMap { part in
      let kept = part.map { added[$0] }
      let rest = base.filter { id in !kept.contains { pool.clash($0, id) } }
      return convincing(pool.mended(rest + kept) { _ in 0 })
    }
  }

  private mutating func endRace() {
    contest = nil
    queue.removeAll()
    again = again.filter { if case .bank = $0.purpose { true } else { false } }
    phase = .choosing
  }

  /// Goes on with the evidence of the last adoption, now that both banks know more.
  mutating func replicate() {
    guard var next = probation, let mine = banks[next.candidate], let theirs = banks[next.parent]
    else { return }
    for place in gate.indices {
      while next.fed[place] < min(mine.entries[place].count, theirs.entries[place].count) {
        let pair = (mine.entries[place][next.fed[place]], theirs.entries[place][next.fed[place]])
        if pair.0 == .underWay || pair.1 == .underWay { break }
        if case (.scored(let new), .scored(let old)) = pair { next.probation.add(new - old) }
        next.fed[place] += 1
      }
    }
    probation = next
  }

  mutating func rollBack() {
    guard let lost = probation else { return }
    endRace()
    probation = nil
    incumbent = lost.parent
    anchor = lost.parentAnchor
    adoptions -= 1
    bundles = []
  }
}
