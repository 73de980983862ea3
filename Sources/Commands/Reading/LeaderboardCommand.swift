internal import Base
internal import Console
internal import Report

enum LeaderboardCommand {
  static let suite = Option(
    "suite", .path("SUITE"), "A folder, a name or a digest; else that of the newest run")
  static let split = Option(
    "split", ValueKind<Split>.choice("SPLIT"), "Else that of the largest comparable group")
  static let minCoverage = Option(
    "min-coverage", .number("SHARE", 0...1), default: 0.9,
    "Below this share of scored trials a row is undecided")

  static let command = Command(
    "leaderboard", in: .inspect, "Rank what was run on a suite; only comparable rows are ranked",
    discussion: """
      Rows are comparable when the suite's digest, the conditions of the run (limits, network, sandbox, host) \
      and the trials agree. '=' marks rows that the paired test cannot tell apart. --all also shows the rows \
      that are not comparable, and why.
      """,
    takes: [suite, split, minCoverage],
    examples: [
      Example("belay leaderboard", "on the suite of the newest run"),
      Example("belay leaderboard --suite benchmarks/shell --split gate", "on the gate split"),
    ],
    output: .list(
      "leaderboard", compact: ["rank", "candidate", "harness.name", "score.mean", "verdict"]),
    reading: .plain
  ) { call in
    let reader = try LabWord.reader(call)
    let suite = try call[suite].map { try SuiteWord.recorded($0, reader, call) }
    try call.show(
      Leaderboard.read(
        reader, suite: suite, split: call[split], all: call.limit == nil,
        limit: call.limit ?? .max, minCoverage: call[minCoverage]))
    return .ok
  }
}
