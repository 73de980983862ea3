public import Base
public import Facts
public import Layout
public import Ledger
internal import Score

/// Task × harness: where the scores come from.
public struct Matrix: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.matrix/1"

  /// In which order the tasks stand.
  public enum Order: String, Sendable, Hashable, CaseIterable {
    /// By name.
    case name
    /// Lowest mean over the columns first.
    case hard
    /// Tasks with both passes and failures in one column first.
    case flaky
    /// Largest difference between columns first.
    case spread
  }

  /// One task with its sums in each column; nil where it has no trial.
  public struct Row: Sendable, Hashable {
    /// The task.
    public let task: Digest
    /// Its name, as it was: not yet safe to print.
    public let name: String
    /// Its split.
    public let split: Split?
    /// One entry per column.
    public let cells: [Tally?]
  }

  /// The columns.
  public let columns: [Subject]
  /// All rows that fit, in order.
  public let allRows: [Row]
  /// How often the vault of the columns' suite was opened in this lab.
  public let vaultOpenings: Int
  let window: Window
  let isDiffering: Bool

  /// The rows that are shown.
  public var rows: [Row] { Array(window.items(of: allRows)) }

  /// Reads the columns: the subjects that are named, none of them of a night, else the rows of the suite's
  /// leaderboard.
  public static func read(
    _ reader: LedgerReader, subjects: [Subject] = [], suite: String? = nil, split: Split? = nil,
    columns most: Int = 10, differing: Bool = false, order: Order = .name,
    window: Window = Window(limit: 200)
  ) throws -> Matrix {
    for subject in subjects {
      let (run, candidate) = (subject.run.id, subject.candidate.id)
      try subject.refuseNight(
        "side by side with others",
        hint: "belay matrix \(candidate) --run \(run) has its fresh trials")
    }
    var columns = subjects
    var split = split
    if columns.isEmpty {
      let board = try Leaderboard.read(
        reader, suite: suite, split: split, window: Window(limit: most))
      columns = board.rows.map { Subject(run: $0.run, candidate: $0.candidate) }
      split = split ?? board.split
    }
    let cells = try reader.cells(
      CellFilter(
        runs: Array(Set(columns.map(\.run.id))),
        candidates: Array(Set(columns.map(\.candidate.id))), split: split))
    let openings = try columns.first.map {
      try reader.vaultOpenings(suite: $0.run.fact.suite).count
    }
    return Matrix(
      columns: columns, cells: cells, differing: differing, order: order, window: window,
      vaultOpenings: openings ?? 0)
  }

  init(
    columns: [Subject], cells: [Cell], differing: Bool, order: Order, window: Window,
    vaultOpenings: Int = 0
  ) {
    self.columns = columns
    self.vaultOpenings = vaultOpenings
    self.window = window
    isDiffering = differing
    var places: [Leaderboard.Row.Key: Int] = [:]
    for (index, column) in columns.enumerated() {
      places[Leaderboard.Row.Key(run: column.run.id, candidate: column.candidate.id)] = index
    }
    var rows: [Digest: (cell: Cell, tallies: [Tally?])] = [:]
    for cell in cells {
      let key = Leaderboard.Row.Key(run: cell.run, candidate: cell.candidate)
      guard let place = places[key] else { continue }
      rows[cell.task, default: (cell, Array(repeating: nil, count: columns.count))]
        .tallies[place] = cell.tally
    }
    let all = rows.map { task, row in
      Row(task: task, name: row.cell.taskName, split: row.cell.split, cells: row.tallies)
    }
    let kept = differing ? all.filter { $0.spread > 0 || $0.hasGap } : all
    allRows = kept.sorted { left, right in
      let (one, two) = (left.weight(order), right.weight(order))
      return one == two ? (left.name, left.task) < (right.name, right.task) : one > two
    }
  }

  /// Whether there are tasks behind those that are shown.
  public var isTruncated: Bool { window.isCut(allRows.count) }
  /// Where the next page begins.
  public var next: String? { window.next(allRows.count) }

  /// Whole counts.
  public var counts: [String: Int] {
    [
      "tasks": allRows.count, "columns": columns.count,
      "flaky": allRows.count(where: \.isFlaky), "vault_openings": vaultOpenings,
    ]
  }

  /// One record per task, with one cell per column.
  public var items: [JSON] {
    rows.map { row in
      [
        "task": .string(row.name), "digest": .string(row.task.hex),
        "split": .optional(row.split?.rawValue), "flaky": .bool(row.isFlaky),
        "cells": .array(
          zip(columns, row.cells).map { column, tally in
            [
              "run": .string("\(column.run.id)"), "candidate": .string("\(column.candidate.id)"),
              "harness": .string(column.candidate.name), "score": .number(tally?.mean),
              "passes": .optional(tally?.passes), "trials": tally?.trialsJSON ?? .null,
              "usage": tally?.usageJSON ?? .null,
            ]
          }),
      ]
    }
  }

  /// Commands that lead on.
  public var hints: [String] {
    guard columns.count > 1 else { return ["belay leaderboard"] }
    return ["belay compare \(columns[1].label) \(columns[0].label)"]
  }
}

extension Matrix.Row {
  /// Whether one column has both passes and scored trials that did not pass.
  var isFlaky: Bool {
    cells.contains { tally in
      tally.map { $0.passes > 0 && $0.passes < $0.scored } ?? false
    }
  }

  /// Whether a column has no trial of it.
  var hasGap: Bool { cells.contains { $0 == nil } }

  /// The largest difference of mean scores between columns.
  var spread: Double {
    let means = cells.compactMap { $0?.mean }
    return (means.max() ?? 0) - (means.min() ?? 0)
  }

  fileprivate func weight(_ order: Matrix.Order) -> Double {
    let means = cells.compactMap { $0?.mean }
    switch order {
    case .name: return 0
    case .hard: return means.isEmpty ? 1 : -means.reduce(0, +) / Double(means.count)
    case .flaky: return isFlaky ? 1 : 0
    case .spread: return spread
    }
  }
}
