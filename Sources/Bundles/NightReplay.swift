internal import Base
internal import Climb
internal import NightLog
internal import NightReading

/// A night decided anew from its facts: whatever it decided has to follow from what came in before.
struct NightReplay {
  /// How many decisions were decided anew and came out the same.
  private(set) var decisions = 0
  /// The first that did not; nil when all did.
  private(set) var deviation: String?
  /// Whether this program decides as the night did: else nothing can be said of its decisions.
  let isOfThisEdition: Bool
  /// Scores by the night's number of the trial.
  private(set) var scores: [Int: Double] = [:]
  /// Candidates outside of the night, by their number within.
  private(set) var candidates: [CandidateID: CandidateID] = [:]
  /// The harness of each candidate outside of the night, as the night put it together.
  private(set) var harnesses: [CandidateID: String] = [:]
  /// What was ordered, by the number of the trial.
  private(set) var orders: [Int: TrialOrder] = [:]
  /// The tasks, as orders count them.
  let tasks: [NightTask]
  /// The races in order: what was asked, and with what figures each ended.
  private(set) var races: [RaceFigures] = []
  private(set) var adoptions = 0
  /// What was decided of each candidate outside of the night that was raced, in order.
  private(set) var verdicts: [CandidateID: [(word: String, race: RaceFigures?)]] = [:]
  /// The figures of the morning; nil when the night was not brought to its end.
  let report: NightReport?

  /// Replays a night; nil where there are no facts.
  init?(_ records: [NightRecord]) throws(BelayError) {
    guard let first = records.first else { return nil }
    guard case .opened(let rules) = try NightFold.fact(of: first) else {
      throw BelayError(.gate, "the facts do not begin with the opening of a night")
    }
    isOfThisEdition = rules.isOfThisEdition
    tasks = rules.tasks
    var world = World(rules)
    // What was decided at once is checked against one decision.
    var due: [Command] = []
    var judged: [(id: CandidateID, word: String, race: RaceFigures?)] = []
    for (offset, record) in records.enumerated().dropFirst() {
      guard record.number == first.number + offset else {
        throw BelayError(.gate, "fact \(first.number + offset) is missing")
      }
      let fact = try NightFold.fact(of: record)
      if case .issued(let command) = fact {
        if due.isEmpty, isOfThisEdition { due = decide(world) }
        if !isOfThisEdition {
          // What another edition decided is taken as it stands.
        } else if due.first == command {
          due.removeFirst()
          decisions += 1
        } else {
          deviation =
            deviation
            ?? "fact \(record.number) (\(record.kind)) does not follow from those before it: changed, or decided by another program"
          due = []
        }
        switch command {
        case .run(let order): orders[order.id.number] = order
        case .adopt(let id, let figures):
          races.append(figures)
          adoptions += 1
          judged.append((id, "adopted", figures))
        case .refuse(let id, let why, let figures):
          races.append(figures)
          judged.append((id, "refused: \(why.rawValue)", figures))
        case .rollBack(let id, _): judged.append((id, "taken back", nil))
        default: break
        }
      } else {
        due = []
      }
      switch fact {
      case .finished(let id, .scored(let score), _):
        if orders[id.number] != nil { scores[id.number] = score }
      case .assembled(let number, let harness, let candidate):
        candidates[number] = candidate
        harnesses[candidate] = harness
      default: break
      }
      world.fold(fact)
    }
    report = world.report
    for (id, word, race) in judged {
      verdicts[candidates[id] ?? id, default: []].append((word, race))
    }
  }

  /// The baseline and the champion, as the lab knows them.
  var told: [CandidateID] {
    var told: [CandidateID] = []
    for number in [CandidateID(1), report?.candidate].compactMap(\.self) {
      if let id = candidates[number], !told.contains(id) { told.append(id) }
    }
    return told
  }
}
