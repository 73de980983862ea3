internal import Base
internal import Stats

/// What has been answered and was not taken in yet, and what is still awaited.
///
/// Answers come when they come; they are taken in at the look that was fixed when they were asked for.
struct Answers: Sendable, Codable {
  struct Proposed: Sendable, Codable {
    let order: ProposalOrder
    let proposals: [Proposal]
    let spent: Spending
  }

  struct Reflected: Sendable, Codable {
    let verdicts: [GateVerdict]
    let prior: Double
    let spent: Spending
  }

  struct Inspected: Sendable, Codable {
    let verdicts: [GateVerdict]
    let spent: Spending
  }

  /// The number of trials at which an answer is waited for.
  var proposals: [Int: Int] = [:]
  var reflections: [EditID: Int] = [:]
  var inspections: [CandidateID: Int] = [:]
  var proposed: [Int: Proposed] = [:]
  var reflected: [EditID: Reflected] = [:]
  var inspected: [CandidateID: Inspected] = [:]

  var isComplete: Bool {
    proposals.count == proposed.count && reflections.count == reflected.count
      && inspections.count == inspected.count
  }
}

extension World {
  /// Takes one more fact in; facts that do not belong here change nothing.
  public mutating func fold(_ fact: NightFact) {
    switch fact {
    case .opened: break
    case .issued(let command): issue(command)
    case .proposed(let number, let proposals, let spent, _):
      guard let place = openProposals.firstIndex(where: { $0.number == number }) else { return }
      answers.proposed[number] = Answers.Proposed(
        order: openProposals.remove(at: place), proposals: proposals, spent: spent)
      pay(spent, for: "propose")
    case .reflected(let id, let verdicts, let prior, let spent):
      guard answers.reflections[id] != nil, answers.reflected[id] == nil else { return }
      answers.reflected[id] = Answers.Reflected(
        verdicts: verdicts, prior: prior, spent: spent)
      pay(spent, for: "judge")
    case .inspected(let id, let verdicts, let spent):
      guard answers.inspections[id] != nil, answers.inspected[id] == nil else { return }
      answers.inspected[id] = Answers.Inspected(verdicts: verdicts, spent: spent)
      pay(spent, for: "judge")
    case .finished(let id, let end, let spent): land(id, end, spent)
    case .assembled(let id, let harness, let candidate):
      assembled[id] = Assembled(harness: harness, candidate: candidate)
    case .steered(let steering): steer(steering)
    case .clock(let now): seconds = max(seconds, now)
    case .resumed: resume()
    }
  }

  private mutating func issue(_ command: Command) {
    switch command {
    case .propose(let order): ask(order)
    case .reflect(let id):
      answers.reflections[id] = rollouts + lag
      pool.note(id, carried: pool.bundle(edits(of: incumbent), with: id).filter { $0 != id })
      proposing.reflected = max(proposing.reflected, id.number)
    case .drop(let id, let verdict): drop(id, verdict)
    case .absorb(let through): absorb(through)
    case .screen(let trials): goOn(trials)
    case .run(let order): dispatch(order)
    case .race(let opening): begin(opening)
    case .inspect(let id, let figures):
      answers.inspections[id] = rollouts + lag
      update(figures, .inspected) { $0.inspection = .asked }
      if let contest = contest(figures.race) {
        races[figures.race - 1].evidence = evidence(of: contest)
      }
    case .twin(_, let figures): beginTwins(figures)
    case .ask(_, let figures): update(figures, .waiting) { $0.approval = .asked }
    case .adopt(_, let figures): adopt(figures)
    case .refuse(_, let refusal, let figures): refuse(refusal, figures)
    case .rollBack: rollBack()
    case .measure(let id, let trials): beginClosing(id, trials: trials)
    case .openVault(_, let trials): openVault(trials)
    case .pause(let reason): pauseReason = reason
    case .halt(let report): self.report = report
    }
  }

  private mutating func dispatch(_ order: TrialOrder) {
    rollouts += 1
    flights[order.id] = order
    if !queue.isEmpty { queue.removeFirst() }
  }

  private mutating func land(_ id: TrialID, _ end: TrialEnd, _ spent: Spending) {
    guard let order = flights.removeValue(forKey: id) else { return }
    spending["trial", default: Spending()] += spent
    landed[id.number] = Landed(order: order, end: end, spending: spent)
    while landed[whole + 1] != nil { whole += 1 }
  }

  private mutating func pay(_ spent: Spending, for role: String) {
    spending[role, default: Spending()] += spent
  }

  private mutating func steer(_ steering: Steering) {
    switch steering.order {
    case .pause: pauseReason = steering.reason ?? "\(steering.by) asked for it"
    case .resume: resume()
    case .hint(let text): hints.append(text)
    case .veto(let component):
      for entry in pool.entries where entry.proposal.edit.components.contains(component) {
        pool.retire(entry.id, to: .vetoed)
      }
      proposing.vetoed.insert(component)
    case .branch(let id): branch(to: id)
    case .retune(let limits):
      rules.rollouts = limits.rollouts ?? rules.rollouts
      rules.slots = max(limits.slots ?? rules.slots, 1)
      rules.stops.costUSD = limits.costUSD ?? rules.stops.costUSD
      rules.stops.proposals = limits.proposals ?? rules.stops.proposals
    case .approve(let id): answer(id, .passed)
    case .reject(let id): answer(id, .failed)
    }
  }

  private mutating func answer(_ id: CandidateID, _ answer: Contest.Answer) {
    for index in contests.indices
    where contests[index].candidate == id && contests[index].approval == .asked {
      contests[index].approval = answer
    }
  }

  private mutating func resume() {
    pauseReason = nil
    brokenInARow = 0
    for index in contests.indices { contests[index].isStuck = false }
  }

  /// Whether an answer is not there that the next look waits for.
  var isOverdue: Bool {
    answers.proposals.contains { $0.value <= rollouts && answers.proposed[$0.key] == nil }
      || answers.reflections.contains { $0.value <= rollouts && answers.reflected[$0.key] == nil }
      || answers.inspections.contains { $0.value <= rollouts && answers.inspected[$0.key] == nil }
  }

  /// A look: takes in all trials up to one, in dispatch order, and the answers whose time has come.
  private mutating func absorb(_ through: Int) {
    let isIdle = look.isIdle
    look.isOpen = true
    while taken < through, let next = landed.removeValue(forKey: taken + 1) {
      taken += 1
      take(next)
    }
    replicate()
    for index in contests.indices {
      feed(index)
      feedTwins(index)
    }
    takeAnswers(all: isIdle)
    account()
    learn()
  }

  private mutating func takeAnswers(all: Bool) {
    func due(_ limit: Int) -> Bool { all || limit <= rollouts }
    for (number, limit) in answers.proposals.sorted(by: { $0.key < $1.key }) where due(limit) {
      guard let answer = answers.proposed.removeValue(forKey: number) else { continue }
      answers.proposals[number] = nil
      accounts.others += answer.spent
      take(answer.proposals, from: answer.order, for: answer.spent)
    }
    for (id, limit) in answers.reflections.sorted(by: { $0.key < $1.key }) where due(limit) {
      guard let answer = answers.reflected.removeValue(forKey: id) else { continue }
      answers.reflections[id] = nil
      accounts.others += answer.spent
      reflected(id, answer.verdicts, answer.prior)
    }
    for (id, limit) in answers.inspections.sorted(by: { $0.key < $1.key }) where due(limit) {
      guard let answer = answers.inspected.removeValue(forKey: id) else { continue }
      answers.inspections[id] = nil
      accounts.others += answer.spent
      inspected(id, answer.verdicts)
    }
  }

  /// One trial, in its turn.
  private mutating func take(_ landed: Landed) {
    let order = landed.order
    accounts.take(landed)
    brokenInARow = landed.end == .invalid ? brokenInARow + 1 : 0
    if landed.end == .invalid, order.attempt <= rules.retries, isWanted(order),
      rollouts + queue.count < accounts.horizon
    {
      if case .race(let number, let pair) = order.purpose {
        update(number) { $0.pairs[pair].broken += 1 }
      }
      queue.append(
        Waiting(
          candidate: order.candidate, task: order.task, purpose: order.purpose,
          attempt: order.attempt + 1))
      return
    }
    let score: Double? =
      if case .scored(let value) = landed.end { min(max(value, 0), 1) } else { nil }
    let place = places[order.task] ?? 0
    switch order.purpose {
    case .pilot, .screen, .smoke:
      teach(place, order.candidate, score)
      if case .pilot = order.purpose { screening.pilotsBack += 1 }
      if case .smoke(let edit, _) = order.purpose { smoke(edit, place, score) }
    case .race(let number, let pair):
      update(number) { contest in
        contest.pairs[pair].candidate = score.map(Bank.Outcome.scored) ?? .void
        contest.pairs[pair].trial = order.id.number
        if score == nil { contest.pairs[pair].broken += 1 }
      }
    case .twin(let number, let trial): update(number) { $0.twins?.settle(trial, score) }
    case .bank(let visit):
      banks[order.candidate]?.settle(place, visit, score, by: order.id.number)
    case .report: closing?.settle(.report, place, score)
    case .vault:
      closing?.settle(order.candidate == CandidateID(1) ? .baseline : .champion, place, score)
    }
  }

  /// Whether anything waits for this trial: when a race is over, its candidate's trials are not.
  private func isWanted(_ order: TrialOrder) -> Bool {
    switch order.purpose {
    case .race(let number, _), .twin(let number, _): contest(number) != nil
    default: true
    }
  }
}
