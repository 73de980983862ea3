internal import Base
package import Console
internal import Facts
internal import Ledger
internal import NightReading
internal import Platform
internal import Report
internal import Survey
internal import Workbench

package enum MatrixCommand {
  static let subjects = Argument(
    repeated: .text("WHICH"),
    "Columns: g0, g1, c7 of a night; r3, r3/c1, c1, h3f9c or a name of evals; else those of the newest run"
  )
  static let suite = Option(
    "suite", .path("SUITE"), "The suite whose leaderboard gives the columns")
  static let split = Option("split", ValueKind<Split>.choice("SPLIT"), "Tasks of this split only")
  static let columns = Option(
    "columns", .whole("N", 1...100), default: 10, "At most so many columns")
  static let changed = Flag("changed", "Only tasks on which the columns differ")
  static let order = Option(
    "sort", .choice("ORDER", ["name", "delta", "hard", "flaky", "spread"]), default: "name",
    "In which order the tasks stand; delta is of nights, spread of evals")
  static let metric = Option(
    "metric", ValueKind<NightMatrix.Metric>.choice("METRIC"), default: .pass, shown: "pass",
    "What a cell of a night tells of its trials")

  package static let command = Command(
    "matrix", in: .inspect, "Show where scores come from: task by generation, or by harness",
    discussion: """
      Of a night its generations stand side by side, by fresh trials: gate tasks once it is over, dev tasks \
      before. Candidates that are no generation are added by their ids and have the trials that chose or \
      refused them. Sealed tasks are never told one by one.
      """,
    takes: [
      subjects, NightWord.flag, suite, split, columns, changed, order, metric, NightWord.cursor,
    ],
    examples: [
      Example("belay matrix", "of the newest night, or the rows of the leaderboard"),
      Example(
        "belay matrix g0 g2 c7 --changed --sort delta", "what generations and one more changed"),
      Example("belay matrix c1 c2 --changed --sort spread", "where two harnesses differ"),
    ],
    output: .list("matrix", compact: ["task", "split", "cells.candidate", "cells.score"]),
    reading: .plain
  ) { call in
    let reader = try LabWord.reader(call)
    if let view = try night(call, reader) {
      var ids: [CandidateID] = []
      for word in call[Self.subjects] {
        if RunID(word) != nil { continue }
        guard let id = try GenerationWord.candidate(word, in: view) ?? CandidateID(word) else {
          throw BelayError(
            .usage, "expected g0, g1, champion or c7 of the night, not \(word.printable())",
            place: "\(view.run.id)", hint: "belay tree \(view.run.id)")
        }
        guard view.candidate(labelled: id) != nil else {
          throw BelayError(
            .notFound, "\(id) is no candidate of this night", place: "\(view.run.id)",
            hint: "belay tree \(view.run.id)")
        }
        ids.append(id)
      }
      guard let order = NightMatrix.Order(rawValue: call[Self.order]) else {
        throw BelayError(.usage, "--sort spread is of evals", hint: "--sort delta")
      }
      try call.show(
        NightMatrix(
          reader, view, also: ids,
          only: call[Self.subjects].contains { GenerationWord.isPlace($0) },
          split: call[split], metric: call[metric], order: order, changed: call[changed],
          window: NightWord.window(call)))
      return .ok
    }
    guard let order = Matrix.Order(rawValue: call[Self.order]) else {
      throw BelayError(.usage, "--sort delta is of nights", hint: "--sort spread")
    }
    let subjects = try call[subjects].flatMap { word in
      try Subject.columns(HarnessWord.recorded(word, reader), reader)
    }
    let suite = try call[suite].map { try SuiteWord.recorded($0, reader, call) }
    try call.show(
      Matrix.read(
        reader, subjects: subjects, suite: suite, split: call[split], columns: call[columns],
        differing: call[changed], order: order, window: NightWord.window(call)))
    return .ok
  }

  // Which night is meant: the one that is named, by itself or by a generation, else the newest run where that
  // is a night and nothing says otherwise.
  private static func night(_ call: Call, _ reader: LedgerReader) throws -> NightView? {
    let words = call[subjects]
    let clock = call.surroundings.clock
    let named = words.compactMap { RunID($0) }
    if let flag = call[NightWord.flag] { return try NightWord.view(flag, call) }
    if named.count == 1, let id = named.first, try reader.head(id).fact.type == .night {
      return try NightView.read(reader, run: id, keeping: true, clock: clock)
    }
    guard named.isEmpty, call[suite] == nil else { return nil }
    if words.contains(where: GenerationWord.isPlace) { return try NightWord.view(nil, call) }
    let known = try reader.runs().filter { [.night, .eval, .imported].contains($0.fact.type) }
    guard words.isEmpty else {
      let ids = words.compactMap { CandidateID($0) }
      let isEvaluated = known.contains { run in
        run.fact.type != .night && ids.contains { run.candidates.contains($0) }
      }
      guard ids.count == words.count, !isEvaluated else { return nil }
      return try GenerationWord.night(of: ids, reader, clock)
    }
    guard let newest = known.first, newest.fact.type == .night else { return nil }
    return try NightView.read(reader, run: newest.id, keeping: true, clock: clock)
  }
}
