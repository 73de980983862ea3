public import Base
public import Facts
public import Layout
public import Ledger

/// The runs of a lab, newest first.
public struct RunList: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.runs/1"

  /// The runs that are shown.
  public let runs: [RunRecord]
  /// How many there are.
  public let total: Int

  private let window: Window

  /// Reads the newest runs.
  public static func read(_ reader: LedgerReader, window: Window = Window(limit: 50)) throws
    -> RunList
  {
    let all = try reader.runs()
    return RunList(runs: Array(window.items(of: all)), total: all.count, window: window)
  }

  /// Whether older runs are not shown.
  public var isTruncated: Bool { window.isCut(total) }
  /// Where the next page begins.
  public var next: String? { window.next(total) }
  /// Whole counts.
  public var counts: [String: Int] { ["runs": total] }
  /// One record per run.
  public var items: [JSON] { runs.map(\.json) }
  /// Commands that lead on.
  public var hints: [String] {
    runs.first.map { ["belay log \($0.id)", "belay show \($0.id)"] }
      ?? ["belay eval HARNESS --suite SUITE"]
  }

  /// The list as a table.
  public func text(width: Int) -> String {
    guard total > 0 else {
      return Prose.text(Prose.wrap("no runs yet: \(hints.first ?? "")", width: width))
    }
    var table = TextTable([
      TextTable.Column(title: "run"), TextTable.Column(title: "type"),
      TextTable.Column(title: "suite", shrinksTo: 8),
      TextTable.Column(title: "candidates", leaves: 1),
      TextTable.Column(title: "finished", right: true), TextTable.Column(title: "state"),
      TextTable.Column(title: "started", leaves: 2),
      TextTable.Column(title: "took", right: true, leaves: 3),
    ])
    for run in runs {
      table.add([
        "\(run.id)", run.fact.type.rawValue, "\(run.suiteName)@\(run.fact.suite.short)",
        run.candidatesText, "\(run.finished)/\(run.trials)", run.state,
        Figure.minute(run.fact.startedAt), Figure.duration(milliseconds: run.wallMs),
      ])
    }
    var lines = table.lines(width: width)
    if let cut = window.sentence(total, "runs") { lines += Prose.wrap(cut, width: width) }
    return Prose.text(lines)
  }
}

extension RunRecord {
  /// From the start to the last end; nil while there is none.
  var wallMs: Int? { end.map { Int($0.at.milliseconds - fact.startedAt.milliseconds) } }

  /// How it ended; without an end it runs, or its process was killed.
  var state: String { end?.ending.rawValue ?? "open" }

  /// `c1, c2`, or how many there are.
  var candidatesText: String {
    candidates.count > 4
      ? "\(candidates.count)" : candidates.map { "\($0)" }.joined(separator: ", ")
  }

  var json: JSON {
    [
      "run": .string("\(id)"), "type": .string(fact.type.rawValue), "suite": .string(suiteName),
      "suite_digest": .string(fact.suite.hex),
      "candidates": .array(candidates.map { .string("\($0)") }), "trials": .int(trials),
      "finished": .int(finished), "ending": .optional(end?.ending.rawValue),
      "started_at": .string("\(fact.startedAt)"), "ended_at": .optional(end.map { "\($0.at)" }),
      "wall_ms": .optional(wallMs), "opens_vault": .bool(fact.opensVault),
      "rehearsal": .bool(fact.rehearsal != nil),
      "settings": fact.settings, "conditions": fact.conditions, "command": .string(fact.command),
      "owner": [
        "pid": .int(Int(fact.owner.pid)), "host": .string(fact.owner.host),
      ],
    ]
  }
}
