internal import Base
public import Climb
public import Climbs

/// A night of Belay as a climb that anybody might claim from it: what was raced, how it scored, what was adopted.
public enum NightClimb {
  private struct Key: Hashable {
    let task: Int
    let draw: TrialDraw
  }

  private struct RaceTrials {
    let opening: RaceOpening
    var scores: [Key: Double] = [:]
    var figures: RaceFigures?
    var isAdopted = false
  }

  /// The climb of a night, from its facts: every race is an attempt, paired with its control by task and draw.
  /// `rehearsal` says by whom it was simulated, where it was, and `settled` what the night's own report concludes.
  public static func climb(
    _ facts: some Sequence<NightFact>, run: String, rehearsal: String? = nil, settled: String? = nil
  ) -> ClaimedClimb {
    var ids: [CandidateID: CandidateID] = [:]
    var orders: [TrialID: TrialOrder] = [:]
    var banks: [CandidateID: [Key: Double]] = [:]
    var races: [Int: RaceTrials] = [:]
    var tasks: [String] = []
    for fact in facts {
      switch fact {
      case .opened(let rules): tasks = rules.tasks.map { $0.name }
      case .assembled(let number, _, let candidate): ids[number] = candidate
      case .issued(.run(let order)): orders[order.id] = order
      case .issued(.race(let opening)): races[opening.number] = RaceTrials(opening: opening)
      case .issued(.adopt(_, let figures)):
        races[figures.race]?.isAdopted = true
        races[figures.race]?.figures = figures
      case .finished(let id, .scored(let score), _):
        guard let order = orders.removeValue(forKey: id) else { break }
        let key = Key(task: order.task, draw: order.draw)
        switch order.purpose {
        case .bank: banks[order.candidate, default: [:]][key] = min(max(score, 0), 1)
        case .race(let number, _): races[number]?.scores[key] = min(max(score, 0), 1)
        default: break
        }
      default: break
      }
    }
    func name(_ candidate: CandidateID) -> String { "\(ids[candidate] ?? candidate)" }
    func word(_ key: Key) -> String {
      let task = tasks.indices.contains(key.task) ? tasks[key.task] : "\(key.task)"
      return "\(task) \(key.draw.stream).\(key.draw.visit)"
    }
    // Tasks of one name are taken for one task, always in the same order.
    func trials(_ scores: [Key: Double]) -> [String: [Double]] {
      let sorted = scores.sorted {
        ($0.key.task, $0.key.draw.stream, $0.key.draw.visit)
          < ($1.key.task, $1.key.draw.stream, $1.key.draw.visit)
      }
      return Dictionary(
        sorted.map { (word($0.key), [$0.value]) }, uniquingKeysWith: { $0 + $1 })
    }
    func step(_ candidate: CandidateID, _ scores: [Key: Double], _ fate: ClaimedClimb.Fate)
      -> ClaimedClimb.Step
    {
      var step = ClaimedClimb.Step(
        name: name(candidate), score: nil, fate: scores.isEmpty ? .failed : fate)
      step.trials = trials(scores)
      step.score = step.meanOfTasks
      step.tasks = scores.isEmpty ? nil : scores.count
      return step
    }
    var climb = ClaimedClimb(origin: .belay, metric: "score on gate tasks in the trials that chose")
    climb.settled = settled
    let first = CandidateID(1)
    climb.steps.append(step(first, banks[first] ?? [:], .baseline))
    climb.steps[0].description = "the baseline"
    var places = [first: 0]
    for number in races.keys.sorted() {
      guard let race = races[number] else { continue }
      let candidate = race.opening.candidate
      var made = step(candidate, race.scores, race.isAdopted ? .kept : .discarded)
      made.base = places[race.opening.control]
      made.gate = race.figures.map {
        ClaimedClimb.GateEvidence(pairs: $0.pairs, logE: $0.logE, bar: $0.bar)
      }
      made.description =
        "race \(number), \(race.opening.edits.count) edits, against \(name(race.opening.control))"
        + (race.opening.question == .simpler ? ", as no worse and simpler" : "")
      climb.steps.append(made)
      guard race.isAdopted else { continue }
      // As an incumbent it is measured afresh: what is raced against it meets those trials.
      climb.steps[climb.steps.count - 1].trials.merge(trials(banks[candidate] ?? [:])) { $1 }
      places[candidate] = climb.steps.count - 1
    }
    climb.claimed = climb.steps.lastIndex { $0.fate == .kept } ?? 0
    climb.notes =
      (rehearsal.map { [$0] } ?? []) + [
        "these scores chose the candidates, so Belay claims none of them: its own verdict is that of 'belay report \(run)', from other trials"
      ]
    return climb
  }
}
