public import Base
public import Facts
public import Layout
internal import Score
public import Stats

/// A candidate with fresh seeds on tasks that decide, against another: whether its gain is confirmed.
public struct Verification: ReportPage {
  /// The name and version of its record.
  public static let schema = "belay.verify/1"

  /// What it says.
  public enum Word: String, Sendable, Hashable, CaseIterable {
    /// The interval lies above 0.
    case confirmed
    /// The interval holds 0.
    case notConfirmed = "not_confirmed"
    /// The interval lies below 0.
    case worse
    /// Too few trials are scored, or the two are not comparable.
    case undecided
  }

  /// The comparison behind it, the candidate second.
  public let comparison: Comparison
  /// The mean difference over tasks.
  public let mean: Double?
  /// Where it lies at 95 %, tasks of one family taken together; nil where all are of one.
  public let interval: Interval?
  /// Families with more than one task; 0 where each task stands alone.
  public let families: Int
  /// The seed of the fresh trials.
  public let seed: UInt64
  /// On which tasks: gate or dev.
  public let split: String
  /// The night that chose the candidate by these very tasks; nil where none did.
  public let chooser: RunID?
  /// What it says.
  public let word: Word

  /// Judges a comparison; `families` names the family of tasks that belong to one.
  public init(
    _ comparison: Comparison, families: [Digest: String], seed: UInt64, split: String,
    chooser: RunID? = nil
  ) {
    self.comparison = comparison
    self.seed = seed
    self.split = split
    self.chooser = chooser
    let rows = comparison.tasks.compactMap { task in
      task.difference.map { (difference: $0, name: families[task.task] ?? "task \(task.task.hex)") }
    }
    let groups = Dictionary(grouping: rows, by: \.name)
    self.families = groups.values.count { $0.count > 1 }
    var numbers: [String: Int] = [:]
    for name in groups.keys.sorted() { numbers[name] = numbers.count }
    interval = ClusteredError.interval(
      rows.map { (difference: $0.difference, cluster: numbers[$0.name] ?? 0) }, confidence: 0.95)
    mean = comparison.paired?.difference.mean
    if let interval, comparison.cautions.isEmpty {
      word = interval.low > 0 ? .confirmed : interval.high < 0 ? .worse : .notConfirmed
    } else {
      word = .undecided
    }
  }

  /// What is kept with the run of the fresh trials.
  public var summary: JSON {
    [
      "candidate": .string("\(comparison.second.candidate.id)"),
      "against": .string("\(comparison.first.candidate.id)"), "word": .string(word.rawValue),
      "mean": .number(mean), "low": .number(interval?.low), "high": .number(interval?.high),
      "confidence": .double(0.95), "tasks": .int(comparison.tasks.count),
      "pairs": .int(comparison.tasks.reduce(0) { $0 + $1.pairs }), "seed": .string("\(seed)"),
      "split": .string(split), "chosen_on_these_tasks": .bool(chooser != nil),
      "clustered_families": .int(families),
    ]
  }

  /// The one record.
  public var items: [JSON] {
    var record = summary
    record["run"] = .string("\(comparison.second.run.id)")
    record["against_run"] = .string("\(comparison.first.run.id)")
    record["cautions"] = .array(comparison.cautions.map(JSON.string))
    record["rehearsal"] = .bool(comparison.second.run.fact.rehearsal != nil)
    return [record]
  }

  /// Commands that lead on.
  public var hints: [String] {
    let (first, second) = (comparison.first, comparison.second)
    var hints = ["belay compare \(first.label) \(second.label)"]
    if word == .confirmed {
      hints.append("belay promote \(second.candidate.id) --as champion --reason '…'")
    }
    return hints
  }

  /// The answer with its figures.
  public func text(width: Int) -> String {
    let (first, second) = (comparison.first, comparison.second)
    let says =
      switch word {
      case .confirmed:
        "CONFIRMED: \(second.candidate.id) is better than \(first.candidate.id) on these tasks"
      case .notConfirmed:
        "NOT CONFIRMED: \(second.candidate.id) cannot be told from \(first.candidate.id)"
      case .worse: "WORSE: \(second.candidate.id) is worse than \(first.candidate.id)"
      case .undecided: "UNDECIDED: the trials do not settle it"
      }
    var lines = Prose.wrap(says, width: width, indent: 2)
    let bound =
      interval.map {
        "95% interval \(Figure.range($0, signed: true)), clustered by \(families > 0 ? "family" : "task")"
      } ?? (mean == nil ? "" : "no interval: all tasks are of one family")
    lines += Prose.parts(
      [
        "\(Figure.percent(mean, signed: true)) pp",
        bound, Figure.plural(comparison.tasks.count, "\(split) task"),
        "\(Figure.plural(comparison.tasks.reduce(0) { $0 + $1.pairs }, "pair")) of fresh trials",
        "seed \(seed)", second.run.fact.rehearsal ?? "",
      ], width: width, indent: 2)
    if let chooser, word == .confirmed || word == .notConfirmed {
      lines += Prose.wrap(
        "the seeds are fresh, the tasks are not: \(chooser) chose \(second.candidate.id) by these "
          + "\(split) tasks, so that its gain on others is likely smaller than this one. What sealed tasks "
          + "said of it stands in belay report \(chooser).", width: width, indent: 2)
    }
    for caution in comparison.cautions {
      lines += Prose.wrap("caution: \(caution)", width: width, indent: 2)
    }
    return Prose.text(lines)
  }
}

/// How often a candidate was tried again with fresh seeds, and what came of it.
public struct VerifiedMark: Sendable, Hashable {
  /// Verifications that confirmed it.
  public let confirmed: Int
  /// All verifications.
  public let all: Int

  /// The marks of the candidates of some runs.
  public static func read(_ runs: [RunRecord]) -> [CandidateID: VerifiedMark] {
    var words: [CandidateID: [String]] = [:]
    for run in runs {
      let record = run.end?.summary["verification"] ?? .null
      guard let id = record["candidate"].string.flatMap({ CandidateID($0) }),
        let word = record["word"].string
      else { continue }
      words[id, default: []].append(word)
    }
    return words.mapValues { words in
      VerifiedMark(
        confirmed: words.count { $0 == Verification.Word.confirmed.rawValue }, all: words.count)
    }
  }

  var text: String {
    if confirmed == all { return all == 1 ? "yes" : "yes, \(all) times" }
    return confirmed == 0 ? "no" : "\(confirmed) of \(all) times"
  }

  var json: JSON { ["confirmed": .int(confirmed), "times": .int(all)] }
}
