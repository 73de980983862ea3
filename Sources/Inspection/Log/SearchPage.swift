public import Base
public import Facts
public import Layout
public import Ledger

/// Where words were found in the logs and trajectories of trials.
public struct SearchPage: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.search/1"

  /// A place with what is known of its trial.
  struct Hit: Sendable {
    let place: SearchHit
    let trial: TrialRecord?
  }

  let text: String
  let hits: [Hit]
  let content: Bool
  private let window: Window
  /// Places in trials whose tasks are not told.
  let withheld: Int
  /// Whether there is more.
  public let isTruncated: Bool
  /// Where the next page begins.
  public var next: String? { isTruncated ? "\(window.from + hits.count + withheld)" : nil }

  /// Nobody reads further than this.
  private static let most = 1_000_000

  /// Looks for words; the lines that were found are shown with `content` alone, since agents wrote them.
  public static func read(
    _ reader: LedgerReader, _ text: String, window: Window, content: Bool,
    withholding: Withholding = { _ in false }
  ) throws -> SearchPage {
    // The places come in one order, newest first: a later page passes over those before it.
    let from = min(window.from, Self.most)
    let most = min(window.limit, Self.most - from)
    let found =
      most > 0 ? try reader.search(text, limit: from + most + 1).dropFirst(from) : []
    var trials: [TrialID: TrialRecord] = [:]
    for hit in found.prefix(most) where trials[hit.trial] == nil {
      trials[hit.trial] = try reader.trial(hit.trial).trial
    }
    // That a trial holds some words of a task would tell whose trial it is.
    let hidden = Set(try trials.values.filter(withholding).map(\.id))
    let told = found.prefix(most).filter { !hidden.contains($0.trial) }
    return SearchPage(
      text: text, hits: told.map { Hit(place: $0, trial: trials[$0.trial]) }, content: content,
      window: window, withheld: min(found.count, most) - told.count,
      isTruncated: most > 0 && found.count > most)
  }

  /// Whole counts: places, and the trials, tasks and candidates that they belong to.
  public var counts: [String: Int] {
    [
      "items": hits.count, "trials": Set(hits.map(\.place.trial)).count,
      "tasks": Set(hits.compactMap { $0.trial?.fact.task }).count,
      "candidates": Set(hits.compactMap { $0.trial?.fact.candidate }).count,
    ]
  }

  /// One record for each place.
  public var items: [JSON] {
    hits.map { hit in
      [
        "trial": .string("\(hit.place.trial)"), "attempt": .int(hit.place.attempt),
        "run": .optional(hit.trial.map { "\($0.fact.run)" }),
        "candidate": .optional(hit.trial.map { "\($0.fact.candidate)" }),
        "task": .optional(hit.trial?.taskName), "split": .optional(hit.trial?.split?.rawValue),
        "outcome": .optional(hit.trial?.latest?.outcome.rawValue),
        "score": .number(hit.trial?.latest?.score), "role": .string(hit.place.role),
        "path": .string(hit.place.path), "line": .int(hit.place.line),
        "text": content ? .string(hit.place.text) : .null,
      ]
    }
  }

  /// Whether text that agents wrote is shown, and how many places are in trials that are not told one by one.
  public var fields: [String: JSON] {
    [
      "content": .bool(content), "text": .string(text), "places_withheld": .int(withheld),
    ]
  }

  /// Commands that lead on.
  public var hints: [String] {
    guard let first = hits.first else { return [] }
    return ["belay trace \(first.place.trial)", "belay show \(first.place.trial)"]
  }

  /// The places, by trial.
  public func text(width: Int) -> String {
    let hidden =
      withheld == 0
      ? []
      : Prose.wrap(
        "\(Figure.plural(withheld, "place")) in trials of gate and sealed tasks, which are not told one by one",
        width: width)
    guard !hits.isEmpty else {
      let nothing =
        window.from >= Self.most
        ? "nobody reads further than \(Self.most) places: look for more words"
        : window.from > 0 ? "nothing found behind \(window.from) places" : "nothing found"
      return Prose.text(hidden.isEmpty ? [nothing] : hidden)
    }
    var table = TextTable([
      TextTable.Column(title: "trial"), TextTable.Column(title: "candidate", leaves: 2),
      TextTable.Column(title: "task", shrinksTo: 12),
      TextTable.Column(title: "score", right: true, leaves: 3),
      TextTable.Column(title: "what", leaves: 4), TextTable.Column(title: "path", shrinksTo: 12),
      TextTable.Column(title: "line", right: true),
      TextTable.Column(title: content ? "text" : "", shrinksTo: 20),
    ])
    for hit in hits {
      table.add([
        "\(hit.place.trial)", hit.trial.map { "\($0.fact.candidate)" } ?? Figure.missing,
        hit.trial?.taskName ?? Figure.missing, Figure.percent(hit.trial?.latest?.score),
        hit.place.role, hit.place.path, "\(hit.place.line)", content ? hit.place.text : "",
      ])
    }
    var lines = table.lines(width: width)
    let counts = counts
    lines += Prose.parts(
      [
        "\(Figure.plural(hits.count, "place"))\(isTruncated ? " and more" : "")",
        "in \(Figure.plural(counts["trials"] ?? 0, "trial"))",
        "of \(Figure.plural(counts["candidates"] ?? 0, "candidate"))",
        "on \(Figure.plural(counts["tasks"] ?? 0, "task"))",
      ], width: width, indent: 2)
    if let cut = window.sentence(
      nil, "places", shown: hits.count, goesOn: isTruncated, fewer: "more words")
    {
      lines += Prose.wrap(cut, width: width)
    }
    lines += hidden
    if !content {
      lines += Prose.wrap("text written by agents is withheld: --content", width: width)
    }
    return Prose.text(lines)
  }
}
