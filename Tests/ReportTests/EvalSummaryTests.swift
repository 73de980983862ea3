import Base
import Facts
import Layout
import Testing

@testable import Score

@Suite struct EvalSummaryTests {
  private func summary(_ tasks: [TaskScore], run: RunRecord = Fixture.run(), openings: Int = 0)
    -> EvalSummary
  {
    let card = Scorecard(tasks)
    return EvalSummary(
      run: run, candidate: Fixture.candidate(), card: card,
      worst: card.worst().map { EvalSummary.WorstTask(task: $0, trial: TrialID(7)) },
      vaultOpenings: openings)
  }

  @Test func `the text leads with the score and its interval`() {
    let page = summary([
      Fixture.task("git-bisect", [1, 1, 0]), Fixture.task("sqlite-repair", [1, 0, 0]),
      Fixture.task("all-good", [1, 1, 1], split: .gate),
    ])
    #expect(
      page.text(width: 100)
        == """
        r1  c1 oracle  on shell@\(Fixture.suite.short) (dev+gate, 3 tasks)
        score     66.7%  95% interval [0.0, 100.0]  t over 3 tasks
          dev     50.0%  95% interval [0.0, 100.0]  t over 2 tasks
          gate    100.0%  95% interval [2.5, 100.0]  one task, exact binomial
        pass@k    @1 66.7  @2 88.9  @3 100.0
        trials    9 of 9 scored  completed 9
        usage     cost unknown  tokens unknown
        time      3m07s from start to end  trials 9.0s  cpu 900ms
        worst tasks    score  passed  split  trial  outcomes
        sqlite-repair   33.3     1/3  dev    t7     completed 3
        git-bisect      66.7     2/3  dev    t7     completed 3
        next      belay trace t7  belay matrix --suite shell  belay leaderboard --suite shell

        """)
  }

  @Test func `an undecided run shows reasons and no number`() {
    let page = summary(
      [Fixture.task("a", [1], unscored: [.sandboxFailed])],
      run: Fixture.run(opensVault: true, ending: .interrupted), openings: 2)
    let text = page.text(width: 80)
    #expect(text.contains("score     undecided: 1 of 2 trials scored, 90.0% needed\n"))
    #expect(text.contains("interrupted"))
    #expect(text.contains("vault     opened 2 times in this lab"))
    #expect(page.hints.first == "belay eval oracle --resume")
    #expect(page.fields["score"]?.isNull == true)
    #expect(page.fields["verdict"] == "undecided")
  }

  @Test(
    arguments: [
      ("shell", "shell"), ("org/shell-2.1", "org/shell-2.1"), ("x; rm -rf ~", nil), ("--all", nil),
      ("$(id)", nil), ("", nil),
    ] as [(String, String?)])
  func `a hint can be pasted whatever the suite is called`(_ name: String, _ word: String?) {
    #expect(Fixture.suite.pasteable(name) == word ?? Fixture.suite.short)
  }

  @Test(arguments: [40, 60, 80, 132])
  func `no line is wider than asked and no name acts on the terminal`(_ width: Int) {
    let page = summary([
      Fixture.task("\u{1B}[31mred\u{202E}\n" + String(repeating: "very-long-", count: 20), [0]),
      Fixture.task("日本語の課題", [0.5], unscored: [.providerFailed]),
    ])
    let text = page.text(width: width)
    #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
    for line in text.split(separator: "\n") {
      #expect(DisplayWidth.of(String(line)) <= width, "\(line)")
    }
  }
}
