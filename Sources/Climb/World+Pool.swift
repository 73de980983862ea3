internal import Base
internal import Stats

/// What was asked of proposers.
struct Proposing: Sendable, Codable {
  /// What one proposer has brought.
  struct Tally: Sendable, Codable {
    var orders = 0
    var emptyInARow = 0
    var edits: [EditID] = []
    var spent = Spending()
  }

  /// Edits that were asked for.
  var asked = 0
  var orders = 0
  /// The last order of those that are waited for before anything is screened.
  var firstOrders = 0
  /// No order is given before so many trials.
  var nextAt = 0
  /// The last edit that was given to the judge.
  var reflected = 0
  var vetoed: Set<String> = []
  var tallies: [String: Tally] = [:]
}

extension World {
  /// The most edits of the night: as many as its trials can judge, if nobody says otherwise.
  private var mostProposals: Int {
    rules.stops.proposals ?? max(rules.proposalsFirst, accounts.horizon / 20)
  }

  /// Whether edits may still come.
  var isProposing: Bool {
    guard !openToAsk.isEmpty || !answers.proposals.isEmpty else { return false }
    return proposing.asked < mostProposals
      && (proposing.asked < rules.proposalsFirst
        || Double(screening.begun) < rules.proposalsUntil * Double(screeningTarget))
  }

  /// Whether the edits that are asked for first are still to come.
  var isFirstWave: Bool {
    let isAsked = proposing.asked >= min(rules.proposalsFirst, mostProposals)
    return answers.proposals.keys.contains { $0 <= proposing.firstOrders }
      || !isAsked && isProposing
  }

  private var openToAsk: [String] {
    rules.proposers.filter { isWilling($0) && mayAsk($0) }
  }

  /// Whether a proposer still has something to say.
  func isWilling(_ proposer: String) -> Bool {
    (proposing.tallies[proposer]?.emptyInARow ?? 0) < 3
  }

  /// The next question to a proposer; nil when it is not its time.
  var nextProposal: ProposalOrder? {
    guard isProposing, isPiloted else { return nil }
    let isFirst = proposing.asked < rules.proposalsFirst
    guard isFirst || rollouts >= proposing.nextAt || isOutOfEdits else { return nil }
    // Nobody is asked twice at once.
    let busy = Set(answers.proposed.values.map(\.order.proposer) + openProposals.map(\.proposer))
    let free = openToAsk.filter { !busy.contains($0) }
    guard let proposer = mostFruitful(of: free) else { return nil }
    return ProposalOrder(
      number: proposing.orders + 1, proposer: proposer,
      count: min(mostProposals - proposing.asked, rules.proposalsAtOnce))
  }

  private var isOutOfEdits: Bool { pool.components.allSatisfy(\.options.isEmpty) }

  /// Who brings the most gain for what it costs; each is tried once, and now and then one by chance.
  private func mostFruitful(of proposers: [String]) -> String? {
    if let fresh = proposers.first(where: { (proposing.tallies[$0]?.orders ?? 0) == 0 }) {
      return fresh
    }
    var draws = self.draws(for: 6, proposing.orders)
    if draws.share() < 0.2, !proposers.isEmpty { return proposers[draws.below(proposers.count)] }
    let costs = proposers.compactMap { proposing.tallies[$0]?.spent.costUSD }
    let usual = max(costs.reduce(0, +) / Double(max(costs.count, 1)), 1e-9)
    func rate(_ proposer: String) -> Double {
      guard let tally = proposing.tallies[proposer] else { return 0 }
      let gain = tally.edits.reduce(0.0) { sum, id in
        pool.entry(id)?.state == .active ? sum + max(belief(of: id)?.effect ?? 0, 0) : sum
      }
      // Half an edit's worth of good will, and a cost that counts for what is not known of it.
      let cost = (tally.spent.costUSD ?? usual * Double(tally.orders)) / usual
      return (gain + 0.25) / (cost + 1)
    }
    var best: (proposer: String, rate: Double)?
    for proposer in proposers where rate(proposer) > best?.rate ?? -1 {
      best = (proposer, rate(proposer))
    }
    return best?.proposer
  }

  mutating func ask(_ order: ProposalOrder) {
    if proposing.asked < rules.proposalsFirst { proposing.firstOrders = order.number }
    proposing.asked += order.count
    proposing.orders = order.number
    proposing.tallies[order.proposer, default: Proposing.Tally()].orders += 1
    openProposals.append(order)
    answers.proposals[order.number] = rollouts + rules.answerLag
    let left = max(mostProposals - proposing.asked, 0) / max(rules.proposalsAtOnce, 1)
    let span = Int(rules.proposalsUntil * Double(screeningTarget)) - screening.begun
    // The last of them still comes before the time for proposals is over.
    proposing.nextAt = rollouts + max(span / (left + 1), rules.screening.batch)
  }

  mutating func take(_ proposals: [Proposal], from order: ProposalOrder, for spent: Spending) {
    let known = proposals.filter { proposal in
      !proposal.edit.components.contains { proposing.vetoed.contains($0) }
    }
    let added = known.compactMap { pool.add($0) }
    var tally = proposing.tallies[order.proposer, default: Proposing.Tally()]
    tally.emptyInARow = added.isEmpty ? tally.emptyInARow + 1 : 0
    tally.edits += added
    tally.spent += spent
    proposing.tallies[order.proposer] = tally
    if !rules.reflects { for id in added { accept(id) } }
  }

  /// Whether an edit has still to be looked at.
  func needsReflection(_ entry: PoolEntry) -> Bool {
    rules.reflects && entry.state == .proposed && answers.reflections[entry.id] == nil
  }

  mutating func reflected(_ id: EditID, _ verdicts: [GateVerdict], _ prior: Double) {
    guard pool.entry(id)?.state == .proposed else { return }
    pool.judge(id, verdicts, prior: max(prior, 1))
    if verdicts.contains(where: { $0.word == .fail }) {
      pool.retire(id, to: .blocked)
    } else {
      accept(id)
    }
  }

  /// Lets an edit go on to its first trials, or to all at once where there are no such.
  private mutating func accept(_ id: EditID) {
    pool.place(id)
    if model.tasks == 0 { model = PooledModel(tasks: dev.count, priors: []) }
    model.extend(Array(pool.priors.dropFirst(model.coordinates)))
    guard rules.smokeTrials > 0, !dev.isEmpty else { return pool.activate(id) }
    var draws = self.draws(for: 4, id.number)
    let tasks = draws.shuffled(dev).prefix(rules.smokeTrials)
    screening.smokes[id] = Screening.Smoke(left: tasks.count)
    let carrier = candidate(with: pool.bundle(edits(of: incumbent), with: id))
    for (number, task) in tasks.enumerated() {
      screening.waiting.append(
        Waiting(candidate: carrier, task: task, purpose: .smoke(id, number: number)))
    }
  }

  mutating func smoke(_ id: EditID, _ place: Int, _ score: Double?) {
    guard var smoke = screening.smokes[id] else { return }
    smoke.left -= 1
    smoke.scored += score == nil ? 0 : 1
    smoke.sum += score ?? 0
    smoke.usual += model.predict(pool.features(of: edits(of: incumbent)))[place]
    screening.smokes[id] = smoke
    guard smoke.left == 0 else { return }
    screening.smokes[id] = nil
    let short = smoke.usual - smoke.sum
    let figures = ["trials": Double(rules.smokeTrials), "solved": smoke.sum, "usual": smoke.usual]
    let isBroken = smoke.scored == 0 || short > 0.35 * Double(rules.smokeTrials)
    let sentence =
      smoke.scored == 0
      ? "None of its first trials could be run."
      : isBroken
        ? "It solved far less in its first trials than the incumbent does there."
        : "Its first trials went no worse than the incumbent's."
    let verdict = GateVerdict(
      gate: "smoke", word: isBroken ? .fail : .pass, figures: figures, sentence: sentence)
    if isBroken {
      screening.drops.append(Screening.Drop(id: id, verdict: verdict))
    } else {
      pool.judge(id, [verdict])
      pool.activate(id)
    }
  }

  /// The next edit that is carried no further.
  var nextDrop: Command? { screening.drops.first.map { .drop($0.id, $0.verdict) } }

  mutating func drop(_ id: EditID, _ verdict: GateVerdict) {
    screening.drops.removeAll { $0.id == id }
    pool.judge(id, [verdict])
    pool.retire(id, to: .dropped)
  }

  /// What the model says against edits that candidates carry.
  func indictments() -> [Screening.Drop] {
    let rules = self.rules.screening
    let general = model.general(dropping: rules.trim)
    return pool.entries.compactMap { entry in
      guard entry.state == .active, entry.trials >= rules.fewestToDrop,
        let (effect, error) = belief(of: entry.id), let home = pool.home(of: entry.id)
      else { return nil }
      var figures = ["effect": effect, "error": error, "trials": Double(entry.trials)]
      func drop(_ gate: String, _ sentence: String) -> Screening.Drop {
        Screening.Drop(
          id: entry.id,
          verdict: GateVerdict(gate: gate, word: .fail, figures: figures, sentence: sentence))
      }
      if effect + rules.harm * error < 0 {
        return drop("harmful", "Candidates that carry it solve less than those that do not.")
      }
      if abs(effect) + rules.doubt * error < rules.inertness {
        return drop("inert", "Candidates that carry it solve neither more nor less.")
      }
      guard home.level == nil, effect > rules.doubt * error else { return nil }
      let rest = general[home.coordinate]
      figures["elsewhere"] = rest
      guard rest + error / 2 < 0 else { return nil }
      return drop(
        "concentrated",
        "Its gain sits in the few tasks where it gains most; elsewhere none is left.")
    }
  }
}
