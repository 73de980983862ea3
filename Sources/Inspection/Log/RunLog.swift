public import Base
public import Facts
public import Layout
public import Ledger
internal import Score

/// What happened in a run, in the order in which it was dispatched or said.
public struct RunLog: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.log/1"

  /// One line of the log.
  public enum Entry: Sendable, Hashable {
    /// A trial was dispatched; it stands with what became of it.
    case trial(TrialRecord)
    /// An event was recorded.
    case event(EventRecord)

    var at: Timestamp {
      switch self {
      case .trial(let trial): trial.fact.dispatchedAt
      case .event(let event): event.fact.at
      }
    }
  }

  /// Where a page ends: the last trial and event that were shown; opaque to readers.
  struct Cursor: Hashable {
    var trial: TrialID?
    var event: Int?

    init(trial: TrialID? = nil, event: Int? = nil) {
      self.trial = trial
      self.event = event
    }

    /// Reads `t12.e5`; nil for any other text.
    init?(_ text: String) {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].first == "t", parts[1].first == "e",
        let trial = Int(parts[0].dropFirst()), let event = Int(parts[1].dropFirst()), trial >= 0,
        event >= 0
      else { return nil }
      self.trial = trial == 0 ? nil : TrialID(trial)
      self.event = event == 0 ? nil : event
    }

    var text: String { "t\(trial?.number ?? 0).e\(event ?? 0)" }
  }

  /// The run.
  public let run: RunRecord
  /// The lines.
  public let entries: [Entry]
  /// Whether there is more behind them.
  public let isTruncated: Bool
  /// Where the next page begins.
  public let next: String?
  /// How many lines stand behind those that are shown.
  public let left: Int
  /// How many events the run has.
  public let events: Int
  /// Final attempts by outcome, over the whole run.
  public let outcomes: [Outcome: Int]
  /// Whether sentences that may quote the agent are shown.
  public let content: Bool
  /// The trials whose tasks are not told.
  let withheld: Set<TrialID>

  /// Reads a page, from behind a cursor that an earlier page gave.
  public static func read(
    _ reader: LedgerReader, run id: RunID, after cursor: String? = nil, limit: Int = 50,
    content: Bool = false, withholding: Withholding = { _ in false }
  ) throws -> RunLog {
    var place = Cursor()
    if let cursor {
      guard let read = Cursor(cursor) else {
        throw BelayError(
          .usage, "not a cursor of this list: \(cursor)", hint: "belay log \(id)")
      }
      place = read
    }
    let trials = try reader.trials(TrialFilter(run: id), after: place.trial, limit: limit + 1)
    let events = try reader.events(run: id, after: place.event, limit: limit + 1)
    return RunLog(
      run: try reader.run(id), trials: trials, events: events, from: place, limit: limit,
      behind: try reader.trialsBehind(run: id, place.trial)
        + reader.eventsBehind(run: id, place.event),
      allEvents: try reader.eventsBehind(run: id, nil),
      outcomes: try reader.outcomes(TrialFilter(run: id, finished: true)), content: content,
      withheld: Set(try trials.filter(withholding).map(\.id)))
  }

  init(
    run: RunRecord, trials: [TrialRecord], events: [EventRecord], from place: Cursor, limit: Int,
    behind: Int, allEvents: Int, outcomes: [Outcome: Int], content: Bool,
    withheld: Set<TrialID> = []
  ) {
    // Both lists come in order of recording, which is the order of time in each.
    var merged: [Entry] = []
    var (nextTrial, nextEvent) = (0, 0)
    while merged.count < limit, nextTrial < trials.count || nextEvent < events.count {
      let trialIsFirst =
        nextEvent >= events.count
        || (nextTrial < trials.count
          && trials[nextTrial].fact.dispatchedAt <= events[nextEvent].fact.at)
      if trialIsFirst {
        let trial = trials[nextTrial]
        merged.append(.trial(withheld.contains(trial.id) ? trial.discreet() : trial))
        nextTrial += 1
      } else {
        merged.append(.event(events[nextEvent]))
        nextEvent += 1
      }
    }
    self.run = run
    self.outcomes = outcomes
    self.content = content
    self.withheld = withheld
    entries = merged
    left = max(behind - merged.count, 0)
    self.events = allEvents
    isTruncated = nextTrial < trials.count || nextEvent < events.count
    var end = place
    if nextTrial > 0 { end.trial = trials[nextTrial - 1].id }
    if nextEvent > 0 { end.event = events[nextEvent - 1].id }
    next = isTruncated ? end.text : nil
  }

  /// Whole counts.
  public var counts: [String: Int] {
    var counts = [
      "trials": run.trials, "finished": run.finished, "events": events, "left": left,
    ]
    for (outcome, count) in outcomes { counts[outcome.rawValue] = count }
    return counts
  }

  /// The run, beside its lines.
  public var fields: [String: JSON] { ["run": run.json] }

  /// One record per line.
  public var items: [JSON] {
    entries.map { entry in
      switch entry {
      case .trial(let trial):
        let isWithheld = withheld.contains(trial.id)
        guard case .object(var record) = trial.json(content: content, isWithheld: isWithheld)
        else { return .null }
        record["kind"] = "trial"
        record["at"] = .string("\(trial.fact.dispatchedAt)")
        record["detail"] = .optional(trial.latest?.sentence(content: content))
        return .object(record)
      case .event(let event):
        return [
          "kind": .string(event.fact.kind), "event": .int(event.id),
          "at": .string("\(event.fact.at)"), "detail": event.fact.detail,
        ]
      }
    }
  }

  /// Commands that lead on.
  public var hints: [String] {
    let more = next.map { ["belay log \(run.id) --cursor \($0)"] } ?? []
    return more + ["belay show \(run.id)"]
  }

  /// The log as lines.
  public func text(width: Int) -> String {
    var lines = Prose.parts(
      [
        "\(run.id)", run.fact.type.rawValue, "\(run.suiteName)@\(run.fact.suite.short)",
        run.candidatesText, "\(run.finished) of \(run.trials) finished", run.state,
        "started \(Figure.minute(run.fact.startedAt))", run.fact.rehearsal ?? "",
      ], width: width, indent: 2)
    var table = TextTable([
      TextTable.Column(title: "time"), TextTable.Column(title: "what"),
      TextTable.Column(title: "task", shrinksTo: 10),
      TextTable.Column(title: "score", right: true),
      TextTable.Column(title: "took", right: true, leaves: 1),
      TextTable.Column(title: "said", shrinksTo: 12),
    ])
    for entry in entries {
      let time = String("\(entry.at)".dropFirst(11).prefix(8))
      switch entry {
      case .trial(let trial):
        let sentence = trial.latest?.sentence(content: content) ?? ""
        let limit = trial.latest?.limit.map { " (\($0))" } ?? ""
        let outcome = trial.latest.map { $0.outcome.words + limit } ?? "running"
        table.add([
          time,
          "\(trial.id) \(trial.isFinished || trial.latest == nil ? "" : "retrying, ")\(outcome)",
          trial.taskName,
          withheld.contains(trial.id)
            ? "withheld" : Figure.percent(trial.isFinished ? trial.latest?.score : nil),
          Figure.duration(milliseconds: trial.latest?.usage.wallMs), sentence,
        ])
      case .event(let event):
        table.add([
          time, event.fact.kind, "", "", "", event.fact.detail.string ?? event.fact.detail.text(),
        ])
      }
    }
    lines += table.lines(width: width)
    if let next {
      lines += Prose.wrap(
        "Showing \(entries.count) of \(run.trials + events) lines; \(left) more: --cursor \(next), "
          + "--limit N, --all", width: width)
    }
    return Prose.text(lines)
  }
}
