internal import Base
internal import Glibc
internal import Stats

/// A race that is under way: which pairs were planned, what came back, what was fed.
struct Contest: Sendable {
  struct Pair: Sendable, Hashable {
    let place: Int
    let visit: Int
    var candidate = Bank.Entry.underWay
    var broken = 0
  }

  let candidate: CandidateID
  let opening: RaceOpening
  var race: Race
  var pairs: [Pair] = []
  /// Pairs that were fed or dropped.
  var settled = 0
  /// Of the candidate's attempts in those pairs, how many there were and how many broke.
  private(set) var attempts = 0
  private(set) var broken = 0
  /// How far a question that has to be answered before an adoption has come.
  enum Answer: Sendable, Hashable { case open, asked, passed, failed }
  var inspection = Answer.open
  var approval = Answer.open
  /// Whether no pair of a whole block could be judged.
  var isStuck = false
  private var order: [Int] = []
  private var visits: [Int]
  private var draws: Draws

  init(_ opening: RaceOpening, candidate: CandidateID, places: Int, draws: Draws) {
    self.opening = opening
    self.candidate = candidate
    self.draws = draws
    race = Race(opening.rules)
    visits = [Int](repeating: 0, count: places)
  }

  var control: CandidateID { opening.control }
  var block: Int { opening.rules.block }

  /// How many pairs may be planned now: as many as no decision can fall before, and then block by block.
  func wanted(ahead: Int) -> Int {
    let rules = opening.rules
    let first = max(rules.fewestToAdopt, rules.screening + block)
    // A dropped pair is made up for.
    let most = rules.cap + settled - race.pairs
    return min(max(first, settled + block * (1 + ahead)), most)
  }

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
    while race.decision == .goOn, settled + block <= pairs.count {
      let next = pairs[settled..<(settled + block)]
      let isWhole = next.allSatisfy { pair in
        pair.candidate != .underWay && bank.entries[pair.place].count > pair.visit
          && bank.entries[pair.place].prefix(max(seeds, pair.visit + 1))
            .allSatisfy { $0 != .underWay }
      }
      guard isWhole else { return }
      var fed = 0
      for pair in next {
        attempts += pair.broken + (pair.candidate == .void ? 0 : 1)
        broken += pair.broken
        guard case .scored(let mine) = pair.candidate,
          case .scored(let theirs) = bank.entries[pair.place][pair.visit],
          // What is known of the control by then, whenever it came in.
          let mean = bank.mean(pair.place, first: max(seeds, pair.visit + 1))
        else { continue }
        _ = race.add(candidate: mine, control: theirs, controlMean: mean)
        fed += 1
      }
      settled += block
      if fed == 0 { isStuck = true }
    }
  }

  var isCrashed: Bool { attempts >= 10 && broken * 10 > attempts }

  var figures: RaceFigures {
    RaceFigures(
      race: opening.number, pairs: race.pairs, logE: race.evidence.logE,
      bar: log(opening.rules.threshold),
      shrunk: Shrinkage.shrunk(race.estimate ?? 0, standardError: race.standardError ?? 1))
  }
}
