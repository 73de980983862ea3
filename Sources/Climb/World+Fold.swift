internal import Base
internal import Stats

extension World {
  /// Takes one more fact in; facts that do not belong here change nothing.
  public mutating func fold(_ fact: NightFact) {
    switch fact {
    case .opened: break
    case .issued(let command): issue(command)
    case .proposed(let edits): take(edits)
    case .finished(let id, let end): finish(id, end)
    case .resumed: resume()
    }
  }

  private mutating func issue(_ command: Command) {
    switch command {
    case .propose(let count):
      asked += count
      asking = count
    case .screen(let trials): beginScreening(trials)
    case .run(let order): dispatch(order)
    case .race(let opening): beginRace(opening)
    case .adopt(_, let figures): adopt(figures)
    case .refuse(_, let refusal, _): refuse(refusal)
    case .rollBack: rollBack()
    case .measure(_, let trials): beginMeasuring(trials)
    case .pause:
      resumes = phase
      phase = .paused
    case .halt(let report):
      self.report = report
      phase = .over
    }
  }

  private mutating func take(_ edits: [Edit]) {
    asking = 0
    let added = edits.compactMap { pool.add($0) }
    emptyAnswers = added.isEmpty ? emptyAnswers + 1 : 0
    guard !added.isEmpty, pool.coordinates > model.coordinates else { return }
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

  private mutating func finish(_ id: TrialID, _ end: TrialEnd) {
    guard let order = flights.removeValue(forKey: id) else { return }
    if end == .invalid, order.attempt <= rules.retries, isStillWanted(order) {
      if case .race(let pair) = order.purpose { contest?.pairs[pair].broken += 1 }
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
    case .race(let pair):
      guard isStillWanted(order) else { return }
      contest?.pairs[pair].candidate = score.map(Bank.Entry.scored) ?? .void
      if score == nil { contest?.pairs[pair].broken += 1 }
      feedContest()
    case .bank(let visit):
      banks[order.candidate]?.settle(place, visit, score)
      replicate()
      feedContest()
    case .report:
      measures -= 1
      if let score { figures[place].append(score) }
    }
  }

  private mutating func resume() {
    guard phase == .paused else { return }
    phase = resumes
    contest?.isStuck = false
    feedContest()
  }

  /// Whether anything waits for this trial: when a race is over, its candidate's trials are not.
  private func isStillWanted(_ order: TrialOrder) -> Bool {
    guard case .race(let pair) = order.purpose else { return true }
    return contest?.candidate == order.candidate && (contest?.pairs.count ?? 0) > pair
  }
}
