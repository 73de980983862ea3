internal import Base
internal import Stats

extension World {
  /// A race that is under way; nil when it has ended.
  func contest(_ number: Int) -> Contest? { contests.first { $0.opening.number == number } }

  var hasOpenRaces: Bool { contests.contains(where: \.isRunning) }

  mutating func update(_ number: Int, _ change: (inout Contest) -> Void) {
    guard let index = contests.firstIndex(where: { $0.opening.number == number }) else { return }
    change(&contests[index])
  }

  mutating func update(
    _ figures: RaceFigures, _ state: RaceRecord.State, _ change: (inout Contest) -> Void = { _ in }
  ) {
    guard races.indices.contains(figures.race - 1) else { return }
    races[figures.race - 1].figures = figures
    races[figures.race - 1].state = state
    update(figures.race, change)
  }

  /// Trials that a race which begins now may take.
  private var affordable: Int {
    let screening = max(screeningTarget - self.screening.begun, 0)
    let promised = contests.reduce(0) { $0 + $1.outstanding }
    return room - screening - promised - self.screening.waiting.count - heldForTwins
  }

  /// Trials that a race of a question would have, if no more candidates were to come.
  private func free(for question: RaceOpening.Question) -> Int {
    affordable - (needsTwins(question) ? rules.reserveForTwins : 0)
  }

  /// The pairs that so many trials pay for.
  private func pairs(for budget: Int, against control: CandidateID) -> Int {
    let bank = rules.racing.bank
    let seeds = zip(banks[control]?.visits ?? [], starts(of: control))
      .reduce(bank * gate.count) { $0 - min($1.0.count - $1.1, bank) }
    // Each pair costs two trials, and the control's first ones come at once.
    return budget >= 2 * seeds ? budget / 2 : budget - seeds
  }

  /// Whether the shortest race for a better candidate could still be paid.
  var paysForRace: Bool {
    let race = raceRules(threshold: 1, patience: 0)
    return pairs(for: free(for: .better), against: incumbent) >= race.fewestToAdopt + race.screening
  }

  /// Whether a race would be begun if there were trials for it.
  var hasUnpaidRace: Bool {
    guard bundles.isEmpty else { return tries < rules.racing.races && nextRace == nil }
    return needless != nil && !paysForPruning
  }

  /// Whether a better candidate may still be chosen.
  var isEarly: Bool { isProposing || screening.lastChoice == nil }

  /// The race that is begun next; nil when nothing is worth one, or none can be paid.
  var nextRace: RaceOpening? {
    let racing = rules.racing
    let running = contests.count(where: \.isRunning)
    guard tries < racing.races, running < racing.atOnce,
      let bundle = bundles.first ?? (isFinished && contests.isEmpty ? prunable() : nil)
    else { return nil }
    let control = bundle.question == .better ? incumbent : anchor
    // As long as more candidates are to come, one race does not take what all of them need, and none takes
    // what the last one needs, which has all edits to choose from.
    let free = free(for: bundle.question)
    let budget = isEarly ? (free - rules.lastRaces) / 2 : free
    var race = raceRules(
      threshold: threshold(for: bundle),
      // Nobody else wants the trials of the last race, so that it may be patient.
      patience: Thresholds.patience(
        rolloutsLeft: budget,
        proposalsLeft: isEarly ? max(racing.races - tries, 1) : 1))
    if bundle.question == .simpler {
      let patience = race.patience
      race = .simpler
      race.patience = max(race.patience, patience)
    }
    race.cap = min(pairs(for: budget, against: control), racing.cap) / race.block * race.block
    guard race.cap >= race.fewestToAdopt + race.screening else { return nil }
    return RaceOpening(
      number: races.count + 1, candidate: candidateNumber(of: bundle.edits), edits: bundle.edits,
      control: control, question: bundle.question, rules: race, expected: bundle.expected)
  }

  private func raceRules(threshold: Double, patience: Double) -> Race.Rules {
    var race = Race.Rules(threshold: threshold, patience: patience)
    race.target = rules.racing.target
    if rules.mode == .strict { race.screening = 20 }
    return race
  }

  /// The evidence that is asked for: more after races without an adoption, and of what a judge doubts.
  private func threshold(for bundle: Bundle) -> Double {
    let running = contests.count(where: \.isRunning)
    let base =
      switch rules.mode {
      case .standard: Thresholds.standard(dry: dry + running + 1)
      case .strict: Thresholds.strict(opened: races.count + 1, adoptions: adoptions)
      }
    let carried = edits(of: incumbent)
    let added = bundle.edits.filter { !carried.contains($0) }
    return base * (added.compactMap { pool.entry($0)?.prior }.max() ?? 1)
  }

  mutating func begin(_ opening: RaceOpening) {
    if !bundles.isEmpty { bundles.removeFirst() }
    tries += 1
    _ = candidate(with: opening.edits)
    races.append(RaceRecord(opening: opening))
    let starts = starts(of: opening.control)
    contests.append(Contest(opening, from: starts, draws: draws(for: 3, opening.number)))
    fillBank(of: opening.control)
  }

  /// Where the night stands, for whatever is planned now.
  private var moment: Planned { Planned(trials: rollouts + queue.count, seconds: seconds) }

  /// For each gate task the first trial of a harness that is not too old to be compared with.
  private func starts(of control: CandidateID) -> [Int] {
    banks[control]?.starts(at: moment, rules.racing.ageing)
      ?? [Int](repeating: 0, count: gate.count)
  }

  /// The first trials of a control on each gate task, which no candidate had a part in choosing.
  mutating func fillBank(of control: CandidateID) {
    let starts = starts(of: control)
    if banks[control] == nil { banks[control] = Bank(tasks: gate.count) }
    for place in gate.indices {
      let wanted = starts[place] + rules.racing.bank
      while room > 0, (banks[control]?.visits[place].count ?? .max) < wanted {
        extendBank(of: control, place)
      }
    }
  }

  private mutating func extendBank(of control: CandidateID, _ place: Int) {
    let now = moment
    guard let visit = banks[control]?.append(place, at: now) else { return }
    queue.append(Waiting(candidate: control, task: gate[place], purpose: .bank(visit: visit)))
  }

  /// Plans the pairs of a race until the next look: some at a time beside the screening, as many as keep
  /// the slots busy behind it.
  mutating func planPairs(_ index: Int, beside trials: Int) {
    let contest = contests[index]
    let running = max(contests.count(where: \.isRunning), 1)
    let share = trials > 0 ? Int(Double(chunk) * rules.racing.pace) / 2 : chunk / 2
    let blocks = max(share / running / contest.block, 1)
    for _ in 0..<contest.wanted(blocks * contest.block) where room > 1 {
      let next = contests[index].plan()
      while (banks[contest.control]?.visits[next.place].count ?? .max) <= next.visit {
        extendBank(of: contest.control, next.place)
      }
      queue.append(
        Waiting(
          candidate: contest.candidate, task: gate[next.place],
          purpose: .race(contest.opening.number, pair: next.pair)))
    }
  }

  mutating func feed(_ index: Int) {
    guard let bank = banks[contests[index].control] else { return }
    contests[index].feed(bank, seeds: rules.racing.bank)
  }

  /// What a race has come to; nil while it goes on.
  func verdict(_ contest: Contest) -> Command? {
    let figures = contest.figures
    func refuse(_ refusal: Refusal) -> Command { .refuse(contest.candidate, refusal, figures) }
    let measured = contest.opening.question == .better ? incumbent : anchor
    if measured != contest.control { return refuse(.overtaken) }
    if contest.opening.edits.contains(where: { pool.entry($0)?.state == .vetoed }) {
      return refuse(.rejected)
    }
    if contest.isStuck { return .pause("no pair of a whole block of a race could be judged") }
    if contest.isCrashed { return refuse(.crashed) }
    switch contest.race.decision {
    case .adopt: return acceptance(of: contest)
    case .futile: return refuse(.futile)
    case .capped: return refuse(.capped)
    case .goOn:
      // Nothing is under way and nothing more can be planned: it will not get any further.
      let isOver =
        taken == rollouts && queue.isEmpty && (contest.wanted(contest.block) == 0 || room < 2)
      return isOver ? refuse(.unfinished) : nil
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
    if needsTwins(contest.opening.question) {
      guard let check = contest.twins else { return .twin(contest.candidate, figures) }
      guard let verdict = check.verdict else { return nil }
      if verdict.word == .fail { return .refuse(contest.candidate, .memorised, figures) }
    }
    guard rules.autonomy != .auto else { return .adopt(contest.candidate, figures) }
    switch contest.approval {
    case .open: return .ask(contest.candidate, figures)
    case .asked: return nil
    case .failed: return .refuse(contest.candidate, .rejected, figures)
    case .passed: return .adopt(contest.candidate, figures)
    }
  }

  mutating func inspected(_ id: CandidateID, _ verdicts: [GateVerdict]) {
    for index in contests.indices
    where contests[index].candidate == id && contests[index].inspection == .asked {
      let isFailed = verdicts.contains { $0.word == .fail }
      contests[index].inspection = isFailed ? .failed : .passed
      races[contests[index].opening.number - 1].verdicts += verdicts
    }
  }

  mutating func adopt(_ figures: RaceFigures) {
    guard let contest = contest(figures.race) else { return }
    update(figures, .adopted)
    end(contest)
    dry = 0
    tries = 0
    lastAdoption = rollouts
    if contest.opening.question == .better {
      probation = Replication(
        candidate: contest.candidate, parent: incumbent, parentAnchor: anchor,
        probation: Probation(contest.race.evidence),
        starts: contest.starts, fed: [Int](repeating: 0, count: gate.count))
      anchor = contest.candidate
      adoptions += 1
    } else {
      pruned += edits(of: incumbent).filter { !contest.opening.edits.contains($0) }
    }
    incumbent = contest.candidate
    bundles = prunable().map { [$0] } ?? []
  }

  mutating func refuse(_ refusal: Refusal, _ figures: RaceFigures) {
    guard let contest = contest(figures.race) else { return }
    noteMissingGain(contest)
    update(figures, .refused(refusal))
    end(contest)
    guard contest.opening.question == .better else {
      if refusal != .overtaken { dry += 1 }
      return
    }
    switch refusal {
    case .futile, .capped:
      dry += 1
      bundles += halves(of: contest.opening.edits)
    case .overtaken: bundles += rebased(contest)
    case .inspection, .memorised:
      dry += 1
      // What speaks against all of it may hang on some of it, and what is known by heart promises most.
      bundles += halves(of: contest.opening.edits).reversed()
    case .crashed, .rejected: dry += 1
    case .unfinished: break
    }
    // What an earlier race adopted is still made simpler when nothing better is left.
    if bundles.isEmpty, let simpler = prunable() { bundles = [simpler] }
  }

  /// Marks a candidate whose gain on dev tasks is not there on gate tasks.
  private mutating func noteMissingGain(_ contest: Contest) {
    guard contest.opening.question == .better, contest.race.pairs >= 20,
      let estimate = contest.race.estimate, let error = contest.race.standardError
    else { return }
    let (_, doubt) = model.gain(
      of: pool.features(of: contest.opening.edits),
      over: pool.features(of: edits(of: contest.control)))
    let expected = contest.opening.expected
    guard expected - estimate > 2.5 * (error * error + doubt * doubt).squareRoot() else { return }
    races[contest.opening.number - 1].verdicts.append(
      GateVerdict(
        gate: "train-only", word: .fail,
        figures: ["dev": expected, "gate": estimate, "pairs": Double(contest.race.pairs)],
        sentence: "Its gain on dev tasks does not carry over to gate tasks."))
  }

  private mutating func end(_ contest: Contest) {
    contests.removeAll { $0.opening.number == contest.opening.number }
    // The control's trials count for whoever is raced next; the candidate's would count for nothing.
    queue.removeAll { waiting in
      switch waiting.purpose {
      case .race(let number, _), .twin(let number, _): number == contest.opening.number
      default: false
      }
    }
  }

  /// Goes on from another candidate, because a person wants to.
  mutating func branch(to id: CandidateID) {
    guard candidates.indices.contains(id.number - 1), id != incumbent else { return }
    incumbent = id
    anchor = id
    probation = nil
    bundles = []
    screening.lastChoice = nil
  }
}
