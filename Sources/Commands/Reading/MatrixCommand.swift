internal import Base
internal import Console
internal import Report

enum MatrixCommand {
  static let subjects = Argument(
    repeated: .text("WHICH"), "Columns: r3, r3/c1, c1, h3f9c, a name; else the leaderboard's rows")
  static let suite = Option(
    "suite", .path("SUITE"), "The suite whose leaderboard gives the columns")
  static let split = Option("split", ValueKind<Split>.choice("SPLIT"), "Tasks of this split only")
  static let columns = Option(
    "columns", .whole("N", 1...100), default: 10, "At most so many columns")
  static let changed = Flag("changed", "Only tasks on which the columns differ")
  static let order = Option(
    "sort", ValueKind<Matrix.Order>.choice("ORDER"), default: .name, shown: "name",
    "In which order the tasks stand")

  static let command = Command(
    "matrix", in: .inspect, "Show task by harness where the scores come from",
    takes: [subjects, suite, split, columns, changed, order],
    examples: [
      Example("belay matrix", "the rows of the leaderboard"),
      Example("belay matrix c1 c2 --changed --sort spread", "where two harnesses differ"),
    ],
    output: .list("matrix", compact: ["task", "split", "cells.candidate", "cells.score"]),
    reading: .plain
  ) { call in
    let reader = try LabWord.reader(call)
    let subjects = try call[subjects].flatMap { word in
      try Subject.columns(HarnessWord.recorded(word, reader), reader)
    }
    let suite = try call[suite].map { try SuiteWord.recorded($0, reader, call) }
    try call.show(
      Matrix.read(
        reader, subjects: subjects, suite: suite, split: call[split], columns: call[columns],
        differing: call[changed], order: call[order], limit: call.limit ?? .max))
    return .ok
  }
}
