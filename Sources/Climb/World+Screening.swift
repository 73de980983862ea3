internal import Base
internal import Stats

/// Where the screening stands.
struct Screening: Sendable, Codable {
  /// The first trials of an edit.
  struct Smoke: Sendable, Codable {
    var left: Int
    var scored = 0
    var sum = 0.0
    var usual = 0.0
  }

  /// An edit that is to be carried no further, and why.
  struct Drop: Sendable, Codable {
    let id: EditID
    let verdict: GateVerdict
  }

  /// Trials of the baseline on dev tasks that were planned, and that came back.
  var piloted = 0
  var pilotsRun = 0
  var pilotsBack = 0
  /// Trials that wait for the next look, the first trials of edits among them.
  @Packed var waiting: [World.Waiting] = []
  /// How many trials for other ends ran on dev tasks.
  var extras = 0
  var smokes: [EditID: Smoke] = [:]
  var drops: [Drop] = []
  /// Candidates with tasks, drawn from what was believed when the batch was made.
  @Packed var drawn: [World.Waiting] = []
  var drawnFrom = 0
  /// How many trials were planned, not counting those that are only drawn.
  var begun = 0
  /// How many batches were drawn.
  var batches = 0
  /// Tasks that the pass under way has still to visit.
  var pass: [Int] = []
  var passes = 0
  /// Trials at which the model is asked again which pairs it misses.
  var nextLink = 0
  /// Trials that the last fit knew of.
  var fitted = 0
  /// Trials of the screening at which a candidate was chosen last.
  var chosenAt = 0
  /// How many were to come in all when the last candidate was chosen; nil before.
  var lastChoice: Int?

  var left: Int { drawn.count - drawnFrom }
}

extension World {
  /// Trials of the screening in the whole night.
  var screeningTarget: Int {
    let budget = accounts.horizon - reserve - rules.reserveForTwins
    let share = Int(Double(max(budget, 0)) * rules.screening.share)
    return max(share - screening.extras, 0)
  }

  /// Whether all trials that measure the baseline first are back.
  var isPiloted: Bool { screening.piloted >= pilots && screening.pilotsBack >= screening.pilotsRun }

  private var hasEdits: Bool { pool.components.contains { !$0.options.isEmpty } }

  /// The trials between two decisions while there are races.
  var chunk: Int { max(rules.screening.batch, lag) }

  /// How many trials of the screening are planned now.
  var nextScreening: Int {
    guard closing == nil, hasEdits, !isFirstWave, !dev.isEmpty else { return 0 }
    let left = min(screeningTarget - screening.begun, room - heldForTwins)
    guard left > 0 else { return 0 }
    let batch = screening.left > 0 ? screening.left : nextBatch
    return min(hasOpenRaces ? min(batch, chunk) : batch, left, most)
  }

  private var nextBatch: Int {
    let rules = self.rules.screening
    return max(rules.batch, Int(Double(screening.begun) * rules.growth))
  }

  /// Teaches the model what a candidate did on a dev task.
  mutating func teach(_ place: Int, _ candidate: CandidateID, _ score: Double?) {
    guard let score else { return }
    let carried = edits(of: candidate)
    if model.tasks == 0 { model = PooledModel(tasks: dev.count, priors: []) }
    model.add(task: place, features: pool.features(of: carried), score: score)
    pool.count(carried)
  }

  /// Fits the model when something hangs on it, and chooses what is dropped and raced by it.
  mutating func learn() {
    guard closing == nil else { return }
    let isChoice = isChoiceDue
    let isPlan = screening.left == 0 && nextScreening > 0
    guard isChoice || isPlan else { return }
    if model.trials > screening.fitted, screening.batches > 0 {
      let steps = rules.screening.steps * (isChoice ? 2 : 1)
      model.fit(steps: steps)
      if isChoice { screening.nextLink = 0 }
      if linkPairs() { model.fit(steps: steps) }
      screening.fitted = model.trials
      screening.drops = indictments()
    }
    if isChoice { choose() }
  }

  /// Lets the model know of pairs that the scores ask for; each time that the trials have grown by a share.
  private mutating func linkPairs() -> Bool {
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

  /// Closes a look: plans what is run until the next one, and says what that one rests on.
  mutating func goOn(_ trials: Int) {
    look.isOpen = false
    if closing == nil {
      planPilot()
      planSmokes()
      for index in contests.indices {
        planTwins(index)
        planPairs(index, beside: trials)
      }
      planScreening(trials)
    }
    let planned = rollouts + queue.count
    look.isIdle = queue.isEmpty || closing != nil
    let waitsForAll = look.isIdle || isBlind || !isPiloted
    look.through = waitsForAll ? planned : max(taken, planned - lag)
  }

  /// The baseline on dev tasks, again and again; its bank on gate tasks fills the slots meanwhile.
  private mutating func planPilot() {
    let wanted = pilots
    guard screening.piloted < wanted else { return }
    let planned = min(wanted - screening.piloted, most, room)
    for number in screening.piloted..<(screening.piloted + planned) {
      queue.append(
        Waiting(
          candidate: CandidateID(1), task: dev[number % dev.count],
          purpose: .pilot(visit: number / dev.count)))
    }
    screening.piloted += planned
    screening.pilotsRun += planned
    screening.extras += planned
    // Where nothing more can be paid, what is there has to do.
    if room == 0 { screening.piloted = wanted }
    if screening.piloted == wanted { fillBank(of: CandidateID(1)) }
  }

  /// The first trials of edits that came in; those that cannot be paid are never carried.
  private mutating func planSmokes() {
    let planned = min(screening.waiting.count, most, room)
    for next in screening.waiting.prefix(planned) { queue.append(next) }
    screening.extras += planned
    screening.waiting.removeFirst(planned)
    if room == 0 { screening.waiting = [] }
  }

  var pilots: Int { rules.pilotTrials * dev.count }

  /// Whether a limit on money or tokens says nothing yet, because nobody knows what a trial costs.
  private var isBlind: Bool {
    rules.stops.costUSD != nil && accounts.priced == 0
      || rules.stops.tokens != nil && accounts.counted == 0
  }

  /// The most trials that are planned at once.
  private var most: Int { isBlind ? 8 : .max }

  /// Plans trials from what is known: the model draws effects, and the bundle that would be best under
  /// them is tried on the next task.
  private mutating func planScreening(_ trials: Int) {
    // Pairs and first trials of edits that were planned just now come out of the same budget.
    let trials = min(trials, room - heldForTwins, max(screeningTarget - screening.begun, 0))
    guard trials > 0 else { return }
    if screening.left == 0 { drawBatch(min(nextBatch, screeningTarget - screening.begun)) }
    let end = min(screening.drawnFrom + trials, screening.drawn.count)
    for index in screening.drawnFrom..<end { queue.append(screening.drawn[index]) }
    screening.begun += end - screening.drawnFrom
    screening.drawnFrom = end
  }

  private mutating func drawBatch(_ count: Int) {
    let rules = self.rules.screening
    let begun = screening.begun
    var draws = self.draws(for: 1, screening.batches)
    screening.batches += 1
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
    screening.drawn = (begun..<(begun + count)).map { number in
      Waiting(
        candidate: bundles[(number - begun) % bundles.count], task: nextTask(),
        purpose: .screen(number: number))
    }
    screening.drawnFrom = 0
  }

  private mutating func nextTask() -> Int {
    if screening.pass.isEmpty {
      var draws = self.draws(for: 2, screening.passes)
      screening.passes += 1
      screening.pass = draws.shuffled(dev)
    }
    return screening.pass.removeLast()
  }
}
