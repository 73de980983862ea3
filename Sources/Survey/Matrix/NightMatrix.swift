public import Base
internal import Climb
internal import Facts
public import Layout
public import Ledger
public import NightReading

/// Task by generation: where the scores of a night come from, trial by trial.
///
/// On gate tasks fresh trials stand in it, but for candidates that have none; on dev tasks those that chose, of
/// the baseline too, whose pilot taught the screening. The columns say so. Sealed tasks never stand in it, gate
/// tasks when the night is over.
public struct NightMatrix: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.matrix/1"

  /// What a cell tells.
  public enum Metric: String, Sendable, Hashable, CaseIterable {
    /// Each trial.
    case pass
    /// What a trial costs.
    case cost
    /// How long a trial takes.
    case time
  }

  /// In which order the tasks stand.
  public enum Order: String, Sendable, Hashable, CaseIterable {
    /// By name.
    case name
    /// What changed most from the first column to the last, losses first.
    case delta
    /// Lowest mean first.
    case hard
    /// Tasks that one column solved sometimes first.
    case flaky
  }

  /// One candidate.
  public struct Column: Sendable {
    /// How it is headed: `g1`, or the lab's id of a candidate that is no generation.
    public let title: String
    /// The lab's id.
    public let candidate: CandidateID
    /// Whether its trials chose it, there being no others.
    public let isSelected: Bool
  }

  /// Some trials on one task.
  struct Cell: Sendable {
    let trials: [NightTrial]
    var scores: [Double] { trials.compactMap(\.score) }
    var mean: Double? {
      let scores = scores
      return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
    }

    func mean(_ metric: Metric) -> Double? {
      let values = trials.compactMap { trial -> Double? in
        switch metric {
        case .pass: trial.score
        case .cost: trial.record.latest?.usage.costUSD
        case .time: trial.record.latest.map { Double($0.usage.wallMs) }
        }
      }
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
  }

  /// One task.
  struct Row: Sendable {
    let task: Digest
    let name: String
    let cells: [Cell?]

    var isFlaky: Bool {
      cells.contains { cell in
        let scores = cell?.scores ?? []
        return scores.contains(1) && scores.contains { $0 < 1 }
      }
    }

    func delta(_ metric: Metric) -> Double? {
      guard let first = cells.first??.mean(metric), let last = cells.last??.mean(metric) else {
        return nil
      }
      return last - first
    }
  }

  /// The night.
  public let view: NightView
  /// The split.
  public let split: Split
  /// The columns.
  public let columns: [Column]
  let metric: Metric
  let rows: [Row]
  /// Those of this page.
  let shown: [Row]
  /// The mean of all tasks of each column, whichever are shown, and how many these are.
  let means: [(mean: Double, tasks: Int)?]
  let window: Window
  let isChanged: Bool

  /// The generations of a night and some candidates more, by the lab's ids; on gate tasks once the night is
  /// over, else on dev tasks.
  public init(
    _ reader: LedgerReader, _ view: NightView, also: [CandidateID] = [], only: Bool = false,
    split: Split? = nil, metric: Metric = .pass, order: Order = .name, changed: Bool = false,
    window: Window = Window(limit: 200)
  ) throws {
    let split = split ?? (view.isOver ? .gate : .dev)
    if split == .vault {
      throw BelayError(
        .usage, "sealed tasks are never told one by one; what they add up to is in the report",
        place: "\(view.run.id)", hint: "belay report \(view.run.id)")
    }
    if !view.tells(split) {
      throw BelayError(
        .usage, "gate tasks are told one by one when the night is over, lest it is steered by them",
        place: "\(view.run.id)", hint: "belay matrix --run \(view.run.id) --split dev")
    }
    self.view = view
    self.split = split
    self.metric = metric
    self.window = window
    isChanged = changed
    let line = only ? [] : view.fold.track.line.compactMap { view.id(of: $0) }
    var ids: [CandidateID] = line
    if !only, let champion = view.id(of: view.champion), !ids.contains(champion) {
      ids.append(champion)
    }
    for id in also where !ids.contains(id) { ids.append(id) }
    var columns: [Column] = []
    var cells: [[Digest: Cell]] = []
    var names: [Digest: String] = [:]
    for id in ids {
      let trials = try NightTrial.read(reader, view, id)
      let telling = NightTrial.telling(trials, split)
      columns.append(
        Column(
          title: view.candidate(labelled: id).flatMap { view.place(of: $0) } ?? "\(id)",
          candidate: id,
          isSelected: telling?.basis == "race" || telling?.basis == "screening"))
      for trial in telling?.trials ?? [] { names[trial.record.fact.task] = trial.record.taskName }
      cells.append(
        Dictionary(grouping: telling?.trials ?? [], by: \.record.fact.task).mapValues {
          Cell(trials: $0)
        })
    }
    self.columns = columns
    // In one order always: sums of fractions depend on it in their last digits.
    let all = names.sorted { $0.key < $1.key }.map { task, name in
      Row(task: task, name: name, cells: cells.map { $0[task] })
    }
    means = cells.indices.map { index in
      let known = all.compactMap { $0.cells[index]?.mean }
      return known.isEmpty
        ? nil : (known.reduce(0, +) / Double(known.count), known.count)
    }
    rows = all.filter { row in
      guard changed else { return true }
      let means = row.cells.compactMap { $0?.mean }
      return (means.max() ?? 0) - (means.min() ?? 0) > 1e-9
    }.sorted { left, right in
      let (one, two) = (Self.weight(left, order, metric), Self.weight(right, order, metric))
      return one == two ? (left.name, left.task) < (right.name, right.task) : one > two
    }
    shown = Array(window.items(of: rows))
  }

  private static func weight(_ row: Row, _ order: Order, _ metric: Metric) -> Double {
    switch order {
    case .name: return 0
    // What was lost is looked at first, then what was gained, then what stayed.
    case .delta:
      guard let delta = row.delta(metric), abs(delta) > 1e-12 else { return -1 }
      return delta < 0 ? 2 - delta : delta / (1 + delta)
    case .hard:
      let means = row.cells.compactMap { $0?.mean }
      return means.isEmpty ? 1 : -means.reduce(0, +) / Double(means.count)
    case .flaky: return row.isFlaky ? 1 : 0
    }
  }

  /// Whether there are tasks behind those that are shown.
  public var isTruncated: Bool { window.isCut(rows.count) }
  /// Where the next page begins.
  public var next: String? { window.next(rows.count) }
  /// Whole counts.
  public var counts: [String: Int] {
    ["tasks": rows.count, "columns": columns.count, "flaky": rows.count(where: \.isFlaky)]
  }

  /// One record for each task, with one cell for each column.
  public var items: [JSON] {
    shown.map { row in
      [
        "task": .string(row.name), "digest": .string(row.task.hex),
        "split": .string(split.rawValue), "flaky": .bool(row.isFlaky),
        "delta": .number(row.delta(metric)),
        "cells": .array(
          zip(columns, row.cells).map { column, cell in
            [
              "generation": .string(column.title), "candidate": .string("\(column.candidate)"),
              "chose_the_candidate": .bool(column.isSelected),
              "score": .number(cell?.mean), "passes": .optional(cell?.scores.count { $0 == 1 }),
              "scored": .optional(cell?.scores.count), "marks": .optional(cell.map(Self.marks)),
              "cost_usd": .number(cell?.mean(.cost)), "wall_ms": .number(cell?.mean(.time)),
              "trials": .array((cell?.trials ?? []).map { .string("\($0.record.id)") }),
            ]
          }),
      ]
    }
  }

  /// The night, and what stands in the columns.
  public var fields: [String: JSON] {
    [
      "run": .string("\(view.run.id)"), "state": .string(view.state.rawValue),
      "rehearsal": .bool(view.rehearsal != nil), "split": .string(split.rawValue),
      "metric": .string(metric.rawValue),
      "columns": .array(
        columns.map {
          [
            "generation": .string($0.title), "candidate": .string("\($0.candidate)"),
            "chose_the_candidate": .bool($0.isSelected),
          ]
        }),
      "means": .array(
        zip(columns, means).map { column, mean in
          column.isSelected ? .null : .number(mean?.mean)
        }),
    ]
  }

  /// Commands that lead on.
  public var hints: [String] {
    let run = view.run.id
    var hints: [String] = []
    if columns.count > 1, let first = columns.first, let last = columns.last {
      hints.append("belay diff \(first.title) \(last.title) --run \(run)")
    }
    if !isChanged { hints.append("belay matrix --run \(run) --changed --sort delta") }
    if let trial = shown.first?.cells.last??.trials.last {
      hints.append("belay trace \(trial.record.id)")
    }
    return hints
  }

  /// A letter for each trial: `#` pass, `+` partial credit, `.` fail, `T` limit, `R` refusal, `E` not scored,
  /// `?` not finished.
  static func marks(_ cell: Cell) -> String {
    let letters = cell.trials.map { trial -> Character in
      guard let latest = trial.record.latest, trial.record.isFinished else { return "?" }
      guard let score = latest.score else { return "E" }
      if score >= 1 { return "#" }
      switch latest.outcome {
      case .limit: return "T"
      case .refusal: return "R"
      default: return score > 0 ? "+" : "."
      }
    }
    guard letters.count > 8 else { return String(letters) }
    let counts = ["#", "+", ".", "T", "R", "E", "?"].compactMap { letter -> String? in
      let count = letters.count { String($0) == letter }
      return count > 0 ? "\(count)\(letter)" : nil
    }
    return counts.joined(separator: " ")
  }
}
