public import Base
internal import Climb
internal import Facts
public import Harness
public import Layout
public import Ledger
public import NightReading
internal import Stats

/// What sets two harnesses apart, component by component, and what came of it: tasks, behaviour, cost, what each
/// change is believed to be worth, and whose idea it was.
public struct DifferencePage: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.diff/1"

  /// One of the two.
  public struct Side: Sendable {
    /// How it was named; not yet safe to print.
    public let word: String
    /// The harness.
    public let harness: Harness
    /// The candidate that it is in the lab; nil for a folder that was never run.
    public let candidate: CandidateID?

    /// One of the two.
    public init(_ word: String, _ harness: Harness, candidate: CandidateID?) {
      self.word = word
      self.harness = harness
      self.candidate = candidate
    }
  }

  /// Which part of it is shown.
  public enum Part: String, Sendable, Hashable, CaseIterable {
    /// All of it.
    case all
    /// The components alone.
    case config
    /// What came of them alone.
    case scores
  }

  let first: Side
  let second: Side
  let part: Part
  let changes: ComponentChanges
  let outcome: NightDifference?

  /// The difference of two harnesses; with what came of it where both are candidates of one night.
  public init(
    _ first: Side, _ second: Side, part: Part = .all, night: NightView? = nil,
    reader: LedgerReader? = nil
  ) throws {
    self.first = first
    self.second = second
    self.part = part
    changes = try ComponentChanges(first.harness, second.harness)
    guard part != .config, let night, let reader, let one = first.candidate,
      let other = second.candidate
    else {
      outcome = nil
      return
    }
    outcome = try NightDifference(reader, night, one, other)
  }

  /// One record for each changed component, with the edits that changed it.
  public var items: [JSON] {
    guard part != .scores else { return [] }
    return changes.records.map { record in
      guard let outcome, let name = record["component"]?.string else { return .object(record) }
      let edits = outcome.edits.filter { $0.edit.entry.proposal.edit.components.contains(name) }
      return .object(
        record.merging(["edits": .array(edits.map { .string("\($0.edit.id)") })]) { $1 })
    }
  }

  /// Both sides, their sizes in tokens, and what came of the difference.
  public var fields: [String: JSON] {
    var fields: [String: JSON] = [
      "first": .string(first.word), "second": .string(second.word),
      "first_candidate": .optional(first.candidate.map { "\($0)" }),
      "second_candidate": .optional(second.candidate.map { "\($0)" }),
      "same": .bool(changes.isEmpty),
      "size": ["before": .int(changes.sizes.before), "after": .int(changes.sizes.after)],
    ]
    if let outcome { fields.merge(outcome.fields) { $1 } }
    return fields
  }

  /// Components that changed, and tasks that did.
  public var counts: [String: Int] {
    var counts = ["items": changes.names.count]
    if let gate = outcome?.splits.first(where: { $0.split == .gate }) {
      counts["tasks"] = gate.tasks.count
      counts["better"] = gate.paired.better
      counts["worse"] = gate.paired.worse
      counts["same"] = gate.paired.same
    }
    return counts
  }

  /// Commands that lead on.
  public var hints: [String] {
    guard let outcome, let one = first.candidate, let other = second.candidate else { return [] }
    return [
      "belay matrix \(one) \(other) --run \(outcome.view.run.id) --changed --sort delta",
      "belay gate explain \(other) --run \(outcome.view.run.id)",
    ]
  }

  /// The plain page.
  public func text(width: Int) -> String { text(width: width, ink: .plain) }

  /// The page; where there are colours, words that are gone and new are told by them.
  public func text(width: Int, ink: Ink) -> String {
    var lines: [String] = []
    if let outcome { lines += outcome.heading(first, second, width: width, ink: ink) }
    if part != .scores {
      if changes.isEmpty {
        lines += Prose.wrap(
          "\(first.word) and \(second.word) are the same, byte for byte", width: width)
      } else {
        let count = changes.names.count
        let head =
          "\(first.word) -> \(second.word): \(count) component\(count == 1 ? "" : "s") "
          + "(\(changes.summary)), \(changes.sizes.before) -> \(changes.sizes.after) tokens"
        lines += Prose.wrap(head, width: width)
        lines += changes.lines(width: width, ink: ink) { name in
          outcome?.notes(of: name, width: width, ink: ink) ?? []
        }
      }
    }
    if let outcome {
      if part != .scores { lines.append("") }
      lines += outcome.scores(width: width, ink: ink)
    } else if part == .scores {
      lines += Prose.wrap(
        "no night tried both: only their components can be told apart", width: width)
    }
    return Prose.text(lines)
  }
}
