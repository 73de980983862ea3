/// Trials of one harness on the gate tasks, in dispatch order: the other side of every pair.
struct Bank: Sendable, Hashable {
  enum Entry: Sendable, Hashable {
    case underWay
    case scored(Double)
    case void
  }

  /// For each gate task, in the order of the rules.
  private(set) var entries: [[Entry]]
  /// The numbers of the trials behind the entries; 0 for one that is under way.
  private(set) var trials: [[Int]]

  init(tasks: Int) {
    entries = [[Entry]](repeating: [], count: tasks)
    trials = [[Int]](repeating: [], count: tasks)
  }

  mutating func append(_ place: Int) -> Int {
    entries[place].append(.underWay)
    trials[place].append(0)
    return entries[place].count - 1
  }

  mutating func settle(_ place: Int, _ visit: Int, _ score: Double?, by trial: Int) {
    entries[place][visit] = score.map(Entry.scored) ?? .void
    trials[place][visit] = trial
  }

  /// The mean of the first trials on a task; nil when none of them counts.
  func mean(_ place: Int, first count: Int) -> Double? {
    var sum = 0.0
    var valid = 0.0
    for case .scored(let score) in entries[place].prefix(count) {
      sum += score
      valid += 1
    }
    return valid > 0 ? sum / valid : nil
  }

  /// The scores on each task.
  var scores: [[Double]] {
    entries.map { $0.compactMap { if case .scored(let score) = $0 { score } else { nil } } }
  }
}
