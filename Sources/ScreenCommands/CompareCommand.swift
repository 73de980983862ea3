internal import Base
package import Console
internal import Facts
internal import Report
internal import Workbench

package enum CompareCommand {
  static let first = Argument(.text("A"), "The one to beat: r3, r3/c1, c1, h3f9c or a name")
  static let second = Argument(.text("B"), "The one that is judged")
  static let split = Option("split", ValueKind<Split>.choice("SPLIT"), "Tasks of this split only")
  static let minCoverage = Option(
    "min-coverage", .number("SHARE", 0...1), default: 0.9,
    "Below this share of scored trials nothing is decided")
  static let failOnRegression = Flag(
    "fail-on-regression", "End with 6 when B is worse beyond doubt")

  package static let command = Command(
    "compare", in: .decide, "Compare two harnesses, paired by task and seed",
    discussion: """
      Says better or worse only when the 95% interval of the paired difference leaves zero out. A harness \
      stands for its newest run; of two, the newest two on the same suite under equal conditions are taken.
      """,
    takes: [first, second, split, minCoverage, failOnRegression],
    examples: [
      Example("belay compare c1 c2", "is c2 better than c1?"),
      Example("belay compare r3 r5 --fail-on-regression", "as a check in a script"),
    ],
    output: .page("compare", compact: ["task", "difference"]),
    reading: .plain
  ) { call in
    let reader = try LabWord.reader(call)
    let (first, second) = try Subject.resolve(
      HarnessWord.recorded(call[first], reader), HarnessWord.recorded(call[second], reader),
      reader)
    let comparison = try Comparison.read(
      reader, first, second, split: call[split], minCoverage: call[minCoverage])
    try call.show(comparison)
    return call[failOnRegression] && comparison.isRegression ? ExitCode(.gate) : .ok
  }
}
