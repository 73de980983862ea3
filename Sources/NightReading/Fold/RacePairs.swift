internal import Base
package import Climb
internal import Glibc
internal import Layout
internal import Stats

/// The two sides of the races' pairs, as they came back: what a race that is under way has seen.
///
/// A candidate's trial and its control's are given the same draw of the same task, which pairs them.
package struct RacePairs: Sendable, Codable {
  fileprivate struct Place: Hashable {
    let candidate: CandidateID
    let task: Int
    let draw: TrialDraw
  }

  fileprivate struct Side {
    let task: Int
    let draw: TrialDraw
    var score: Double?
  }

  @Packed private var banks: [Place: Double] = [:]
  @Packed private var races: [Int: [Int: Side]] = [:]

  mutating func begin(_ order: TrialOrder) {
    guard case .race(let race, let pair) = order.purpose else { return }
    races[race, default: [:]][pair] = Side(task: order.task, draw: order.draw)
  }

  mutating func finish(_ order: TrialOrder, _ score: Double) {
    let score = min(max(score, 0), 1)
    switch order.purpose {
    case .race(let race, let pair): races[race]?[pair]?.score = score
    case .bank:
      banks[Place(candidate: order.candidate, task: order.task, draw: order.draw)] = score
    default: break
    }
  }

  /// Where a race stands by the pairs that are whole, in the order of their dispatch and at most so many: how many,
  /// how many were won and lost, and the logarithm of the e-value.
  package func standing(_ opening: RaceOpening, first most: Int = .max)
    -> (pairs: Int, won: Int, lost: Int, logE: Double)
  {
    var evidence = EProcess(bound: opening.rules.bound)
    var standing = (pairs: 0, won: 0, lost: 0)
    for (pair, side) in (races[opening.number] ?? [:]).sorted(by: { $0.key < $1.key }) {
      let place = Place(candidate: opening.control, task: side.task, draw: side.draw)
      guard let mine = side.score, let theirs = banks[place] else { continue }
      if standing.pairs == most { break }
      standing.pairs += 1
      if mine > theirs { standing.won += 1 }
      if mine < theirs { standing.lost += 1 }
      if pair >= opening.rules.screening { evidence.add(mine - theirs) }
    }
    return (standing.pairs, standing.won, standing.lost, evidence.logE)
  }
}

extension RacePairs.Place: Packable {
  init(from reader: inout PackReader) throws(BelayError) {
    candidate = try CandidateID(from: &reader)
    task = try reader.whole()
    draw = try TrialDraw(from: &reader)
  }

  func pack(into writer: inout PackWriter) {
    candidate.pack(into: &writer)
    writer.write(task)
    draw.pack(into: &writer)
  }
}

extension RacePairs.Side: Packable {
  init(from reader: inout PackReader) throws(BelayError) {
    task = try reader.whole()
    draw = try TrialDraw(from: &reader)
    score = try Double?(from: &reader)
  }

  func pack(into writer: inout PackWriter) {
    writer.write(task)
    draw.pack(into: &writer)
    score.pack(into: &writer)
  }
}

/// What races come to, in words.
package enum RaceWords {
  /// The logarithm of what an e-value is held against.
  package static func logarithm(_ value: Double) -> Double { log(value) }

  /// An e-value from its logarithm, as a person reads it.
  package static func eValue(_ logE: Double) -> String {
    if logE > log(9999) { return ">9999" }
    let value = exp(logE)
    return Self.fixed(value, value < 10 ? 1 : 0)
  }

  static func fixed(_ value: Double, _ decimals: Int) -> String {
    let scale = decimals == 0 ? 1.0 : 10
    let units = Int((value * scale).rounded())
    return decimals == 0 ? "\(units)" : "\(units / 10).\(units % 10)"
  }

  /// What a race rests on.
  package static func evidence(_ figures: RaceFigures) -> String {
    "e-value \(eValue(figures.logE)) of \(eValue(figures.bar)) asked, "
      + "\(figures.pairs) pair\(figures.pairs == 1 ? "" : "s")"
  }

  /// How its pairs went: `95 pairs: 38 won, 19 lost, 38 equal`.
  package static func pairs(_ pairs: Int, won: Int, lost: Int) -> String {
    guard won > 0 || lost > 0 else {
      return pairs == 0 ? "no pair" : pairs == 1 ? "1 pair: equal" : "\(pairs) pairs: all equal"
    }
    let equal = pairs - won - lost
    return "\(pairs) pair\(pairs == 1 ? "" : "s"): \(won) won, \(lost) lost"
      + (equal > 0 ? ", \(equal) equal" : "")
  }

  /// What an e-value says of a race that is open.
  package static func leaning(logE: Double, bar: Double, pairs: Int) -> String {
    if pairs == 0 { return "no pair yet" }
    if logE >= bar { return "convincing" }
    if logE >= bar / 2 { return "leaning to a gain" }
    if logE >= 0.5 { return "a little for a gain" }
    return pairs >= 10 && logE < 0 ? "no sign of a gain" : "open"
  }

  private static let reasons = [
    "futile": "even an optimistic reading misses the gain worth chasing",
    "capped": "not settled by as many pairs as it may take",
    "crashed": "too many of its trials broke",
    "overtaken": "the incumbent changed meanwhile",
    "unfinished": "the night ended before it was settled",
    "inspection": "a check of its trials said no",
    "memorised": "it gains on tasks and not on their twins",
    "rejected": "a person said no",
  ]

  /// Why a race ended without an adoption.
  package static func reason(_ refusal: Refusal) -> String {
    reasons[refusal.rawValue] ?? refusal.rawValue
  }

  private static let stops = [
    "rollouts": "its trials were used up",
    "proposals": "no more edits might be asked for, and none was left to try",
    "no-gain": "too long without an adoption",
    "cost": "the money was spent",
    "tokens": "the tokens were spent",
    "deadline": "its time was over",
    "exhausted": "nothing was left that seemed worth a trial",
  ]

  /// What ended a night by rules, of whose trials so many were run.
  package static func stop(_ stop: NightReport.Stop, run: Int, _ rules: NightRules) -> String {
    let (left, all) = (rules.rollouts - run, rules.rollouts)
    let why = stops[stop.rawValue] ?? stop.rawValue
    guard left > 0 else { return why }
    let unused = "\(Figure.grouped(left)) of \(Figure.grouped(all)) trials"
    switch stop {
    // What another edition called so may have been something else.
    case .rollouts:
      return "\(unused) were left" + (rules.isOfThisEdition ? ", too few for another race" : "")
    default: return "\(why); \(unused) were not used"
    }
  }

  static func limits(_ limits: Retuning) -> String {
    let parts = [
      limits.rollouts.map { "trials to \($0)" }, limits.costUSD.map { "dollars to \($0)" },
      limits.slots.map { "slots to \($0)" }, limits.proposals.map { "edits to \($0)" },
    ].compactMap(\.self)
    return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
  }
}
