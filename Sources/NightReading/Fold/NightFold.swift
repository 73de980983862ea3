public import Base
public import Climb
public import NightLog
internal import Stats

/// What the facts of a night come to for those who read it: the world, and beside it what the world has no
/// use for: when things happened, who decided what, what was spent by whom.
public struct NightFold: Sendable, Codable {
  /// A thing that was decided, by the night or by a person.
  public struct Decision: Sendable, Hashable, Codable {
    /// Its place among the night's facts.
    public let number: Int
    /// When it was recorded.
    public let at: Timestamp
    /// One word: adopt, refuse, roll-back, drop, block, inspect, ask, pause, resume, steer, vault, halt.
    public let word: String
    /// The night's candidate that it is about.
    public let candidate: CandidateID?
    /// The edit that it is about.
    public let edit: EditID?
    /// It in words, without the candidate's name; not yet safe to print.
    public let sentence: String
  }

  /// A race with the times of its beginning and its end, and the pairs that came back.
  public struct RaceTimes: Sendable, Hashable, Codable {
    /// When it began.
    public let begun: Timestamp
    /// When it ended; nil while it goes on.
    public internal(set) var ended: Timestamp?
    /// The incumbent when it began.
    public let base: CandidateID
    /// How many adoptions lay between the baseline and that incumbent.
    public let generation: Int
  }

  /// The world.
  public private(set) var world: World
  /// How many facts were taken in.
  public private(set) var count = 1
  /// When the night began.
  public let openedAt: Timestamp
  /// When the last fact was recorded.
  public private(set) var lastAt: Timestamp
  /// What was decided, in order.
  public private(set) var decisions: [Decision] = []
  /// The races' times, by number.
  public private(set) var times: [Int: RaceTimes] = [:]
  /// What was spent, by the word of what on: trial, propose, judge.
  public private(set) var money: [String: Money] = [:]
  /// Trials by the word of their purpose.
  public private(set) var trials: [String: TrialCount] = [:]
  /// Edits that came in, those that were known already included.
  public private(set) var handedIn = 0
  /// What the checks of a candidate's trials said.
  public private(set) var inspections: [CandidateID: [GateVerdict]] = [:]
  /// What proposers said of themselves, by the number of the order; not yet safe to print.
  public private(set) var notes: [Int: String] = [:]
  /// How often the night went on after its process had ended, or after a pause.
  public private(set) var resumptions = 0
  /// Whether a person, or the night itself, holds it.
  public private(set) var isHeld = false
  /// Why it is held; nil when it is not, or nobody said.
  public private(set) var heldBecause: String?
  /// Candidates that were adopted, in order, whether or not they stand.
  public private(set) var adopted: [CandidateID] = []
  /// The trials that had no part in choosing who ran them.
  public private(set) var fresh = FreshTrials()
  /// How far the night had come at each turn.
  public private(set) var track = NightTrack()
  @Packed private var purposes: [UInt8] = []
  /// What was seen on the dev tasks that hypotheses name.
  var predictions = Predictions()
  /// The pairs of the races.
  package internal(set) var pairs = RacePairs()
  @Packed private var orders: [TrialID: TrialOrder] = [:]
  // Answers are taken into the pool at a later look: which ones have been is seen by what is new there.
  private var pending: [[Proposal]] = []
  private var takenIn = 0
  private var known = 0

  /// Edits that were refused because they were known already, as far as can be told by now.
  public var duplicates: Int {
    max((world.report == nil ? takenIn : handedIn) - world.pool.entries.count, 0)
  }

  /// A night from its first fact; nil when that is not the opening of one.
  public init?(first record: NightRecord) throws(BelayError) {
    guard case .opened(let rules) = try Self.fact(of: record) else { return nil }
    world = World(rules)
    openedAt = record.at
    lastAt = record.at
    predictions = Predictions(rules.tasks)
    track.begin(mile(at: record.at))
  }

  /// Where the night stands by now.
  func mile(at time: Timestamp) -> NightTrack.Mile {
    NightTrack.Mile(
      at: time, trials: world.rollouts, generation: track.line.count - 1,
      costs: money.compactMapValues(\.costUSD))
  }

  /// The fact that a record holds.
  public static func fact(of record: NightRecord) throws(BelayError) -> NightFact {
    try NightFact(recorded: record.body, number: record.number)
  }

  /// Takes the next fact in.
  public mutating func take(_ record: NightRecord) throws(BelayError) {
    let fact = try Self.fact(of: record)
    count += 1
    lastAt = max(lastAt, record.at)
    before(fact, record)
    world.fold(fact)
    after(fact, record)
  }

  // What has to be known of the world as it was.
  private mutating func before(_ fact: NightFact, _ record: NightRecord) {
    switch fact {
    case .issued(.run(let order)):
      orders[order.id] = order
      note(order)
      pairs.begin(order)
    case .issued(.race(let opening)):
      times[opening.number] = RaceTimes(
        begun: record.at, ended: nil, base: world.incumbent, generation: track.line.count - 1)
    case .finished(let id, let end, let spending):
      money["trial", default: Money()].add(spending)
      guard let order = orders.removeValue(forKey: id) else { return }
      trials[order.purpose.word, default: TrialCount()].add(end)
      fresh.finish(order, end, spending)
      if track.isDue() { track.sample(mile(at: record.at)) }
      guard case .scored(let score) = end else { return }
      pairs.finish(order, score)
      predictions.see(
        task: order.task, edits: world.edits(of: order.candidate), score: min(max(score, 0), 1))
    case .issued(.absorb): known = world.pool.entries.count
    case .proposed(let number, let proposals, let spending, let note):
      handedIn += proposals.count
      pending.append(proposals)
      money["propose", default: Money()].add(spending)
      if let note, !note.isEmpty { notes[number] = note }
    default: break
    }
  }

  private mutating func after(_ fact: NightFact, _ record: NightRecord) {
    switch fact {
    case .issued(.absorb):
      predictions.expect(world.pool.entries)
      let fresh = Set(world.pool.entries.dropFirst(known).map(\.proposal))
      for proposals in pending where proposals.contains(where: { fresh.contains($0) }) {
        takenIn += proposals.count
      }
      pending.removeAll { $0.contains { fresh.contains($0) } }
    case .issued(let command): issued(command, record)
    case .reflected(let id, let verdicts, let prior, let spending):
      money["judge", default: Money()].add(spending)
      if let verdict = verdicts.first(where: { $0.word == .fail }) {
        decide(record, "block", "\(verdict.gate): \(verdict.sentence)", edit: id)
      } else if prior > 1 {
        decide(
          record, "doubt",
          "has to show \(Self.times(prior)) the evidence, its reviewers being in doubt", edit: id)
      }
    case .inspected(let id, let verdicts, let spending):
      money["judge", default: Money()].add(spending)
      inspections[id, default: []] += verdicts
      if let verdict = verdicts.first(where: { $0.word == .fail }) {
        decide(record, "inspect", "\(verdict.gate): \(verdict.sentence)", of: id)
      }
    case .steered(let steering): steered(steering, record)
    case .resumed:
      resumptions += 1
      isHeld = false
      heldBecause = nil
      decide(record, "resume", "the night goes on")
    default: break
    }
  }

  /// What a trial of the night was for, in one word, by its number in the order of dispatch.
  public func purpose(ofTrial number: Int) -> String? {
    purposes.indices.contains(number) ? Self.words[Int(purposes[number])] : nil
  }

  // One byte for each trial: a night may have a million.
  private static let words = [
    "", "pilot", "smoke", "screen", "race", "bank", "report", "vault", "twin",
  ]

  private mutating func note(_ order: TrialOrder) {
    let number = order.id.number
    guard number >= 0, number < 100_000_000 else { return }
    if purposes.count <= number {
      purposes += [UInt8](repeating: 0, count: number + 1 - purposes.count)
    }
    purposes[number] = UInt8(Self.words.firstIndex(of: order.purpose.word) ?? 0)
  }

  private static func times(_ factor: Double) -> String {
    factor == factor.rounded() ? "\(Int(factor)) times" : "\(factor) times"
  }

  private mutating func decide(
    _ record: NightRecord, _ word: String, _ sentence: String, of candidate: CandidateID? = nil,
    edit: EditID? = nil
  ) {
    decisions.append(
      Decision(
        number: record.number, at: record.at, word: word, candidate: candidate, edit: edit,
        sentence: sentence))
  }

  private mutating func issued(_ command: Command, _ record: NightRecord) {
    switch command {
    case .drop(let id, let verdict):
      decide(record, "drop", "\(verdict.gate): \(verdict.said)", edit: id)
    case .ask(let id, let figures):
      decide(record, "ask", "waits for a person: \(RaceWords.evidence(figures))", of: id)
    case .adopt(let id, let figures):
      end(figures.race, record)
      let question = world.races.first { $0.opening.number == figures.race }?.opening.question
      if question != .simpler {
        adopted.append(id)
      }
      track.adopt(id, isSimpler: question == .simpler, mile(at: record.at))
      decide(
        record, "adopt",
        question == .simpler
          ? "simpler and no worse: \(RaceWords.evidence(figures))" : RaceWords.evidence(figures),
        of: id)
    case .refuse(let id, let refusal, let figures):
      end(figures.race, record)
      decide(
        record, "refuse", "\(RaceWords.reason(refusal)); \(RaceWords.evidence(figures))", of: id)
    case .rollBack(let id, let logE):
      track.rollBack(id, to: world.incumbent, mile(at: record.at))
      decide(
        record, "roll-back",
        "its gain did not repeat itself: e-value \(RaceWords.eValue(logE)) is left", of: id)
    case .openVault(let champion, let trials):
      decide(
        record, "vault", "the sealed tasks are opened, \(trials) trials a side", of: champion)
    case .pause(let reason):
      isHeld = true
      heldBecause = reason
      decide(record, "pause", "the night holds: \(reason)")
    case .halt(let report):
      isHeld = false
      decide(
        record, "halt",
        RaceWords.stop(report.stop, run: world.rollouts, world.rules),
        of: report.candidate)
    default: break
    }
  }

  private mutating func end(_ race: Int, _ record: NightRecord) { times[race]?.ended = record.at }

  private mutating func steered(_ steering: Steering, _ record: NightRecord) {
    let why = steering.reason.map { " (\($0))" } ?? ""
    let who = "\(steering.by)\(why)"
    var candidate: CandidateID?
    let what: String
    switch steering.order {
    case .pause(let hard):
      isHeld = true
      heldBecause = "paused by \(who)"
      what = hard ? "paused at once" : "paused"
    case .resume:
      isHeld = false
      heldBecause = nil
      what = "resumed"
    case .hint: what = "told the proposers something"
    case .veto(let component): what = "vetoed \(component)"
    case .branch(let id):
      candidate = id
      what = "went on from here"
    case .retune(let limits): what = "changed \(RaceWords.limits(limits))"
    case .approve(let id):
      candidate = id
      what = "approved"
    case .reject(let id):
      candidate = id
      what = "rejected"
    }
    decide(record, "steer", "\(what) by \(who)", of: candidate)
  }
}

/// Trials of one purpose.
public struct TrialCount: Sendable, Hashable, Codable {
  /// Trials that were judged.
  public private(set) var scored = 0
  /// Attempts that broke for reasons not their own.
  public private(set) var invalid = 0
  /// Trials of candidates that could not be put together.
  public private(set) var unfit = 0

  mutating func add(_ end: TrialEnd) {
    switch end {
    case .scored: scored += 1
    case .invalid: invalid += 1
    case .unfit: unfit += 1
    }
  }
}

/// What was spent on something, and for how much of it nobody knows what it cost.
public struct Money: Sendable, Hashable, Codable {
  /// The money that is known of; nil while none is.
  public private(set) var costUSD: Double?
  /// The tokens that are known of; nil while none are.
  public private(set) var tokens: Int?
  /// Parts whose cost is known.
  public private(set) var known = 0
  /// Parts whose cost nobody knows.
  public private(set) var unknown = 0

  mutating func add(_ spending: Spending) {
    if let cost = spending.costUSD {
      costUSD = (costUSD ?? 0) + cost
      known += 1
    } else {
      unknown += 1
    }
    if let more = spending.tokens { tokens = (tokens ?? 0) + more }
  }

  static func + (left: Money, right: Money) -> Money {
    var sum = left
    if let cost = right.costUSD { sum.costUSD = (sum.costUSD ?? 0) + cost }
    if let tokens = right.tokens { sum.tokens = (sum.tokens ?? 0) + tokens }
    sum.known += right.known
    sum.unknown += right.unknown
    return sum
  }
}
