public import Base
public import Facts
public import Layout
public import Ledger
internal import Score
internal import Stats

extension Leaderboard {
  /// Ranks what was recorded on a suite (the newest run's when none is named) in one split.
  ///
  /// Without a split, that of the largest comparable group is taken. `lab` is all that it ran, where that was
  /// read already.
  public static func read(
    _ reader: LedgerReader, suite named: String? = nil, split: Split? = nil, all: Bool = false,
    window: Window = Window(limit: 50), minCoverage: Double = 0.9, fresh: [FreshRow] = [],
    of lab: (runs: [RunRecord], candidates: [CandidateRecord])? = nil
  ) throws -> Leaderboard {
    let lab = try lab ?? (reader.runs(), reader.candidates())
    let everything = lab.runs
    let runs = everything.filter { $0.fact.type == .eval || $0.fact.type == .imported }
    guard let meant = named ?? runs.first?.fact.suite.hex ?? fresh.first?.run.fact.suite.hex else {
      return Leaderboard(
        suiteName: nil, suite: nil, split: split, groups: [], otherDigests: 0, vaultOpenings: 0,
        showsAll: all, window: window)
    }
    let suite = try reader.suite(meant)
    let candidates = Dictionary(uniqueKeysWithValues: lab.candidates.map { ($0.id, $0) })
    let standings = try reader.standings(
      CellFilter(suite: suite.digest, split: split, types: [.eval, .imported]))
    let chosen = Self.chosen(
      everything.filter { $0.fact.type == .night && $0.suiteName == suite.name }, candidates)
    var groups = Self.group(
      standings, runs: Dictionary(uniqueKeysWithValues: runs.map { ($0.id, $0) }),
      candidates: candidates, tasks: suite.tasks, minCoverage: minCoverage,
      fresh: fresh.filter {
        $0.run.fact.suite == suite.digest && (split == nil || $0.split == split)
      }, chosen: chosen)
    let verified = VerifiedMark.read(runs.filter { $0.fact.suite == suite.digest })
    for group in groups.indices {
      for row in groups[group].rows.indices {
        groups[group].rows[row].verified = verified[groups[group].rows[row].candidate.id]
      }
    }
    // A place depends on those before it, and whether it is shared on the one behind it: on a later page all
    // rows up to its end and one more are ranked.
    let through = window.limit < .max - window.from - 1 ? window.from + window.limit + 1 : .max
    if var first = groups.first {
      let shown = first.rows.prefix(through).filter { $0.mean != nil }
      let cells =
        try reader.cells(
          CellFilter(
            runs: Array(Set(shown.map(\.run.id))),
            candidates: Array(Set(shown.map(\.candidate.id))),
            suite: suite.digest, split: first.conditions.split, types: [.eval, .imported]))
        + fresh.filter { $0.split == first.conditions.split }.flatMap(\.cells)
      Self.rank(&first.rows, means: TaskMeansByRow(cells), limit: through)
      groups[0] = first
    }
    let other = runs.filter { $0.suiteName == suite.name && $0.fact.suite != suite.digest }
    return Leaderboard(
      suiteName: suite.name, suite: suite.digest, split: groups.first?.conditions.split ?? split,
      groups: groups, otherDigests: other.reduce(0) { $0 + max(1, $1.candidates.count) },
      vaultOpenings: try reader.vaultOpenings(suite: suite.digest).count, showsAll: all,
      window: window)
  }

  /// Rows by their conditions: first the group to rank, which is whole, has the most places to give, is the
  /// largest, the newest; then the gate, which decides, and dev; then that with the most tasks.
  ///
  /// Those of `chosen` have no place on the tasks that chose them; sealed tasks chose nobody.
  static func group(
    _ standings: [Standing], runs: [RunID: RunRecord], candidates: [CandidateID: CandidateRecord],
    tasks: [TaskFact], minCoverage: Double, fresh: [FreshRow] = [],
    chosen: Set<CandidateID> = []
  ) -> [Group] {
    var sizes: [Split?: Int] = [:]
    for task in tasks { sizes[task.split, default: 0] += 1 }
    var rows: [Conditions: [Row]] = [:]
    for standing in standings {
      guard let run = runs[standing.run], let candidate = candidates[standing.candidate] else {
        continue
      }
      let conditions = Conditions(
        split: standing.split, recorded: Conditions.comparable(run.fact.conditions),
        tasks: standing.tasks,
        tasksInSplit: sizes[standing.split] ?? standing.tasks,
        trials: standing.fewestTrials...max(standing.fewestTrials, standing.mostTrials))
      rows[conditions, default: []].append(
        Row(run: run, candidate: candidate, standing: standing, minCoverage: minCoverage))
    }
    for guest in fresh {
      let standing = guest.standing
      let conditions = Conditions(
        split: guest.split, recorded: Conditions.comparable(guest.conditions),
        tasks: standing.tasks, tasksInSplit: sizes[guest.split] ?? standing.tasks,
        trials: standing.fewestTrials...max(standing.fewestTrials, standing.mostTrials))
      var row = Row(
        run: guest.run, candidate: guest.candidate, standing: standing, minCoverage: minCoverage)
      row.basis = guest.basis
      rows[conditions, default: []].append(row)
    }
    let merged = Dictionary(
      uniqueKeysWithValues: rows.map { conditions, rows in
        var merged = Self.newestPerCandidate(rows)
        for row in merged.indices where conditions.split != .vault {
          merged[row].isChosen = chosen.contains(merged[row].candidate.id)
        }
        return (conditions, merged)
      })
    func newest(_ rows: [Row]) -> RunID { rows.map(\.run.id).max() ?? RunID(0) }
    let order = merged.sorted { left, right in
      let leftWhole = left.key.isWhole ? 1 : 0
      let rightWhole = right.key.isWhole ? 1 : 0
      let leftFirst = (
        leftWhole, Self.rankable(left.value).count, left.value.count, newest(left.value).number
      )
      let rightFirst = (
        rightWhole, Self.rankable(right.value).count, right.value.count, newest(right.value).number
      )
      if leftFirst != rightFirst { return leftFirst > rightFirst }
      let (one, two) = (left.key.split.precedence, right.key.split.precedence)
      if one != two { return one < two }
      if left.key.tasks != right.key.tasks { return left.key.tasks > right.key.tasks }
      return left.key.text < right.key.text
    }
    guard let first = order.first else { return [] }
    return order.map { conditions, rows in
      Group(
        rows: rows.sorted(by: Row.isBetter),
        differences: conditions.differences(from: first.key), conditions: conditions)
    }
  }

  // Of several runs of one harness the newest with a score stands for it: not the luckiest.
  private static func newestPerCandidate(_ rows: [Row]) -> [Row] {
    Dictionary(grouping: rows, by: \.candidate.id).values.compactMap { same in
      var best = same.max { left, right in
        (left.mean == nil ? 0 : 1, left.run.id) < (right.mean == nil ? 0 : 1, right.run.id)
      }
      best?.evaluations = same.count
      return best
    }
  }

  /// The candidates that nights put together, raced and chose from by dev and gate tasks: all of theirs but the
  /// harness that each began with.
  static func chosen(_ nights: [RunRecord], _ candidates: [CandidateID: CandidateRecord])
    -> Set<CandidateID>
  {
    var chosen: Set<CandidateID> = []
    for night in nights {
      // A night that does not say what it began with began with its first.
      let baseline =
        night.fact.beganWith(night.candidates.compactMap { candidates[$0] })?.id
        ?? night.candidates.min()
      chosen.formUnion(night.candidates.filter { $0 != baseline })
    }
    return chosen
  }

  /// The rows that have a place: with a score, and not chosen by the tasks that gave it; none where only one
  /// is left of several.
  static func rankable(_ rows: [Row]) -> [Int] {
    let free = rows.indices.filter { rows[$0].mean != nil && !rows[$0].isChosen }
    return free.count == 1 && rows.contains { $0.mean != nil && $0.isChosen } ? [] : free
  }

  /// Gives places to the rows that have one; a row shares the place of the first that it cannot be told from.
  static func rank(_ rows: inout [Row], means: TaskMeansByRow, limit: Int = .max) {
    var leader: Int?
    for (place, index) in rankable(rows).enumerated() where index < limit {
      if let first = leader, means.cannotTell(rows[first].key, rows[index].key) {
        rows[index].rank = rows[first].rank
        rows[index].isTied = true
        rows[first].isTied = true
      } else {
        rows[index].rank = place + 1
        leader = index
      }
    }
  }
}

extension Split? {
  /// Which split is shown first.
  fileprivate var precedence: Int {
    switch self {
    case .gate: 0
    case .dev: 1
    case nil: 2
    case .vault: 3
    }
  }
}

extension Leaderboard.Row {
  init(run: RunRecord, candidate: CandidateRecord, standing: Standing, minCoverage: Double) {
    self.run = run
    self.candidate = candidate
    self.standing = standing
    reasons = Scorecard.reasons(
      trials: standing.tally.trials, scored: standing.tally.scored, tasks: standing.tasks,
      scoredTasks: standing.scoredTasks, minCoverage: minCoverage)
    mean = reasons.isEmpty ? standing.meanSum / Double(max(1, standing.scoredTasks)) : nil
  }

  static func isBetter(_ left: Self, _ right: Self) -> Bool {
    let leftMean = left.mean ?? -1
    let rightMean = right.mean ?? -1
    return leftMean == rightMean ? left.candidate.id < right.candidate.id : leftMean > rightMean
  }
}

/// The task means of some rows, for the paired tests between them.
struct TaskMeansByRow {
  private var byRow: [Leaderboard.Row.Key: [(task: Digest, mean: Double)]] = [:]

  init(_ cells: [Cell]) {
    for cell in cells {
      guard let mean = cell.tally.mean else { continue }
      byRow[Leaderboard.Row.Key(run: cell.run, candidate: cell.candidate), default: []].append(
        (cell.task, mean))
    }
  }

  /// Whether the paired test over tasks leaves open which of the two is better.
  func cannotTell(_ left: Leaderboard.Row.Key, _ right: Leaderboard.Row.Key) -> Bool {
    !(PairedDifference(differences(left, right))?.isSeparated ?? false)
  }

  private func differences(_ left: Leaderboard.Row.Key, _ right: Leaderboard.Row.Key) -> [Double] {
    let ofLeft = byRow[left] ?? []
    let ofRight = byRow[right] ?? []
    // Rows of one group cover the same tasks, and cells come in the same order for each.
    if ofLeft.count == ofRight.count, zip(ofLeft, ofRight).allSatisfy({ $0.task == $1.task }) {
      return zip(ofLeft, ofRight).map { $0.mean - $1.mean }
    }
    let byTask = Dictionary(ofRight.map { ($0.task, $0.mean) }, uniquingKeysWith: { $1 })
    return ofLeft.compactMap { task, mean in byTask[task].map { mean - $0 } }
  }
}
