import Base
import Facts
import Score
import Stats
import Testing

@Suite struct ScorecardTests {
  @Test func `the score is the mean of task means, whatever the number of trials`() throws {
    let card = Scorecard([
      Fixture.task("a", [1, 1, 1, 1]), Fixture.task("b", [0]), Fixture.task("c", [0.5, 0.5]),
    ])
    let score = try #require(card.score)
    #expect(score.mean == 0.5)
    #expect(card.verdict == .scored)
    #expect(card.fields["score"]?["low"].double == 0)
    #expect(card.fields["score"]?["high"].double == 1)
    #expect(card.fields["trials"]?["by_outcome"]["completed"] == 7)
    #expect(card.fields["trials"]?["by_outcome"]["broke_judge"] == 0)
    #expect(card.fields["usage"]?["cost_usd"].isNull == true)
  }

  @Test(
    arguments: [
      (9, 1, 0.9, true), (8, 2, 0.9, false), (8, 2, 0.8, true), (1, 9, 0, true), (10, 0, 1, true),
      (99, 1, 1, false),
    ] as [(Int, Int, Double, Bool)])
  func `below the coverage limit there is no number`(
    _ scored: Int, _ failed: Int, _ limit: Double, _ decided: Bool
  ) {
    let task = Fixture.task(
      "a", Array(repeating: 1, count: scored),
      unscored: Array(repeating: .sandboxFailed, count: failed))
    let card = Scorecard([task], minCoverage: limit)
    #expect((card.score != nil) == decided)
    #expect(card.fields["score"]?.isNull == !decided)
    #expect(card.fields["verdict"]?.string == (decided ? "scored" : "undecided"))
    #expect(card.passAtK.isEmpty == !decided)
  }

  @Test func `a task without a scored trial leaves the run undecided`() {
    let many = (0..<30).map { Fixture.task("t\($0)", [1, 1, 1]) }
    let lost = Fixture.task("lost", [], unscored: [.verifierFailed])
    #expect(Scorecard(many + [lost]).reasons == ["1 task without a scored trial"])
    let fact = TaskFact(name: "never tried", digest: Digest.of("never tried"))
    #expect(Scorecard(many, expected: [fact]).reasons == ["1 task without a scored trial"])
    #expect(Scorecard([]).reasons == ["no trial was attempted"])
  }

  @Test func `pass at k is told for every k that all tasks allow`() {
    let card = Scorecard([Fixture.task("a", [1, 0, 0]), Fixture.task("b", [1, 1, 0, 0])])
    #expect(card.passAtK.map(\.k) == [1, 2, 3])
    #expect(abs((card.passAtK.last?.value ?? 0) - 1) < 1e-12)
  }

  @Test func `worst tasks are those that lack most, without those at the full score`() {
    let card = Scorecard([
      Fixture.task("half", [0.5]), Fixture.task("full", [1]), Fixture.task("b none", [0]),
      Fixture.task("a none", [0]),
    ])
    #expect(card.worst().map(\.name) == ["a none", "b none", "half"])
    #expect(card.worst(1).map(\.name) == ["a none"])
  }

  @Test func `cells of several runs add up by task`() {
    let cells = [
      Fixture.cell(run: 1, "a", Fixture.tally([1], cost: 0.5)),
      Fixture.cell(run: 2, "a", Fixture.tally([0, 0], limit: 1)),
      Fixture.cell(run: 2, "b", Fixture.tally([1])),
    ]
    let tasks = TaskScore.fold(cells)
    #expect(tasks.map(\.name) == ["a", "b"])
    #expect(tasks.first?.mean == 1.0 / 3)
    #expect(tasks.first?.tally.byOutcome == [.completed: 2, .limit: 1])
    #expect(tasks.first?.tally.costUSD == 0.5)
  }
}
