public import Base
public import Facts
internal import Layout
public import Stats

/// Whether there are enough scored trials to state a score.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
  /// There are.
  case scored
  /// There are not; no number is stated.
  case undecided
}

/// The score of one harness on some tasks, or the reasons why none can be stated.
public struct Scorecard: Sendable, Hashable {
  /// The tasks, in order of name.
  public let tasks: [TaskScore]
  /// Sums over all their trials.
  public let tally: Tally
  /// The mean of the task means with its interval; nil when undecided.
  public let score: ClusteredMean?
  /// Why no score is stated; empty when one is.
  public let reasons: [String]
  /// The share of attempted trials that must be scored.
  public let minCoverage: Double

  /// Whether a score is stated.
  public var verdict: Verdict { score == nil ? .undecided : .scored }
  /// The share of attempted trials that are scored; nil before the first.
  public var coverage: Double? {
    tally.trials > 0 ? Double(tally.scored) / Double(tally.trials) : nil
  }

  /// Scores some tasks; `expected` names those that should have trials, whether or not they have.
  public init(_ tasks: [TaskScore], expected: [TaskFact] = [], minCoverage: Double = 0.9) {
    let present = Set(tasks.map(\.task))
    let absent = expected.filter { !present.contains($0.digest) }
      .map { TaskScore(task: $0.digest, name: $0.name, split: $0.split, tally: Tally()) }
    let all = (tasks + absent).sorted { ($0.name, $0.task) < ($1.name, $1.task) }
    var tally = Tally()
    for task in all { tally.add(task.tally) }
    self.tasks = all
    self.tally = tally
    self.minCoverage = minCoverage
    reasons = Self.reasons(
      trials: tally.trials, scored: tally.scored, tasks: all.count,
      scoredTasks: all.count { $0.mean != nil }, minCoverage: minCoverage)
    let means = reasons.isEmpty ? all.compactMap(\.mean) : []
    score = TaskMeans.score(means).map(\.inUnitRange)
  }

  /// Why a score cannot be stated.
  package static func reasons(
    trials: Int, scored: Int, tasks: Int, scoredTasks: Int, minCoverage: Double
  ) -> [String] {
    guard trials > 0 else { return ["no trial was attempted"] }
    var reasons: [String] = []
    // Compared as counts: 0.9 * 10 must be met by 9, whatever binary fractions make of it.
    if Double(scored) < minCoverage * Double(trials) - 1e-9 {
      reasons.append(
        "\(scored) of \(Figure.plural(trials, "trial")) scored, "
          + "\(Figure.percent(minCoverage))% needed")
    }
    if scoredTasks < tasks {
      reasons.append("\(Figure.plural(tasks - scoredTasks, "task")) without a scored trial")
    }
    return reasons
  }

  /// pass@k for each k that every task has trials for; a pass is the full score. Empty when undecided.
  public var passAtK: [(k: Int, value: Double)] {
    guard score != nil, let fewest = tasks.map(\.tally.scored).min() else { return [] }
    let counts = tasks.map { (passes: $0.tally.passes, trials: $0.tally.scored) }
    return PassAtK.shown(trials: fewest).compactMap { k in
      PassAtK.mean(counts, k: k).map { (k, $0) }
    }
  }

  /// The tasks with the lowest scores, those that failed to score first; none with the full score.
  public func worst(_ limit: Int = 5) -> [TaskScore] {
    let lacking = tasks.filter { ($0.mean ?? -1) < 1 }
    return Array(
      lacking.sorted { ($0.mean ?? -1, $0.name, $0.task) < ($1.mean ?? -1, $1.name, $1.task) }
        .prefix(limit))
  }

  /// The score and what it rests on, as members of a record.
  public var fields: [String: JSON] {
    var passes: [String: JSON] = [:]
    for (k, value) in passAtK { passes["\(k)"] = .number(value) }
    return [
      "score": score?.json ?? .null, "verdict": .string(verdict.rawValue),
      "reasons": .array(reasons.map(JSON.string)), "coverage": .number(coverage),
      "min_coverage": .number(minCoverage), "tasks": .int(tasks.count),
      "pass_at_k": .object(passes), "trials": tally.trialsJSON, "usage": tally.usageJSON,
    ]
  }
}

extension ClusteredMean {
  /// A score cannot leave 0...1, so neither can its interval.
  package var inUnitRange: ClusteredMean {
    ClusteredMean(
      mean: mean, interval: interval.clamped(to: 0...1), standardError: standardError,
      tasks: tasks, method: method)
  }

  /// A difference of scores cannot leave -1...1.
  package var inDifferenceRange: ClusteredMean {
    ClusteredMean(
      mean: mean, interval: interval.clamped(to: -1...1), standardError: standardError,
      tasks: tasks, method: method)
  }

  /// Mean and ends as fractions, with the way that they were found.
  package var json: JSON {
    [
      "mean": .number(mean), "low": .number(interval.low), "high": .number(interval.high),
      "method": .string(method.rawValue), "confidence": .double(0.95),
      "standard_error": .number(standardError), "tasks": .int(tasks),
    ]
  }
}
