public import Base
public import Facts
public import Layout
public import Ledger
internal import Score
public import Stats

/// The score of one trial, for pairing.
struct TrialScore: Sendable, Hashable {
  let task: Digest
  let name: String
  let split: Split?
  let seed: UInt64
  /// Nil when it is not scored.
  let score: Double?
}

/// Two harnesses on the same tasks, paired by task and seed; the second is judged against the first.
public struct Comparison: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.compare/1"

  /// What the comparison says about the second.
  public enum Verdict: String, Sendable, Hashable, CaseIterable {
    /// The interval of the difference lies above 0.
    case better
    /// It lies below 0.
    case worse
    /// It holds 0.
    case cannotTell = "cannot_tell"
    /// Too few trials are scored, or the two are not comparable.
    case undecided
  }

  /// One task in both.
  public struct Task: Sendable, Hashable {
    /// The task.
    public let task: Digest
    /// Its name, as it was: not yet safe to print.
    public let name: String
    /// Its split.
    public let split: Split?
    /// Scored trials of the first and their mean.
    public let first: Side
    /// Scored trials of the second and their mean.
    public let second: Side
    /// Pairs of trials with the same seed, both scored.
    public let pairs: Int
    /// Second minus first, over the pairs, or over all scored trials where no seed is shared.
    public let difference: Double?
  }

  /// The trials of one task in one of the two.
  public struct Side: Sendable, Hashable {
    /// Trials that were dispatched.
    public let trials: Int
    /// Trials that are scored.
    public let scored: Int
    /// Scored trials with the full score.
    public let passes: Int
    /// The mean of the scored; nil when there is none.
    public let mean: Double?
  }

  /// What the second is judged against.
  public let first: Subject
  /// What is judged.
  public let second: Subject
  /// Sums over all trials of the first.
  public let firstTally: Tally
  /// Sums over all trials of the second.
  public let secondTally: Tally
  /// The tasks that either has, in order of name.
  public let tasks: [Task]
  /// The difference over the tasks that both have scored; nil when there is none.
  public let paired: PairedDifference?
  /// Why the two are not comparable, or too little is scored; empty when all is well.
  public let cautions: [String]
  /// What it says about the second.
  public let verdict: Verdict
  /// How often the vault of the second's suite was opened in this lab.
  public let vaultOpenings: Int

  /// Reads all trials of both and pairs them; those of a night are refused.
  public static func read(
    _ reader: LedgerReader, _ first: Subject, _ second: Subject, split: Split? = nil,
    minCoverage: Double = 0.9
  ) throws -> Comparison {
    let fresh =
      "belay diff \(first.candidate.id) \(second.candidate.id) has its fresh trials;"
      + " belay verify \(second.candidate.id) makes new ones"
    for subject in [first, second] { try subject.refuseNight("compared", hint: fresh) }
    func tally(_ subject: Subject) throws -> Tally {
      var sum = Tally()
      let cells = try reader.cells(
        CellFilter(runs: [subject.run.id], candidates: [subject.candidate.id], split: split))
      for cell in cells { sum.add(cell.tally) }
      return sum
    }
    return Comparison(
      first: first, second: second,
      firstTrials: try trials(reader, first, split),
      secondTrials: try trials(reader, second, split),
      firstTally: try tally(first), secondTally: try tally(second), minCoverage: minCoverage,
      vaultOpenings: try reader.vaultOpenings(suite: second.run.fact.suite).count)
  }

  private static func trials(_ reader: LedgerReader, _ subject: Subject, _ split: Split?) throws
    -> [TrialScore]
  {
    var scores: [TrialScore] = []
    var last: TrialID?
    while true {
      let page = try reader.trials(
        TrialFilter(run: subject.run.id, candidate: subject.candidate.id, split: split),
        after: last, limit: 1000)
      scores += page.map { trial in
        TrialScore(
          task: trial.fact.task, name: trial.taskName, split: trial.split, seed: trial.fact.seed,
          score: trial.isFinished ? trial.latest?.score : nil)
      }
      guard let end = page.last, page.count == 1000 else { return scores }
      last = end.id
    }
  }

  init(
    first: Subject, second: Subject, firstTrials: [TrialScore], secondTrials: [TrialScore],
    firstTally: Tally, secondTally: Tally, minCoverage: Double = 0.9,
    vaultOpenings: Int = 0
  ) {
    self.vaultOpenings = vaultOpenings
    self.first = first
    self.second = second
    self.firstTally = firstTally
    self.secondTally = secondTally
    let lefts = Dictionary(grouping: firstTrials, by: \.task)
    let rights = Dictionary(grouping: secondTrials, by: \.task)
    tasks = Set(lefts.keys).union(rights.keys)
      .map { Task($0, lefts[$0] ?? [], rights[$0] ?? []) }
      .sorted { ($0.name, $0.task) < ($1.name, $1.task) }
    let differences = tasks.compactMap(\.difference)
    paired = PairedDifference(differences)
    let cautions = Self.cautions(first, second, tasks, minCoverage)
    self.cautions = cautions
    verdict =
      switch paired {
      case .some(let paired) where cautions.isEmpty:
        !paired.isSeparated ? .cannotTell : paired.difference.mean > 0 ? .better : .worse
      default: .undecided
      }
  }

  private static func cautions(
    _ first: Subject, _ second: Subject, _ tasks: [Task], _ minCoverage: Double
  ) -> [String] {
    var found: [String] = []
    let (left, right) = (first.run.fact, second.run.fact)
    if left.suite != right.suite {
      found.append("not the same suite: \(left.suite.short) and \(right.suite.short)")
    }
    found += Conditions.differences(left.conditions, right.conditions, at: "")
    for (subject, side) in [(first, \Task.first), (second, \Task.second)] {
      let reasons = Scorecard.reasons(
        trials: tasks.reduce(0) { $0 + $1[keyPath: side].trials },
        scored: tasks.reduce(0) { $0 + $1[keyPath: side].scored }, tasks: tasks.count,
        scoredTasks: tasks.count { $0[keyPath: side].mean != nil }, minCoverage: minCoverage)
      found += reasons.map { "\(subject.label): \($0)" }
    }
    return found
  }

  /// Whether the second is certainly worse: what `--fail-on-regression` asks.
  public var isRegression: Bool { verdict == .worse }

  /// The tasks that moved most, best first, then those that got worse.
  public func movers(_ limit: Int = 5) -> [Task] {
    let moved = tasks.filter { abs($0.difference ?? 0) > 1e-12 }
      .sorted { ($1.difference ?? 0, $0.name) < ($0.difference ?? 0, $1.name) }
    // Half of the places for each side; what one side does not need is the other's.
    let better = moved.count { ($0.difference ?? 0) > 0 }
    let worse = min(moved.count - better, max(limit, 2 * limit - better))
    return moved.prefix(min(better, 2 * limit - worse)) + moved.suffix(worse)
  }
}

extension Comparison.Task {
  init(_ task: Digest, _ left: [TrialScore], _ right: [TrialScore]) {
    self.task = task
    name = (left.first ?? right.first)?.name ?? task.short
    split = (left.first ?? right.first)?.split
    first = Comparison.Side(left)
    second = Comparison.Side(right)
    // A seed may occur more than once; each use is paired once.
    var bySeed: [UInt64: [Double]] = [:]
    for trial in left {
      if let score = trial.score { bySeed[trial.seed, default: []].append(score) }
    }
    var differences: [Double] = []
    for trial in right {
      guard let score = trial.score, let partner = bySeed[trial.seed]?.popLast() else { continue }
      differences.append(score - partner)
    }
    pairs = differences.count
    if !differences.isEmpty {
      difference = differences.reduce(0, +) / Double(differences.count)
    } else if let one = first.mean, let two = second.mean {
      difference = two - one
    } else {
      difference = nil
    }
  }
}

extension Comparison.Side {
  init(_ trials: [TrialScore]) {
    let scores = trials.compactMap(\.score)
    self.trials = trials.count
    scored = scores.count
    passes = scores.count { $0 == 1 }
    mean = scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
  }

  var json: JSON {
    [
      "trials": .int(trials), "scored": .int(scored), "passes": .int(passes),
      "score": .number(mean),
    ]
  }
}
