internal import Base
package import Console
internal import Facts
internal import Platform
internal import Report
internal import Survey
internal import Workbench

package enum LeaderboardCommand {
  static let suite = Option(
    "suite", .path("SUITE"), "A folder, a name or a digest; else a board for each suite")
  static let split = Option(
    "split", ValueKind<Split>.choice("SPLIT"), "Else that of the largest comparable group")
  static let minCoverage = Option(
    "min-coverage", .number("SHARE", 0...1), default: 0.9,
    "Below this share of scored trials a row is undecided")

  static let format = Option(
    "format", .choice("FORMAT", ["table", "md", "csv", "json"]), default: "table",
    "How it is written")

  package static let command = Command(
    "leaderboard", in: .inspect, "Rank what was run on the suites; only comparable rows are ranked",
    discussion: """
      Rows are comparable when the suite's digest, the conditions of the run (limits, network, sandbox, host) \
      and the trials agree; models are part of what is ranked, simulated ones apart from real ones. '=' marks \
      rows that the paired test cannot tell apart. The baseline and the champion of a night stand there by \
      trials that chose nothing. --all also shows the rows that are not comparable, and why.
      """,
    takes: [suite, split, minCoverage, format, NightWord.cursor],
    examples: [
      Example("belay leaderboard", "on every suite"),
      Example("belay leaderboard --format md > board.md", "to be published"),
      Example("belay leaderboard --suite benchmarks/shell --split gate", "on the gate split"),
    ],
    output: .list(
      "leaderboard", compact: ["rank", "candidate", "harness.name", "score.mean", "verdict"]),
    reading: .plain
  ) { call in
    let reader = try LabWord.reader(call)
    let suite = try call[suite].map { try SuiteWord.recorded($0, reader, call) }
    let page = try BoardsPage.read(
      reader, suite: suite, split: call[split], all: call.limit == nil,
      window: NightWord.window(call), minCoverage: call[minCoverage], keeping: true,
      clock: call.surroundings.clock
    )
    switch call[format] {
    case "md" where call.output.mode == .text: try call.output.text(page.markdown)
    case "csv" where call.output.mode == .text:
      try call.output.text(page.csv)
      // A file of rows has no place for sentences.
      for sentence in (page.cut.map { [$0] } ?? []) + page.cautions { call.output.warn(sentence) }
    default: try call.show(page, asJSON: call[format] == "json")
    }
    return .ok
  }
}
