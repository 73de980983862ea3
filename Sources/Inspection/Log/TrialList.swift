public import Base
public import Facts
public import Layout
public import Ledger
internal import Score

/// Trials that fit, in the order of their dispatch.
public struct TrialList: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.trials/1"

  /// The trials that are shown.
  public let trials: [TrialRecord]
  /// How many fit.
  public let total: Int
  /// Whether there are more behind them.
  public let isTruncated: Bool
  /// Those whose tasks are not told.
  let withheld: Set<TrialID>

  /// Reads a page, from behind a trial; trials that are withheld stand in it without task and score, and are not
  /// found by their task.
  public static func read(
    _ reader: LedgerReader, _ filter: TrialFilter, after: TrialID? = nil, limit: Int = 50,
    withholding: Withholding = { _ in false }
  ) throws -> TrialList {
    let found = try reader.trials(filter, after: after, limit: limit + 1)
    let withheld = try found.filter(withholding)
    if filter.task != nil, let one = withheld.first {
      throw BelayError(
        .usage, "these are trials of \(one.split.anonymousTask): \(one.split.whyWithheld)",
        place: "\(one.fact.run)", hint: "belay report \(one.fact.run)")
    }
    let hidden = Set(withheld.map(\.id))
    return TrialList(
      trials: found.prefix(limit).map { hidden.contains($0.id) ? $0.discreet() : $0 },
      total: try reader.trialCount(filter), isTruncated: found.count > limit, withheld: hidden)
  }

  /// Where the next page begins.
  public var next: String? { isTruncated ? trials.last.map { "\($0.id)" } : nil }
  /// Whole counts.
  public var counts: [String: Int] { ["items": total] }
  /// One record per trial.
  public var items: [JSON] {
    trials.map { $0.json(content: false, isWithheld: withheld.contains($0.id)) }
  }
  /// Commands that lead on.
  public var hints: [String] { trials.first.map { ["belay trace \($0.id)"] } ?? [] }

  /// The list as a table.
  public func text(width: Int) -> String {
    var table = TextTable([
      TextTable.Column(title: "trial"), TextTable.Column(title: "candidate"),
      TextTable.Column(title: "task", shrinksTo: 10), TextTable.Column(title: "ended"),
      TextTable.Column(title: "score", right: true),
      TextTable.Column(title: "took", right: true, leaves: 1),
    ])
    for trial in trials {
      table.add([
        "\(trial.id)", "\(trial.fact.candidate)", trial.taskName,
        trial.latest?.outcome.words ?? "running",
        withheld.contains(trial.id)
          ? "withheld" : Figure.percent(trial.isFinished ? trial.latest?.score : nil),
        Figure.duration(milliseconds: trial.latest?.usage.wallMs),
      ])
    }
    return Prose.text(table.lines(width: width))
  }
}
