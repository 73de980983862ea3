public import Base
internal import Climb
internal import Facts
public import Layout
public import NightReading

/// The hypotheses of a night with what became of them, and how well their authors foretell.
public struct HypothesesPage: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.hypotheses/1"

  /// Which of them are shown: those of one status, or all that the champion carries.
  public enum Which: String, Sendable, Hashable, CaseIterable {
    case open
    case supported
    case bundled
    /// Supported or bundled: what the champion carries.
    case standing
    case refuted
    case dropped
    case blocked

    func shows(_ edit: EditView) -> Bool {
      self == .standing ? edit.status.isStanding : edit.status.rawValue == rawValue
    }
  }

  /// The night.
  public let view: NightView
  private let status: Which?
  private let window: Window
  private let content: Bool
  private let edits: [EditView]
  private let shown: [EditView]
  private let calibration: [Calibration]

  /// The hypotheses of a night, those of one status only where it is given; `content` shows what their authors
  /// wrote at length.
  public init(
    _ view: NightView, status: Which? = nil, window: Window = Window(limit: 50),
    content: Bool = false
  ) {
    self.view = view
    self.status = status
    self.window = window
    self.content = content
    edits = view.edits
    shown = edits.filter { status?.shows($0) ?? true }
    calibration = Calibration.table(edits)
  }

  /// Whether hypotheses are not shown.
  public var isTruncated: Bool { window.isCut(shown.count) }
  /// Where the next page begins.
  public var next: String? { window.next(shown.count) }
  /// Whole counts, by status.
  public var counts: [String: Int] {
    var counts = ["hypotheses": edits.count, "items": shown.count]
    for status in Which.allCases { counts[status.rawValue] = edits.count(where: status.shows) }
    return counts
  }
  /// One record for each hypothesis.
  public var items: [JSON] { window.items(of: shown).map { $0.json(content: content) } }
  /// How well the proposers foretell.
  public var fields: [String: JSON] {
    [
      "run": .string("\(view.run.id)"), "state": .string(view.state.rawValue),
      "rehearsal": .bool(view.rehearsal != nil), "content_withheld": .bool(!content),
      "calibration": .array(calibration.map(\.json)),
      "calibration_by_kind": .array(Calibration.byKind(edits).map(\.json)),
    ]
  }
  /// Commands that lead on.
  public var hints: [String] {
    let first = shown.first { $0.status != .open } ?? shown.first
    var hints = first.map { ["belay gate explain \($0.id) --run \(view.run.id)"] } ?? []
    if !content, !shown.isEmpty { hints.append("belay hypotheses \(view.run.id) --content") }
    return hints
  }

  /// The table.
  public func text(width: Int) -> String {
    var lines = view.heading(width: width)
    guard !shown.isEmpty else {
      let what = status.map { "no hypothesis is \($0.rawValue)" } ?? "no hypothesis has come in yet"
      return Labelled.page(lines + [what], width: width)
    }
    if content {
      for edit in window.items(of: shown) { lines += details(of: edit, width: width) }
    } else {
      lines += table(width: width)
    }
    if let cut = window.sentence(shown.count, "hypotheses", fewer: "--status") {
      lines += Prose.wrap(cut, width: width)
    }
    if shown.contains(where: { $0.effect != nil }) {
      lines += Prose.wrap(
        "worth: points on dev tasks by itself, as the pooled model believes, ± one standard error; pulled "
          + "towards 0 by a prior, and chosen from many: an expectation, no result. Better by itself and refuted "
          + "are those whose interval at 95 % leaves 0 out, or that won a race of their own.",
        width: width)
    }
    return Labelled.page(lines + [""] + calibrated(width: width), width: width)
  }

  private func table(width: Int) -> [String] {
    var table = TextTable([
      TextTable.Column(title: "edit"), TextTable.Column(title: "what became of it", shrinksTo: 16),
      TextTable.Column(title: "hypothesis", shrinksTo: 16),
      TextTable.Column(title: "author", shrinksTo: 8, leaves: 4),
      TextTable.Column(title: "trials", right: true, leaves: 3),
      TextTable.Column(title: "worth", right: true, leaves: 1),
      TextTable.Column(title: "foretold", right: true, leaves: 5),
    ])
    // The one who proposed all of them stands below with the forecasts.
    let isOneAuthor = Set(shown.map(\.entry.proposal.author)).count == 1
    for edit in window.items(of: shown) {
      let odds = edit.odds
      table.add([
        "\(edit.id)", edit.brief, DisplayWidth.cut(edit.summary.printable(), to: 60),
        isOneAuthor ? "" : edit.entry.proposal.author, "\(edit.trials)", edit.worth ?? "",
        odds.isEmpty
          ? "" : "\(odds.count { $0 >= 0.8 }) of \(odds.count) seen",
      ])
    }
    return table.lines(width: width)
  }

  private func details(of edit: EditView, width: Int) -> [String] {
    let hypothesis = edit.entry.proposal.hypothesis
    func told(_ label: String, _ text: String) -> [String] {
      text.isEmpty ? [] : Prose.quote("\(label): \(text)", width: width, prefix: "    | ")
    }
    return [
      "\(edit.id) \(edit.fate), by \(edit.entry.proposal.author.printable())"
    ]
    .flatMap { Prose.wrap($0, width: width, indent: 2) }
      + told("edit", edit.summary) + told("changes", edit.components)
      + told("cause", hypothesis.cause) + told("mechanism", hypothesis.mechanism)
      + told("evidence", hypothesis.evidence.joined(separator: " "))
      + told("fixes", hypothesis.fixes.joined(separator: ", "))
      + told("risks", hypothesis.risks.joined(separator: ", "))
  }

  private func calibrated(width: Int) -> [String] {
    var table = TextTable([
      TextTable.Column(title: "proposer", shrinksTo: 10),
      TextTable.Column(title: "edits", right: true, leaves: 6),
      TextTable.Column(title: "blocked", right: true, leaves: 3),
      TextTable.Column(title: "adopted", right: true, leaves: 5),
      TextTable.Column(title: "foretold", right: true, leaves: 4),
      TextTable.Column(title: "checked", right: true), TextTable.Column(title: "seen", right: true),
      TextTable.Column(title: "not so", right: true),
      TextTable.Column(title: "undecided", right: true),
      TextTable.Column(title: "Brier", right: true, leaves: 5),
      TextTable.Column(title: "gain foretold", right: true, leaves: 2),
      TextTable.Column(title: "believed", right: true, leaves: 1),
    ])
    for row in calibration {
      table.add([
        row.author, "\(row.edits)", "\(row.blocked)", "\(row.adopted)", "\(row.foretold)",
        "\(row.checked)", "\(row.seen)", "\(row.missed)", "\(row.undecided)",
        Figure.fixed(row.brier, 2),
        row.gainForetold.map { Figure.points($0) } ?? Figure.missing,
        row.gainSeen.map { Figure.points($0) } ?? Figure.missing,
      ])
    }
    return table.lines(width: width)
      + Prose.wrap(
        "foretold: tasks named as fixed or at risk; seen: at least 80 % likely by the trials with and without "
          + "the edit; not so: at most 20 %; Brier: 0 all seen, 0.25 a coin, 1 all wrong.",
        width: width)
  }
}

extension EditView {
  /// The edit as a record; what its author wrote at length only with `content`.
  func json(content: Bool) -> JSON {
    var record = fields(content: content)
    record["verdicts"] = .array(entry.verdicts.map { $0.json(content: content) })
    return .object(record)
  }
}

extension GateVerdict {
  /// The verdict as a record; the places that it found are quoted from a proposer only with `content`.
  func json(content: Bool) -> JSON {
    [
      "gate": .string(gate), "word": .string(word.rawValue), "sentence": .string(said),
      "figures": .object(figures.mapValues { .number($0) }),
      "words": .optional(GateWords.figures(self)), "quotes_found": .int(quotes.count),
      "quotes": content ? .array(quotes.map(JSON.string)) : .null,
    ]
  }
}
