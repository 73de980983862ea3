internal import Base
internal import Climb
internal import Stats

/// What was seen on the dev tasks that hypotheses name, in trials with the edit and without it.
struct Predictions: Sendable, Codable {
  struct Seen: Sendable, Hashable, Codable {
    var trials = 0
    var sum = 0.0

    mutating func add(_ score: Double) {
      trials += 1
      sum += score
    }
  }

  /// One thing that a hypothesis foretold of one task.
  struct Check: Sendable, Hashable {
    let task: String
    let isFix: Bool
    let with: Seen
    let without: Seen

    /// The probability, by the trials, that it is so; nil while there are too few.
    var probability: Double? {
      let most = Predictions.fewest
      guard with.trials >= most, without.trials >= most else { return nil }
      let better = Comparisons.posteriorBetter(
        candidate: (Int(with.sum.rounded()), with.trials),
        incumbent: (Int(without.sum.rounded()), without.trials))
      return isFix ? better : 1 - better
    }
  }

  /// So many trials on each side before anything is said.
  static let fewest = 3

  private var places: [String: Int] = [:]
  private var names: [String] = []
  private var isDev: [Bool] = []
  private var all: [Seen] = []
  private var named: [Int: Set<EditID>] = [:]
  private var carried: [EditID: [Int: Seen]] = [:]
  private var known = 0
  /// Judged trials on dev tasks whose candidates carried an edit.
  private(set) var trials: [EditID: Int] = [:]

  init() {}

  init(_ tasks: [NightTask]) {
    names = tasks.map(\.name)
    isDev = tasks.map { $0.split == .dev }
    all = [Seen](repeating: Seen(), count: tasks.count)
    for (place, task) in tasks.enumerated() where task.split == .dev { places[task.name] = place }
  }

  /// Notes what new edits foretell.
  mutating func expect(_ entries: [PoolEntry]) {
    for entry in entries.dropFirst(known) {
      let hypothesis = entry.proposal.hypothesis
      for name in hypothesis.fixes + hypothesis.risks {
        if let place = places[name] { named[place, default: []].insert(entry.id) }
      }
    }
    known = entries.count
  }

  mutating func see(task: Int, edits: [EditID], score: Double) {
    guard isDev.indices.contains(task), isDev[task] else { return }
    all[task].add(score)
    for edit in edits { trials[edit, default: 0] += 1 }
    guard let wanted = named[task] else { return }
    for edit in edits where wanted.contains(edit) {
      carried[edit, default: [:]][task, default: Seen()].add(score)
    }
  }

  /// What an edit's hypothesis foretold, fixes first; tasks that are not known are left out.
  func checks(of entry: PoolEntry) -> [Check] {
    let hypothesis = entry.proposal.hypothesis
    func check(_ name: String, _ isFix: Bool) -> Check? {
      guard let place = places[name] else { return nil }
      let with = carried[entry.id]?[place] ?? Seen()
      let rest = Seen(trials: all[place].trials - with.trials, sum: all[place].sum - with.sum)
      return Check(task: name, isFix: isFix, with: with, without: rest)
    }
    return hypothesis.fixes.compactMap { check($0, true) }
      + hypothesis.risks.compactMap { check($0, false) }
  }
}
