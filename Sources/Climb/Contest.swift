internal import Base
internal import Glibc
internal import Stats

/// A race that is under way: which pairs were planned, what came back, what was fed.
struct Contest: Sendable, Codable {
  struct Pair: Sendable, Hashable {
    let place: Int
    let visit: Int
    var candidate = Bank.Outcome.underWay
    /// The number of the candidate's trial; 0 while it is under way.
    var trial = 0
    var broken = 0
  }

  /// How far a question that has to be answered before an adoption has come.
  enum Answer: String, Sendable, Hashable, Codable { case open, asked, passed, failed }

  let opening: RaceOpening
  var race: Race
  @Packed var pairs: [Pair] = []
  /// Pairs that were fed or dropped.
  var settled = 0
  /// Pairs that were fed, in dispatch order.
  @Packed private(set) var fed: [RacePair] = []
  /// Of the candidate's attempts in those pairs, how many there were and how many broke.
  private(set) var attempts = 0
  private(set) var broken = 0
  /// Whether no pair of a whole block could be judged.
  var isStuck = false
  var inspection = Answer.open
  /// Its trials on tasks and their twins; nil before these begin.
  var twins: TwinCheck?
  var approval = Answer.open
  private var order: [Int] = []
  /// For each gate task the control's first trial that is not too old to count.
  let starts: [Int]
  private var visits: [Int]
  private var draws: Draws

  init(_ opening: RaceOpening, from starts: [Int], draws: Draws) {
    self.opening = opening
    self.draws = draws
    race = Race(opening.rules)
    self.starts = starts
    visits = starts
  }

  var candidate: CandidateID { opening.candidate }
  var control: CandidateID { opening.control }
  var block: Int { opening.rules.block }

  /// Whether pairs are still to be run; false once there is a decision, whoever has to confirm it.
  var isRunning: Bool { race.decision == .goOn && !isCrashed }

  /// Pairs before which no adoption can be decided.
  var first: Int { max(opening.rules.fewestToAdopt, opening.rules.screening + block) }

  /// How many more pairs are planned now, when so many are wanted at a time.
  func wanted(_ atOnce: Int) -> Int {
    guard isRunning else { return 0 }
    // A dropped pair is made up for.
    let most = opening.rules.cap + settled - race.pairs
    let next = pairs.isEmpty ? max(first, atOnce) : atOnce
    return max(min(next, most - pairs.count), 0)
  }

  /// Whether it says yes, and what is known of it by heart is still being found out.
  var isTwinning: Bool { twins.map { $0.verdict == nil } ?? false }

  /// Trials that it may still come to ask for.
  var outstanding: Int { isRunning ? 2 * max(opening.rules.cap - pairs.count, 0) : 0 }

  /// Plans the next pair: repeated passes over all gate tasks, each in another order.
  mutating func plan() -> (pair: Int, place: Int, visit: Int) {
    if order.isEmpty { order = draws.shuffled(Array(visits.indices)) }
    let place = order.removeLast()
    let visit = visits[place]
    visits[place] += 1
    pairs.append(Pair(place: place, visit: visit))
    return (pairs.count - 1, place, visit)
  }

  /// Feeds whole blocks in dispatch order, as far as both sides of all their pairs are settled.
  mutating func feed(_ bank: Bank, seeds: Int) {
    while race.decision == .goOn, settled < pairs.count {
      let next = pairs[settled..<min(settled + block, pairs.count)]
      let isWhole = next.allSatisfy { pair in
        pair.candidate != .underWay && bank.visits[pair.place].count > pair.visit
          && bank.visits[pair.place][known(pair, seeds, bank)]
            .allSatisfy { $0.outcome != .underWay }
      }
      guard isWhole, next.count == block else { return }
      let before = fed.count
      for pair in next {
        attempts += pair.broken + (pair.candidate == .void ? 0 : 1)
        broken += pair.broken
        guard case .scored(let mine) = pair.candidate,
          case let visit = bank.visits[pair.place][pair.visit], let theirs = visit.score,
          // What is known of the control by then, whenever it came in.
          let mean = bank.mean(pair.place, over: known(pair, seeds, bank))
        else { continue }
        _ = race.add(candidate: mine, control: theirs, controlMean: mean)
        fed.append(
          RacePair(
            place: pair.place, candidate: TrialID(pair.trial),
            control: TrialID(visit.trial), difference: mine - theirs))
      }
      settled += block
      if fed.count == before { isStuck = true }
    }
  }

  /// The control's trials on a pair's task that are known when it is fed.
  private func known(_ pair: Pair, _ seeds: Int, _ bank: Bank) -> Range<Int> {
    let start = starts[pair.place]
    let end = max(start + seeds, pair.visit + 1)
    return start..<max(min(end, bank.visits[pair.place].count), start)
  }

  var isCrashed: Bool { attempts >= 10 && broken * 10 > attempts }

  var figures: RaceFigures {
    RaceFigures(
      race: opening.number, pairs: race.pairs, logE: race.evidence.logE,
      bar: log(opening.rules.threshold),
      shrunk: Shrinkage.shrunk(race.estimate ?? 0, standardError: race.standardError ?? 1))
  }
}
