import Base
import Score
import Testing

@testable import Report

@Suite struct ComparisonTests {
  private func trials(_ scores: [String: [(seed: UInt64, score: Double?)]]) -> [TrialScore] {
    scores.flatMap { name, list in
      list.map {
        TrialScore(
          task: Digest.of(name), name: name, split: .dev, seed: $0.seed, score: $0.score)
      }
    }
  }

  private func compare(
    _ first: [TrialScore], _ second: [TrialScore], conditions: JSON = ["trials": 3],
    suite: Digest = Fixture.suite
  ) -> Comparison {
    Comparison(
      first: Subject(run: Fixture.run(1), candidate: Fixture.candidate(1, name: "base")),
      second: Subject(
        run: Fixture.run(2, conditions: conditions, suite: suite),
        candidate: Fixture.candidate(2, name: "edit")),
      firstTrials: first, secondTrials: second,
      firstTally: Fixture.tally(first.compactMap(\.score), cost: 0.01),
      secondTally: Fixture.tally(second.compactMap(\.score), cost: 0.02))
  }

  private func uniform(_ count: Int, _ score: (Int) -> Double) -> [TrialScore] {
    trials(
      Dictionary(
        uniqueKeysWithValues: (0..<count).map { ("t\($0)", [(UInt64(1), score($0))]) }))
  }

  @Test func `trials pair by task and seed, in whatever order they ran`() throws {
    let page = compare(
      trials(["a": [(1, 0), (2, 1), (3, 1)], "b": [(1, 1)]]),
      trials(["a": [(3, 0), (1, 1), (9, 0)], "b": [(1, 1)]]))
    let a = try #require(page.tasks.first)
    #expect(a.pairs == 2)
    #expect(a.difference == 0)
    #expect(page.counts["pairs"] == 3)
    #expect(page.fields["difference"]?["tasks"] == 2)
  }

  @Test func `without a shared seed the task means are compared`() {
    let page = compare(trials(["a": [(1, 0), (2, 1)]]), trials(["a": [(5, 1), (6, 1)]]))
    #expect(page.tasks.first?.pairs == 0)
    #expect(page.tasks.first?.difference == 0.5)
  }

  @Test(
    arguments: [
      (0.0, 1.0, .better), (1, 0, .worse), (1, 1, .cannotTell),
    ] as [(Double, Double, Comparison.Verdict)])
  func `the verdict follows the interval`(
    _ first: Double, _ second: Double, _ verdict: Comparison.Verdict
  ) {
    let page = compare(
      uniform(20) { $0 < 5 ? 0.5 : first }, uniform(20) { $0 < 5 ? 0.5 : second })
    #expect(page.verdict == verdict)
    #expect(page.isRegression == (verdict == .worse))
  }

  @Test func `other conditions, another suite or lost trials leave it undecided, and it says why`()
  {
    let one = uniform(20) { _ in 0 }
    let two = uniform(20) { _ in 1 }
    #expect(compare(one, two, conditions: ["trials": 5]).cautions == ["trials 3 and not 5"])
    #expect(compare(one, two, suite: Digest.of("other")).verdict == .undecided)
    let page = compare(one, trials(["t0": [(1, nil)], "t1": [(1, 1)]]))
    #expect(page.verdict == .undecided)
    #expect(page.cautions.contains("r2/c2: 19 tasks without a scored trial"))
    #expect(page.text(width: 80).contains("caution: r2/c2: 1 of 2 trials scored, 90.0% needed"))
  }

  @Test(arguments: [
    (0, 14, [14, 13, 12, 11, 10, 9, 8, 7, 6, 5]), (2, 12, [-2, -1, 12, 11, 10, 9, 8, 7, 6, 5]),
    (8, 7, [-8, -7, -6, -5, -4, 7, 6, 5, 4, 3]), (1, 2, [-1, 2, 1]),
  ])
  func `the biggest movers are told, of both sides where there are any`(
    better: Int, worse: Int, expected: [Int]
  ) {
    func tasks(_ score: (Int) -> Double) -> [TrialScore] {
      var scores: [String: [(seed: UInt64, score: Double?)]] = [:]
      for number in -better...worse { scores["t\(number)"] = [(1, score(number))] }
      return trials(scores)
    }
    let page = compare(tasks { _ in 0.5 }, tasks { 0.5 - Double($0) / 100 })
    let moved = page.movers().map { Int((($0.difference ?? 0) * -100).rounded()) }
    let told = moved.filter { $0 < 0 } + moved.filter { $0 > 0 }.reversed()
    #expect(told == expected)
  }

  @Test func `the text is as drawn`() {
    let page = compare(
      trials([
        "git-bisect": [(1, 0), (2, 0)], "same": [(1, 1), (2, 1)],
        "nginx\u{202E}": [(1, 1), (2, 1)],
      ]),
      trials([
        "git-bisect": [(1, 1), (2, 1)], "same": [(1, 1), (2, 1)],
        "nginx\u{202E}": [(1, 1), (2, 0)],
      ]))
    #expect(
      page.text(width: 90) == """
        r1/c1 base 66.7% ->  r2/c2 edit 83.3%  on shell@\(Fixture.suite.short)
        difference +16.7 points  95% interval [-100.0, +100.0]  p = 0.742
          the data cannot tell them apart
        tasks: better 1  worse 1  same 1  missing 0  6 pairs of trials with one seed
        $/trial $0.0100 -> $0.0200 (+100%)  tok/trial - -> -  time/trial 1.0s -> 1.0s (+0%)
        biggest movers  first  second  points  split
        git-bisect        0/2     2/2  +100.0  dev
        nginx\\u{202e}     2/2     1/2   -50.0  dev

        """)
  }
}
