public import Base
internal import Layout

/// What became of a candidate after the run that found it: tried again with fresh seeds, promoted, taken back.
public struct Aftermath: Sendable, Hashable {
  /// A trial again with fresh seeds, and what came of it.
  public struct Check: Sendable, Hashable {
    /// The run of its trials.
    public let run: RunID
    /// When it ended.
    public let at: Timestamp
    /// What was recorded of it.
    public let record: JSON

    /// What it says: confirmed, not_confirmed, worse or undecided.
    public var word: String { record["word"].string ?? "" }
  }

  /// What happened to its place under a name.
  public enum Turn: String, Sendable, Hashable {
    /// It was promoted.
    case promoted
    /// It came back, since the one after it was taken back.
    case restored
    /// It was taken back.
    case reverted
    /// Another one was promoted in its place.
    case replaced
  }

  /// A turn in what it is called.
  public struct Step: Sendable, Hashable {
    /// What happened.
    public let turn: Turn
    /// The word that did it; its candidate is the one that was put in the place.
    public let record: ChampionRecord
  }

  /// The trials again, oldest first.
  public let checks: [Check]
  /// The turns, oldest first.
  public let steps: [Step]

  /// Nothing happened.
  public init() {
    checks = []
    steps = []
  }

  /// What happened to a candidate, from the trials again and from all promotions on its suite, oldest first.
  init(_ candidate: CandidateID, checks: [Check], promotions: [ChampionRecord]) {
    self.checks = checks
    var now: [String: CandidateID] = [:]
    var steps: [Step] = []
    for record in promotions {
      let isRevert = record.reason.hasPrefix(ChampionRecord.revertMark)
      if record.candidate == candidate {
        steps.append(Step(turn: isRevert ? .restored : .promoted, record: record))
      } else if now[record.name] == candidate {
        steps.append(Step(turn: isRevert ? .reverted : .replaced, record: record))
      }
      now[record.name] = record.candidate
    }
    self.steps = steps
  }

  /// What the last trial again said; nil when there was none.
  public var lastCheck: Check? { checks.last }

  /// What it is called now; nil when it was never promoted, or is no longer.
  public var name: String? {
    var names: [String] = []
    for step in steps {
      names.removeAll { $0 == step.record.name }
      if step.turn == .promoted || step.turn == .restored { names.append(step.record.name) }
    }
    return names.last
  }

  /// Whether a person took it back, or put another one in its place.
  public var isTakenBack: Bool { name == nil && !steps.isEmpty }

  /// Each thing that happened in a sentence, in the order of time; not yet safe to print.
  public var lines: [String] {
    let told = checks.map { ($0.at, $0.line) } + steps.map { ($0.record.at, $0.line) }
    return told.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
      .map(\.element.1)
  }

  /// The same as data.
  public var json: JSON {
    [
      "verified": .array(
        checks.map { check in
          var record = check.record
          record["run"] = .string("\(check.run)")
          record["at"] = .string("\(check.at)")
          return record
        }),
      "promoted": .array(
        steps.map {
          [
            "turn": .string($0.turn.rawValue), "at": .string("\($0.record.at)"),
            "name": .string($0.record.name), "by": .string($0.record.author),
            "reason": .string($0.record.reason),
            "candidate": .string("\($0.record.candidate)"),
          ]
        }), "name": .optional(name), "lines": .array(lines.map(JSON.string)),
    ]
  }
}

extension Aftermath.Check {
  fileprivate var line: String {
    var text =
      "\(Figure.minute(at)) verified with fresh seeds: \(word.replacing("_", with: " "))"
    if let mean = record["mean"].double {
      text += ", \(Figure.percent(mean, signed: true)) pp"
    }
    if let low = record["low"].double, let high = record["high"].double {
      text += ", 95% \(Figure.range(low, high, signed: true))"
    }
    if let against = record["against"].string { text += " against \(against)" }
    if let pairs = record["pairs"].int, let tasks = record["tasks"].int {
      text += ", \(Figure.plural(pairs, "pair")) on \(tasks)"
      text += " \(record["split"].string.map { "\($0) " } ?? "")\(tasks == 1 ? "task" : "tasks")"
    }
    return text + (record["chosen_on_these_tasks"].bool == true ? ", which chose it" : "")
      + " (\(run))"
  }
}

extension Aftermath.Step {
  fileprivate var line: String {
    let does =
      switch turn {
      case .promoted: "promoted as \(record.name)"
      case .restored: "\(record.name) again"
      case .reverted: "taken back; \(record.name) is \(record.candidate) again"
      case .replaced: "no longer \(record.name); that is \(record.candidate)"
      }
    return "\(Figure.minute(record.at)) \(does), by \(record.author): \(record.reason)"
  }
}

extension ChampionRecord {
  /// What the reason of a revert begins with.
  public static let revertMark = "reverted: "
}
