internal import Base
internal import Calls
internal import Facts
internal import Ledger
internal import NightReading
internal import Stats

/// A trial of a night with what it was for.
struct NightTrial: Sendable {
  let record: TrialRecord
  /// pilot, smoke, screen, race, bank, twin, report or vault; empty for one that the night does not know.
  let purpose: String
  /// How often models were asked; nil when nobody knows.
  let turns: Int?

  /// The score of a trial that has its last attempt; nil when it is not scored.
  var score: Double? { record.isFinished ? record.latest?.score : nil }

  /// All trials of a candidate in a night, in the order of dispatch.
  static func read(_ reader: LedgerReader, _ view: NightView, _ candidate: CandidateID) throws
    -> [NightTrial]
  {
    let turns = try reader.turns(run: view.run.id, candidate: candidate)
    var found: [NightTrial] = []
    try reader.eachTrial(TrialFilter(run: view.run.id, candidate: candidate)) { trial in
      found.append(
        NightTrial(
          record: trial, purpose: view.fold.purpose(ofTrial: trial.fact.index) ?? "",
          turns: turns[trial.id]))
    }
    return found
  }

  /// Those that tell of a candidate on a split: fresh ones where there are any, of the report before those of
  /// the bank; else those of its race, or of the screening, which chose.
  static func telling(_ trials: [NightTrial], _ split: Split) -> (
    trials: [NightTrial], basis: String
  )? {
    let ofSplit = trials.filter { $0.record.split == split }
    let order: [[String]] =
      switch split {
      case .gate: [["report"], ["bank"], ["race"]]
      case .dev: [["pilot", "screen", "smoke"]]
      case .vault: [["vault"]]
      }
    for purposes in order {
      let some = ofSplit.filter { purposes.contains($0.purpose) }
      if some.contains(where: { $0.score != nil }) {
        return (some, purposes == ["pilot", "screen", "smoke"] ? "screening" : purposes[0])
      }
    }
    return nil
  }
}

/// Two candidates on the tasks of one split, task by task.
struct SplitDifference: Sendable {
  struct Task: Sendable {
    let name: String
    let digest: Digest
    let first: [Double]
    let second: [Double]
    /// How often chance alone moves a task this far, on so many trials.
    let pValue: Double?

    init(name: String, digest: Digest, first: [Double], second: [Double]) {
      self.name = name
      self.digest = digest
      self.first = first
      self.second = second
      pValue = Comparisons.permutation(first, second)
    }

    var difference: Double {
      second.reduce(0, +) / Double(second.count) - first.reduce(0, +) / Double(first.count)
    }
  }

  let split: Split
  /// What the trials of each side were for.
  let basis: (first: String, second: String)
  /// The tasks that both have scored trials on, by name.
  let tasks: [Task]
  /// Those that moved by more than chance allows in one of so many tasks: 5 % for all of them together.
  let tellingTasks: Set<Digest>
  let paired: PairedDifference

  /// Nil where the two share no task.
  init?(_ first: [NightTrial], _ second: [NightTrial], _ split: Split) {
    guard var left = NightTrial.telling(first, split), let right = NightTrial.telling(second, split)
    else { return nil }
    // A race's trials have their partners in the control's bank, draw by draw.
    if right.basis == "race", left.basis == "report" {
      let bank = first.filter { $0.purpose == "bank" && $0.record.split == split }
      if !bank.isEmpty { left = (bank, "bank") }
    }
    func byTask(_ trials: [NightTrial]) -> [Digest: (name: String, scores: [Double])] {
      var tasks: [Digest: (name: String, scores: [Double])] = [:]
      for trial in trials {
        guard let score = trial.score else { continue }
        tasks[trial.record.fact.task, default: (trial.record.taskName, [])].scores.append(score)
      }
      return tasks
    }
    let (mine, theirs) = (byTask(left.trials), byTask(right.trials))
    tasks = mine.compactMap { digest, one in
      theirs[digest].map {
        Task(name: one.name, digest: digest, first: one.scores, second: $0.scores)
      }
    }.sorted { ($0.name, $0.digest) < ($1.name, $1.digest) }
    let tells = Comparisons.holm(tasks.map(\.pValue), level: 0.05)
    tellingTasks = Set(zip(tasks, tells).filter(\.1).map(\.0.digest))
    guard let paired = PairedDifference(tasks.map(\.difference)) else { return nil }
    self.paired = paired
    self.split = split
    basis = (left.basis, right.basis)
  }

  /// Whether the trials of a side chose that side.
  var isSelected: Bool {
    let choosing = ["race", "screening"]
    return choosing.contains(basis.first) || choosing.contains(basis.second)
  }

  /// Whether it says anything to a person; of the screening each candidate has a trial or two.
  var tellsMuch: Bool { tasks.count >= (basis.second == "screening" ? 5 : 1) }

  /// The means over the tasks that both have.
  var means: (first: Double, second: Double) {
    func mean(_ scores: (Task) -> [Double]) -> Double {
      tasks.reduce(0) { $0 + scores($1).reduce(0, +) / Double(scores($1).count) }
        / Double(tasks.count)
    }
    return (mean(\.first), mean(\.second))
  }

  /// The tasks that moved most, up and down, at most so many of each.
  func movers(_ most: Int) -> (better: [Task], worse: [Task]) {
    let moved = tasks.filter { abs($0.difference) > 1e-9 }
    let up = moved.filter { $0.difference > 0 }
      .sorted { ($1.difference, $0.name) < ($0.difference, $1.name) }
    let down = moved.filter { $0.difference < 0 }
      .sorted { ($0.difference, $0.name) < ($1.difference, $1.name) }
    return (Array(up.prefix(most)), Array(down.prefix(most)))
  }
}

/// How two candidates behave, on the tasks that both were tried on: means over tasks of means over trials.
struct Behaviour: Sendable {
  struct Line: Sendable {
    let name: String
    let first: Double?
    let second: Double?
    /// How many trials say so, on each side.
    let trials: (first: Int, second: Int)
  }

  let lines: [Line]
  let tasks: Int

  init(_ first: [NightTrial], _ second: [NightTrial]) {
    let (left, right) = (Self.ended(first), Self.ended(second))
    let shared = Set(left.keys).intersection(right.keys)
    tasks = shared.count
    let measures: [(String, (NightTrial) -> Double?)] = [
      ("turns", { $0.turns.map(Double.init) }),
      ("limit", { $0.record.latest.map { $0.outcome == .limit ? 1 : 0 } }),
      ("refusal", { $0.record.latest.map { $0.outcome == .refusal ? 1 : 0 } }),
      ("cost_usd", { $0.record.latest?.usage.costUSD }),
      ("input_tokens", { $0.record.latest?.usage.inputTokens.map(Double.init) }),
      ("output_tokens", { $0.record.latest?.usage.outputTokens.map(Double.init) }),
      ("wall_ms", { $0.record.latest.map { Double($0.usage.wallMs) } }),
    ]
    lines = measures.map { name, value in
      let one = Self.mean(left, shared, value)
      let two = Self.mean(right, shared, value)
      return Line(
        name: name, first: one.mean, second: two.mean,
        trials: (one.trials, two.trials))
    }
  }

  private static func ended(_ trials: [NightTrial]) -> [Digest: [NightTrial]] {
    Dictionary(grouping: trials.filter { $0.record.isFinished }, by: \.record.fact.task)
  }

  private static func mean(
    _ trials: [Digest: [NightTrial]], _ tasks: Set<Digest>, _ value: (NightTrial) -> Double?
  ) -> (mean: Double?, trials: Int) {
    var means: [Double] = []
    var count = 0
    for task in tasks.sorted() {
      let values = (trials[task] ?? []).compactMap(value)
      guard !values.isEmpty else { continue }
      means.append(values.reduce(0, +) / Double(values.count))
      count += values.count
    }
    return (means.isEmpty ? nil : means.reduce(0, +) / Double(means.count), count)
  }
}
