import Base
import Facts
import Layout
import Testing

@testable import Report

@Suite struct MatrixTests {
  private let columns = [1, 2].map {
    Subject(run: Fixture.run($0), candidate: Fixture.candidate($0, name: "harness-\($0)"))
  }

  private func matrix(differing: Bool = false, order: Matrix.Order = .name) -> Matrix {
    let cells = [
      Fixture.cell(run: 1, candidate: 1, "easy", Fixture.tally([1, 1, 1])),
      Fixture.cell(run: 2, candidate: 2, "easy", Fixture.tally([1, 1, 1])),
      Fixture.cell(run: 1, candidate: 1, "flaky", Fixture.tally([1, 0, 0])),
      Fixture.cell(run: 2, candidate: 2, "flaky", Fixture.tally([1, 1], unscored: [.cancelled])),
      Fixture.cell(run: 1, candidate: 1, "slow", Fixture.tally([0, 0, 0], limit: 2)),
      Fixture.cell(run: 2, candidate: 2, "slow", Fixture.tally([0.5, 1], pending: 1)),
      Fixture.cell(run: 2, candidate: 2, "only\u{1B}B", Fixture.tally([0], pending: 2)),
      Fixture.cell(run: 9, candidate: 9, "elsewhere", Fixture.tally([0])),
    ]
    return Matrix(
      columns: columns, cells: cells, differing: differing, order: order, window: Window(limit: 200)
    )
  }

  @Test func `each trial is a mark and what is missing is missing`() {
    #expect(
      matrix().text(width: 80)
        == """
        c1 = harness-1  shell@\(Fixture.suite.short)  r1
        c2 = harness-2  shell@\(Fixture.suite.short)  r2
        task           c1      c2
        easy           ###     ###
        flaky          #..     ##E   flaky
        only\\u{1b}B    -       .??
        slow           .TT     0.75  flaky
        mean of tasks  (44.4)  68.8
        # pass  . not the full score  T limit  E not scored  ? unfinished  - not run
        (mean) tasks are missing

        """)
  }

  @Test(
    arguments: [
      (.name, ["easy", "flaky", "only\u{1B}B", "slow"]),
      (.hard, ["only\u{1B}B", "slow", "flaky", "easy"]),
      (.flaky, ["flaky", "slow", "easy", "only\u{1B}B"]),
      (.spread, ["slow", "flaky", "easy", "only\u{1B}B"]),
    ] as [(Matrix.Order, [String])])
  func `tasks stand in the order asked for`(_ order: Matrix.Order, _ names: [String]) {
    #expect(matrix(order: order).allRows.map(\.name) == names)
  }

  @Test func `differing keeps tasks whose columns differ or lack one`() {
    #expect(matrix(differing: true).allRows.map(\.name) == ["flaky", "only\u{1B}B", "slow"])
  }

  @Test func `records carry every column, null where it was not run`() {
    let record = matrix().items.first { $0["task"].string?.hasPrefix("only") ?? false }
    #expect(record?["cells"][0]["score"].isNull == true)
    #expect(record?["cells"][0]["trials"].isNull == true)
    #expect(record?["cells"][1]["score"].double == 0)
    #expect(record?["cells"][1]["candidate"] == "c2")
  }

  @Test(
    arguments: [(Array(repeating: 1.0, count: 47) + [0, 0, 0], "47/50"), ([], "??")]
      as [([Double], String)])
  func `many trials are counted`(_ scores: [Double], _ expected: String) {
    #expect(Matrix.mark(Fixture.tally(scores, pending: scores.isEmpty ? 2 : 0)) == expected)
  }
}
