internal import Base
internal import Stats

/// When a trial was planned: how many were by then, and how long the night had lasted.
struct Planned: Sendable, Hashable, Codable {
  var trials: Int
  var seconds: Double

  /// Whether both lie no more than this apart.
  func isNear(_ other: Planned, _ ageing: AgeingRules?) -> Bool {
    guard let ageing else { return true }
    return abs(trials - other.trials) <= ageing.trials
      && abs(seconds - other.seconds) <= ageing.seconds
  }
}

/// Trials of one harness on the gate tasks, in dispatch order: the other side of every pair.
struct Bank: Sendable, Hashable, Codable {
  enum Outcome: Sendable, Hashable {
    case underWay
    case scored(Double)
    case void
  }

  /// One trial of a task.
  struct Visit: Sendable, Hashable {
    let planned: Planned
    var outcome = Outcome.underWay
    /// The number of the trial; 0 while it is under way.
    var trial = 0
  }

  /// For each gate task, in the order of the rules.
  @Packed private(set) var visits: [[Visit]]

  init(tasks: Int) { _visits = Packed(wrappedValue: [[Visit]](repeating: [], count: tasks)) }

  mutating func append(_ place: Int, at moment: Planned) -> Int {
    visits[place].append(Visit(planned: moment))
    return visits[place].count - 1
  }

  mutating func settle(_ place: Int, _ visit: Int, _ score: Double?, by trial: Int) {
    visits[place][visit].outcome = score.map(Outcome.scored) ?? .void
    visits[place][visit].trial = trial
  }

  /// For each task the first visit that is not too old to be compared with what is tried now.
  func starts(at now: Planned, _ ageing: AgeingRules?) -> [Int] {
    visits.map { visits in visits.firstIndex { $0.planned.isNear(now, ageing) } ?? visits.count }
  }

  /// The mean of some visits of a task; nil when none of them counts.
  func mean(_ place: Int, over range: Range<Int>) -> Double? {
    let scores = visits[place][range].compactMap(\.score)
    return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
  }

  /// The scores on each task.
  var scores: [[Double]] { visits.map { $0.compactMap(\.score) } }

  /// How much more the harness solves at last than it did when that was too long ago to be compared, task by
  /// task; nil where no task was tried at both times.
  func drift(_ ageing: AgeingRules) -> PairedDifference? {
    guard let last = visits.joined().map(\.planned).max(by: { $0.trials < $1.trials }) else {
      return nil
    }
    let starts = starts(at: last, ageing)
    return PairedDifference(
      visits.indices.compactMap { place in
        guard let before = mean(place, over: 0..<starts[place]),
          let since = mean(place, over: starts[place]..<visits[place].count)
        else { return nil }
        return since - before
      })
  }
}

extension Bank.Visit {
  var score: Double? { if case .scored(let score) = outcome { score } else { nil } }
}
