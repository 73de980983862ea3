public import Base
public import Climb
internal import Layout

/// An edit with what became of it.
public struct EditView: Sendable {
  /// What the night knows of a hypothesis by now.
  public enum Status: String, Sendable, Hashable, CaseIterable {
    /// Nothing has settled it.
    case open
    /// The champion carries it, and it is better by itself: by a race of its own, or by its own interval.
    case supported
    /// The champion carries it with others that were adopted with it; by itself it is untested.
    case bundled
    /// Its own interval lies below 0.
    case refuted
    /// It was taken out of the running, which proves nothing: it looked worse, was needless, did not last.
    case dropped
    /// A screen, a judge or a person kept it out.
    case blocked

    /// Whether the champion carries it.
    public var isStanding: Bool { self == .supported || self == .bundled }
  }

  /// What the pool records of it.
  public let entry: PoolEntry
  /// What became of its hypothesis.
  public let status: Status
  /// Where it stands, in one word.
  public let word: String
  /// The points of the mean score that it is worth by itself on dev tasks, as the pooled model believes, with the
  /// standard error: pulled towards 0 by a prior, and no result. Nil where too few trials carried it.
  public let effect: (mean: Double, error: Double)?
  /// How many edits one race adopted together with it, itself included; nil where none did.
  public let bundle: Int?
  /// Whether the night is over, so that nothing more will be learned of it.
  let isOver: Bool
  /// Judged trials on dev tasks whose candidates carried it.
  public let trials: Int
  let checks: [Predictions.Check]

  /// How likely the trials make each thing that was foretold, where there are enough of them to say.
  package var odds: [Double] { checks.compactMap(\.probability) }

  /// Its id.
  public var id: EditID { entry.id }

  /// The kind of component that it changes: `prompts`, `tools`, `skills`, `context`, `orchestration`, …
  public var kind: String {
    let kinds = Set(
      entry.proposal.edit.components.map { name -> String in
        let parts = name.split(separator: "#", maxSplits: 1)
        let file = parts.first ?? ""
        if file == "harness.toml", parts.count == 2 {
          return String(parts[1].prefix { $0 != "." && $0 != "[" })
        }
        return file.contains("/") ? String(file.prefix { $0 != "/" }) : "program"
      })
    return kinds.count == 1 ? kinds.first ?? "" : kinds.sorted().joined(separator: "+")
  }

  /// The proposal's one line, or what it changes; not yet safe to print.
  package var summary: String {
    let text = entry.proposal.summary
    if !text.isEmpty { return text }
    let mechanism = entry.proposal.hypothesis.mechanism
    return mechanism.isEmpty ? "changes \(components)" : mechanism
  }

  /// What it changes.
  package var components: String { entry.proposal.edit.components.joined(separator: " + ") }

  /// The verdict that keeps it out, if any: the first that said no.
  package var obstacle: GateVerdict? { entry.verdicts.first { $0.word == .fail } }
}

extension NightView {
  /// Every edit with what became of it, in the order in which they came in.
  public var edits: [EditView] { world.pool.entries.map(view(of:)) }

  /// An edit with what became of it; nil for one that was never proposed.
  public func edit(_ id: EditID) -> EditView? { world.pool.entry(id).map(view(of:)) }

  private func view(of entry: PoolEntry) -> EditView {
    let effect = points(of: entry)
    let standing = standing(of: entry, EditView.side(of: effect))
    return EditView(
      entry: entry, status: standing.status, word: standing.word, effect: effect,
      bundle: standing.bundle, isOver: isOver, trials: trials(of: entry),
      checks: fold.predictions.checks(of: entry))
  }

  /// Judged trials on dev tasks whose candidates carried an edit.
  package func trials(of entry: PoolEntry) -> Int {
    max(entry.trials, fold.predictions.trials[entry.id] ?? 0)
  }
}

extension EditView {
  /// The fields of its record but for its verdicts; what its author wrote at length only with `content`.
  package func fields(content: Bool) -> [String: JSON] {
    let proposal = entry.proposal
    let hypothesis = proposal.hypothesis
    var record: [String: JSON] = [
      "edit": .string("\(id)"), "status": .string(status.rawValue), "state": .string(word),
      "author": .string(proposal.author), "summary": .string(DisplayWidth.cut(summary, to: 120)),
      "components": .array(proposal.edit.components.map(JSON.string)),
      "size_tokens": .int(proposal.edit.size), "trials": .int(trials),
      "prior": .number(entry.prior),
      "words": .string(fate), "bundle": .optional(bundle),
      "worth": effect.map {
        [
          "points": .number($0.mean), "error": .number($0.error), "measured_on": "dev",
          "prior_based": true, "low": .number($0.mean - EditView.apart * $0.error),
          "high": .number($0.mean + EditView.apart * $0.error), "confidence": .double(0.95),
        ]
      } ?? .null,
      "gain_foretold": .number(hypothesis.gain),
      "foretold": .array(
        checks.map { check in
          [
            "task": .string(check.task), "says": .string(check.isFix ? "fixed" : "at risk"),
            "trials_with": .int(check.with.trials), "trials_without": .int(check.without.trials),
            "probability": .number(check.probability),
          ]
        }),
    ]
    guard content else { return record }
    record["cause"] = .string(hypothesis.cause)
    record["mechanism"] = .string(hypothesis.mechanism)
    record["evidence"] = .array(hypothesis.evidence.map(JSON.string))
    record["fixes"] = .array(hypothesis.fixes.map(JSON.string))
    record["risks"] = .array(hypothesis.risks.map(JSON.string))
    return record
  }
}

/// What a proposer foretold against what its trials showed.
public struct Calibration: Sendable, Hashable {
  /// Who proposed; not yet safe to print.
  public let author: String
  /// The kind of component that its edits change; nil for all kinds.
  public let kind: String?
  /// Edits that came in and were new.
  public let edits: Int
  /// Edits that a screen, a judge or a person kept out.
  public let blocked: Int
  /// Edits that the incumbent carries.
  public let adopted: Int
  /// Tasks that were said to be fixed or at risk.
  public let foretold: Int
  /// Those of them that were tried often enough, with the edit and without it.
  public let checked: Int
  /// Those of them that the trials make likely (at least 80 %).
  public let seen: Int
  /// Those of them that the trials make unlikely (at most 20 %).
  public let missed: Int
  /// Those of them that the trials leave open.
  public var undecided: Int { checked - seen - missed }
  /// The mean square of what was missing to certainty: 0 when all was seen, 0.25 is a coin, 1 when the
  /// opposite was. Nil before the first check.
  public let brier: Double?
  /// The mean gain that was foretold, over the edits whose effect is known; nil when there is none.
  public let gainForetold: Double?
  /// The mean gain of the same edits on dev tasks, as the pooled model believes.
  public let gainSeen: Double?

  init(_ author: String, kind: String? = nil, _ edits: [EditView]) {
    self.author = author
    self.kind = kind
    self.edits = edits.count
    blocked = edits.count { $0.status == .blocked }
    adopted = edits.count { $0.status.isStanding }
    foretold = edits.reduce(0) { $0 + $1.checks.count }
    let odds = edits.flatMap(\.odds)
    checked = odds.count
    seen = odds.count { $0 >= 0.8 }
    missed = odds.count { $0 <= 0.2 }
    brier =
      odds.isEmpty ? nil : odds.reduce(0) { $0 + (1 - $1) * (1 - $1) } / Double(odds.count)
    let both = edits.compactMap { edit in
      edit.entry.proposal.hypothesis.gain.flatMap { gain in
        edit.effect.map { (foretold: gain, seen: $0.mean) }
      }
    }
    let count = Double(both.count)
    gainForetold = both.isEmpty ? nil : both.reduce(0) { $0 + $1.foretold } / count
    gainSeen = both.isEmpty ? nil : both.reduce(0) { $0 + $1.seen } / count
  }

  /// One line for each proposer, by name.
  public static func table(_ edits: [EditView]) -> [Calibration] {
    Dictionary(grouping: edits, by: \.entry.proposal.author).map { Calibration($0, $1) }
      .sorted { $0.author < $1.author }
  }

  /// One line for each proposer and kind of component, by name.
  public static func byKind(_ edits: [EditView]) -> [Calibration] {
    Dictionary(grouping: edits) { [$0.entry.proposal.author, $0.kind] }
      .map { Calibration($0[0], kind: $0[1], $1) }
      .sorted { ($0.author, $0.kind ?? "") < ($1.author, $1.kind ?? "") }
  }

  /// The line as a record.
  public var json: JSON {
    [
      "author": .string(author), "kind": .optional(kind), "edits": .int(edits),
      "blocked": .int(blocked),
      "adopted": .int(adopted), "foretold": .int(foretold), "checked": .int(checked),
      "seen": .int(seen), "missed": .int(missed), "undecided": .int(undecided),
      "brier": .number(brier),
      "gain_foretold": .number(gainForetold), "gain_seen": .number(gainSeen),
    ]
  }
}
