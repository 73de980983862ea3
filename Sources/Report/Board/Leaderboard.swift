public import Base
public import Facts
public import Layout
internal import Score
public import Stats

/// Harnesses on one suite in order of score; only rows that are comparable are ranked.
public struct Leaderboard: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.leaderboard/1"

  /// One candidate in one run.
  public struct Row: Sendable, Hashable {
    /// The place from 1, shared by rows that cannot be told apart; nil for what is not ranked.
    public internal(set) var rank: Int?
    /// Whether another row has the same place.
    public internal(set) var isTied = false
    /// The run.
    public let run: RunRecord
    /// The candidate.
    public let candidate: CandidateRecord
    /// Its sums.
    public let standing: Standing
    /// The mean of the task means; nil when undecided.
    public let mean: Double?
    /// Why there is no score; empty when there is one.
    public let reasons: [String]
    /// How many runs of this candidate under these conditions there are; this is the newest with a score.
    public internal(set) var evaluations = 1
    /// What the trials were for, where they are those of a night; nil for those of an evaluation.
    public internal(set) var basis: String?
    /// Whether a night chose it by tasks of this split, so that it stands on no common ground with those that
    /// none did.
    public internal(set) var isChosen = false
    /// How often it was tried again with fresh seeds; nil when never.
    public internal(set) var verified: VerifiedMark?
  }

  /// Rows that share their conditions.
  public struct Group: Sendable, Hashable {
    /// The rows, best first, undecided ones last.
    public internal(set) var rows: [Row]
    /// In what its conditions differ from those of the ranked rows; empty for the ranked ones.
    public let differences: [String]
    let conditions: Conditions
  }

  /// The suite's name; nil in a lab without runs.
  public let suiteName: String?
  /// The suite's digest.
  public let suite: Digest?
  /// The split that is ranked.
  public let split: Split?
  /// The groups: the ranked one first, then those that are not comparable with it.
  public let groups: [Group]
  /// Rows on earlier or later forms of the suite, which have another digest.
  public let otherDigests: Int
  /// How often the suite's vault was opened in this lab.
  public let vaultOpenings: Int
  /// Whether rows that are not comparable are shown.
  public let showsAll: Bool
  let window: Window

  var ranked: Group? { groups.first }

  /// The rows that are shown.
  public var rows: [Row] { shown.flatMap(\.rows) }

  // One candidate of a night may stand in several groups, so that the window counts places and not ids.
  var shown: [(group: Group, rows: [Row])] {
    var before = 0
    return (showsAll ? groups : Array(groups.prefix(1))).map { group in
      defer { before += group.rows.count }
      let first = max(window.from - before, 0)
      let end = window.from > .max - window.limit ? Int.max : window.from + window.limit
      return (group, Array(group.rows.dropFirst(first).prefix(max(end - before - first, 0))))
    }.filter { !$0.rows.isEmpty }
  }

  /// Whether there are rows behind those that are shown.
  public var isTruncated: Bool { window.isCut(allRows) }
  /// Where the next page begins.
  public var next: String? { window.next(allRows) }

  package var allRows: Int {
    showsAll ? groups.reduce(0) { $0 + $1.rows.count } : ranked?.rows.count ?? 0
  }

  /// Rows that are not comparable with the ranked ones.
  public var incomparable: Int {
    groups.dropFirst().reduce(otherDigests) { $0 + $1.rows.count }
  }

  /// Whole counts.
  public var counts: [String: Int] {
    [
      "rows": allRows, "ranked": ranked.map { Self.rankable($0.rows).count } ?? 0,
      "chosen": ranked?.rows.count(where: \.isChosen) ?? 0,
      "undecided": ranked?.rows.count { $0.mean == nil } ?? 0,
      "not_comparable": incomparable, "vault_openings": vaultOpenings,
    ]
  }

  /// One record per row.
  public var items: [JSON] {
    shown.flatMap { group, rows in
      rows.map { row in
        var record = row.json
        record["suite"] = .optional(suiteName)
        record["suite_digest"] = .optional(suite?.hex)
        record["conditions"] = row.run.fact.conditions
        record["rehearsal"] = .bool(row.run.fact.rehearsal != nil)
        record["comparable"] = .bool(group.differences.isEmpty)
        record["differs_in"] = .array(group.differences.map(JSON.string))
        return record
      }
    }
  }

  /// Commands that lead on.
  public var hints: [String] {
    guard let suiteName, let suite else { return ["belay eval oracle --suite DIR"] }
    let word = suite.pasteable(suiteName)
    var hints: [String] = []
    if !showsAll, incomparable > otherDigests {
      hints.append("belay leaderboard --suite \(word) --all")
    }
    if rows.count > 1, rows.prefix(2).contains(where: { $0.basis != nil }) {
      // All trials of a night's candidate together hold those that chose it: diff leaves these out.
      hints.append("belay diff \(rows[1].candidate.id) \(rows[0].candidate.id)")
    } else if rows.count > 1 {
      let labels = rows.prefix(2).map { Subject(run: $0.run, candidate: $0.candidate).label }
      hints.append("belay compare \(labels[1]) \(labels[0])")
    }
    return hints + ["belay matrix --suite \(word)"]
  }
}

extension Leaderboard.Row {
  struct Key: Hashable {
    let run: RunID
    let candidate: CandidateID
  }

  var key: Key { Key(run: run.id, candidate: candidate.id) }

  /// The score with its interval; nil when undecided.
  ///
  /// Found when it is asked for: of thousands of rows a few dozen are shown.
  public var score: ClusteredMean? {
    guard mean != nil, let lowest = standing.lowestMean, let highest = standing.highestMean else {
      return nil
    }
    return TaskMeans.score(
      tasks: standing.scoredTasks, sum: standing.meanSum, sumOfSquares: standing.meanSquares,
      lowest: lowest, highest: highest)?.inUnitRange
  }

  /// Money for one attempt whose cost is known.
  var costEach: Double? {
    standing.tally.costUSD.map { $0 / Double(max(1, standing.tally.costKnown)) }
  }

  /// Tokens for one attempt whose tokens are known.
  var tokensEach: Int? {
    let tally = standing.tally
    return tally.tokensKnown > 0
      ? (tally.inputTokens + tally.outputTokens) / tally.tokensKnown : nil
  }

  /// Wall clock for one attempt.
  var wallEach: Int? {
    standing.tally.attempts > 0 ? standing.tally.wallMs / standing.tally.attempts : nil
  }

  /// The models that answered its trials, by name; not yet safe to print.
  var models: [String] {
    let known = run.fact.conditions["models"].object ?? [:]
    return Set(
      known.filter { !RunFact.nightRoles.contains($0.key) }.values.compactMap(\.string)
    ).sorted()
  }

  var json: JSON {
    [
      "rank": .optional(rank), "tied": .bool(isTied), "run": .string("\(run.id)"),
      "candidate": .string("\(candidate.id)"), "harness": candidate.json,
      "split": .optional(standing.split?.rawValue), "score": score?.json ?? .null,
      "verdict": .string((mean == nil ? Verdict.undecided : .scored).rawValue),
      "reasons": .array(reasons.map(JSON.string)), "tasks": .int(standing.tasks),
      "tasks_scored": .int(standing.scoredTasks),
      "trials_per_task": [.int(standing.fewestTrials), .int(standing.mostTrials)],
      "trials": standing.tally.trialsJSON, "passes": .int(standing.tally.passes),
      "usage": standing.tally.usageJSON, "cost_usd_per_attempt": .number(costEach),
      "tokens_per_attempt": .optional(tokensEach), "wall_ms_per_attempt": .optional(wallEach),
      "models": .array(models.map(JSON.string)), "fresh_trials_of_a_night": .optional(basis),
      "chosen_on_these_tasks": .bool(isChosen),
      "evaluations": .int(evaluations), "verified": verified?.json ?? .null,
      "started_at": .string("\(run.fact.startedAt)"),
      "ending": .optional(run.end?.ending.rawValue), "type": .string(run.fact.type.rawValue),
    ]
  }
}
