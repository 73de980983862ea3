public import Base
public import Facts

/// What is known of one harness on one task: sums over its trials.
public struct TaskScore: Sendable, Hashable {
  /// The task.
  public let task: Digest
  /// Its name, as it was: not yet safe to print.
  public let name: String
  /// Its split.
  public let split: Split?
  /// Sums over the trials.
  public let tally: Tally

  /// What is known of a task.
  public init(task: Digest, name: String, split: Split?, tally: Tally) {
    self.task = task
    self.name = name
    self.split = split
    self.tally = tally
  }

  /// The mean score of its scored trials; nil when there is none.
  public var mean: Double? { tally.mean }

  /// One score per task from cells, which may be of several runs; in order of name.
  public static func fold(_ cells: [Cell]) -> [TaskScore] {
    var byTask: [Digest: TaskScore] = [:]
    for cell in cells {
      var tally = cell.tally
      if let earlier = byTask[cell.task] { tally.add(earlier.tally) }
      byTask[cell.task] = TaskScore(
        task: cell.task, name: cell.taskName, split: cell.split, tally: tally)
    }
    return byTask.values.sorted { ($0.name, $0.task) < ($1.name, $1.task) }
  }

  /// The task as a record.
  public var json: JSON {
    [
      "task": .string(name), "digest": .string(task.hex),
      "split": .optional(split?.rawValue), "score": .number(mean),
      "trials": tally.trialsJSON, "passes": .int(tally.passes),
      "pass_rate": .number(tally.scored > 0 ? Double(tally.passes) / Double(tally.scored) : nil),
      "usage": tally.usageJSON,
    ]
  }
}

extension Tally {
  /// Adds the sums of other trials.
  package mutating func add(_ other: Tally) {
    trials += other.trials
    finished += other.finished
    scored += other.scored
    passes += other.passes
    scoreSum += other.scoreSum
    scoreSquares += other.scoreSquares
    retries += other.retries
    byOutcome.merge(other.byOutcome, uniquingKeysWith: +)
    wallMs += other.wallMs
    cpuMs += other.cpuMs
    inputTokens += other.inputTokens
    cachedTokens += other.cachedTokens
    outputTokens += other.outputTokens
    tokensKnown += other.tokensKnown
    costSum += other.costSum
    costKnown += other.costKnown
  }

  /// Final attempts that are not scored.
  package var unscored: Int { finished - scored }

  /// Attempts that have ended, the final ones included.
  package var attempts: Int { finished + retries }

  /// Trials by what became of them; an outcome that did not occur is 0.
  package var trialsJSON: JSON {
    var outcomes: [String: JSON] = [:]
    for outcome in Outcome.allCases {
      outcomes[outcome.rawValue] = .int(byOutcome[outcome] ?? 0)
    }
    return [
      "attempted": .int(trials), "finished": .int(finished), "scored": .int(scored),
      "retries": .int(retries), "by_outcome": .object(outcomes),
    ]
  }

  /// What the trials used; null is unknown and never 0.
  package var usageJSON: JSON {
    let known = tokensKnown > 0
    return [
      "cpu_ms": .int(cpuMs), "trial_wall_ms": .int(wallMs),
      "input_tokens": known ? .int(inputTokens) : .null,
      "cached_tokens": known ? .int(cachedTokens) : .null,
      "output_tokens": known ? .int(outputTokens) : .null,
      "cost_usd": .number(costUSD), "attempts": .int(attempts),
      "attempts_with_known_cost": .int(costKnown), "attempts_with_known_tokens": .int(tokensKnown),
    ]
  }

  /// `completed 55  limit 3`, in the order of the taxonomy.
  package var outcomesText: String {
    Outcome.allCases.compactMap { outcome in
      byOutcome[outcome].flatMap { $0 > 0 ? "\(outcome.words) \($0)" : nil }
    }.joined(separator: "  ")
  }
}

extension Outcome {
  /// The outcome in words: `broke its judge`.
  package var words: String {
    self == .brokeJudge ? "broke judge" : rawValue.split(separator: "_").joined(separator: " ")
  }
}
