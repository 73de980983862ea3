public import Base
public import Layout
public import NightLog

/// Who was made champion of a suite, newest first.
public struct ChampionPage: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.champions/1"

  /// The suite's name; not yet safe to print.
  public let suite: String
  /// The records, newest first.
  public let records: [ChampionRecord]
  private let name: String

  /// The champions of a suite under one name, newest first.
  public init(suite: String, name: String, records: [ChampionRecord]) {
    self.suite = suite
    self.name = name
    self.records = records.filter { $0.name == name }
  }

  /// Who it is now; nil when nobody was promoted.
  public var current: CandidateID? { stack.last?.candidate }

  /// Who it was before the one that it is now; nil when there was nobody.
  public var previous: CandidateID? { stack.dropLast().last?.candidate }

  /// The reason that makes a promotion a revert.
  public static func revert(of candidate: CandidateID, because reason: String) -> String {
    "\(ChampionRecord.revertMark)\(candidate), \(reason)"
  }

  // A revert takes the last promotion off again, so that the next one goes further back.
  private var stack: [ChampionRecord] {
    var stack: [ChampionRecord] = []
    for record in records.reversed() {
      if record.reason.hasPrefix(ChampionRecord.revertMark), stack.count > 1,
        stack[stack.count - 2].candidate == record.candidate
      {
        stack.removeLast()
      } else {
        stack.append(record)
      }
    }
    return stack
  }

  /// One record for each promotion.
  public var items: [JSON] {
    records.map {
      [
        "candidate": .string("\($0.candidate)"), "name": .string($0.name),
        "at": .string("\($0.at)"),
        "by": .string($0.author), "reason": .string($0.reason),
      ]
    }
  }

  /// Who it is now.
  public var fields: [String: JSON] {
    [
      "suite": .string(suite), "champion": .optional(current.map { "\($0)" }),
      "previous": .optional(previous.map { "\($0)" }), "name": .string(name),
    ]
  }

  /// Commands that lead on.
  public var hints: [String] {
    current.map { ["belay checkout \($0) DIR", "belay show \($0)"] } ?? []
  }

  /// The list.
  public func text(width: Int) -> String {
    guard let current else { return "nobody was promoted on this suite yet\n" }
    var lines = Prose.wrap(
      "\(current) is the \(name) of \(suite)"
        + (previous.map { "; before it \($0)" } ?? ""), width: width, indent: 2)
    var table = TextTable([
      TextTable.Column(title: "when"), TextTable.Column(title: "candidate"),
      TextTable.Column(title: "by", shrinksTo: 6), TextTable.Column(title: "why", shrinksTo: 12),
    ])
    for record in records.prefix(10) {
      table.add([
        Figure.minute(record.at), "\(record.candidate)", record.author, record.reason,
      ])
    }
    lines += table.lines(width: width)
    return Labelled.page(lines, width: width)
  }
}
