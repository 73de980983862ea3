internal import Base
internal import Stats

extension World {
  /// Takes one more fact in; facts that do not belong here change nothing.
  public mutating func fold(_ fact: NightFact) {
    switch fact {
    case .opened: break
    case .issued(let command): issue(command)
    case .proposed(let number, let proposals, let spent, _): take(number, proposals, spent)
    case .reflected(let id, let verdicts, let prior, let spent):
      reflected(id, verdicts, prior, spent)
    case .finished(let id, let end, let spent): finish(id, end, spent)
    case .inspected(let id, let verdicts, let spent): inspected(id, verdicts, spent)
    case .assembled(let id, let harness, let candidate):
      assembled[id] = Assembled(harness: harness, candidate: candidate)
    case .steered(let steering): steer(steering.order)
    case .clock(let now): seconds = max(seconds, now)
    case .resumed: resume()
    }
  }

  private mutating func issue(_ command: Command) {
    switch command {
    case .propose(let order):
      asked += order.count
      orders = order.number
      openProposals.append(order)
    case .reflect(let id): reflecting.insert(id)
    case .drop(let id, let verdict):
      pool.entries[id.number - 1].verdicts.append(verdict)
      pool.retire(id, to: .dropped)
    case .inspect(_, let figures):
      contest?.inspection = .asked
      note(figures, .inspected)
    case .ask(_, let figures):
      contest?.approval = .asked
      note(figures, .waiting)
    case .openVault: break
    case .screen(let trials): beginScreening(trials)
    case .run(let order): dispatch(order)
    case .race(let opening): beginRace(opening)
    case .adopt(_, let figures):
      note(figures, .adopted)
      adopt(figures)
    case .refuse(_, let refusal, let figures):
      note(figures, .refused(refusal))
      refuse(refusal)
    case .rollBack(let id, _):
      if let place = races.lastIndex(where: { $0.opening.candidate == id && $0.state == .adopted })
      {
        races[place].state = .rolledBack
      }
      rollBack()
    case .measure(_, let trials): beginMeasuring(trials)
    case .pause:
      resumes = phase
      phase = .paused
    case .halt(let report):
      self.report = report
      phase = .over
    }
  }

  private mutating func take(_ number: Int, _ proposals: [Proposal], _ spent: Spending) {
    guard openProposals.contains(where: { $0.number == number }) else { return }
    openProposals.removeAll { $0.number == number }
    spending["propose", default: Spending()] += spent
    let added = proposals.compactMap { pool.add($0) }
    emptyAnswers = added.isEmpty ? emptyAnswers + 1 : 0
    if !rules.reflects { activate(added) }
  }

  private mutating func note(_ figures: RaceFigures, _ state: RaceRecord.State) {
    guard races.indices.contains(figures.race - 1) else { return }
    races[figures.race - 1].figures = figures
    races[figures.race - 1].state = state
  }

  private mutating func reflected(
    _ id: EditID, _ verdicts: [GateVerdict], _ prior: Double, _ spent: Spending
  ) {
    guard reflecting.remove(id) != nil else { return }
    spending["judge", default: Spending()] += spent
    pool.entries[id.number - 1].verdicts += verdicts
    pool.entries[id.number - 1].prior = max(prior, 1)
    if verdicts.contains(where: { $0.word == .fail }) {
      pool.retire(id, to: .blocked)
    } else {
      activate([id])
    }
  }

  private mutating func inspected(
    _ id: CandidateID, _ verdicts: [GateVerdict], _ spent: Spending
  ) {
    spending["judge", default: Spending()] += spent
    guard contest?.candidate == id else { return }
    contest?.inspection = verdicts.contains { $0.word == .fail } ? .failed : .passed
  }

  private mutating func steer(_ order: Steering.Order) {
    switch order {
    case .pause: isHeld = true
    case .resume: resume()
    case .hint(let text): hints.append(text)
    case .veto(let component):
      for entry in pool.entries where entry.proposal.edit.components.contains(component) {
        pool.retire(entry.id, to: .vetoed)
      }
    case .branch: break
    case .retune(let limits):
      rules.rollouts = limits.rollouts ?? rules.rollouts
      rules.slots = limits.slots ?? rules.slots
      rules.stops.costUSD = limits.costUSD ?? rules.stops.costUSD
      rules.stops.proposals = limits.proposals ?? rules.stops.proposals
    case .approve(let id): if contest?.candidate == id { contest?.approval = .passed }
    case .reject(let id): if contest?.candidate == id { contest?.approval = .failed }
    }
  }

  private mutating func activate(_ added: [EditID]) {
    for id in added { pool.activate(id) }
    guard pool.coordinates > model.coordinates else { return }
    if model.tasks == 0 { model = PooledModel(tasks: dev.count, priors: []) }
    model.extend(Array(pool.priors.dropFirst(model.coordinates)))
  }

  private mutating func dispatch(_ order: TrialOrder) {
    rollouts += 1
    flights[order.id] = order
    if order.attempt > 1 {
      if !again.isEmpty { again.removeFirst() }
      return
    }
    if !queue.isEmpty { queue.removeFirst() }
    if case .screen = order.purpose { screened() }
  }

  private mutating func finish(_ id: TrialID, _ end: TrialEnd, _ spent: Spending) {
    guard let order = flights.removeValue(forKey: id) else { return }
    spending["trial", default: Spending()] += spent
    if end == .invalid, order.attempt <= rules.retries, isStillWanted(order) {
      if case .race(_, let pair) = order.purpose { contest?.pairs[pair].broken += 1 }
      again.append(
        Waiting(
          candidate: order.candidate, task: order.task, purpose: order.purpose,
          attempt: order.attempt + 1))
      return
    }
    let score: Double? = if case .scored(let value) = end { min(max(value, 0), 1) } else { nil }
    let place = places[order.task] ?? 0
    switch order.purpose {
    case .screen(let number): learn(number, score)
    case .race(_, let pair):
      guard isStillWanted(order) else { return }
      contest?.pairs[pair].candidate = score.map(Bank.Entry.scored) ?? .void
      if score == nil { contest?.pairs[pair].broken += 1 }
      feedContest()
    case .bank(let visit):
      banks[order.candidate]?.settle(place, visit, score)
      replicate()
      feedContest()
    case .pilot, .smoke, .vault: break
    case .report:
      measures -= 1
      if let score { figures[place].append(score) }
    }
  }

  private mutating func resume() {
    isHeld = false
    guard phase == .paused else { return }
    phase = resumes
    contest?.isStuck = false
    feedContest()
  }

  /// Whether anything waits for this trial: when a race is over, its candidate's trials are not.
  private func isStillWanted(_ order: TrialOrder) -> Bool {
    guard case .race(_, let pair) = order.purpose else { return true }
    return contest?.candidate == order.candidate && (contest?.pairs.count ?? 0) > pair
  }
}
