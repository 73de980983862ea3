import Climb
import Climbs
import Exchange
import NightLab
import Testing

@Suite struct NightClimbTests {
  @Test func `a night's races are attempts under the names of the lab, paired with their control`()
    throws
  {
    let climb = NightClimb.climb(try Nights.finished(vault: nil), run: "r1")
    #expect(climb.steps.map(\.name) == ["c41", "c57"])
    #expect(climb.steps.map(\.fate) == [.baseline, .kept])
    #expect(climb.steps.map(\.score) == [1 / 3.0, 1])
    #expect(climb.steps[1].base == 0)
    #expect(climb.steps[1].description == "race 1, 2 edits, against c41")
    #expect(climb.steps[0].trials.keys.sorted() == climb.steps[1].trials.keys.sorted())
    #expect(climb.claimed == 1)
    let refused = NightClimb.climb(try Nights.finished(champion: 1, vault: nil), run: "r1")
    #expect(refused.steps.map(\.fate) == [.baseline, .discarded])
    #expect(refused.claimed == 0)
  }

  @Test func `tasks that have one name are one task with several trials`() throws {
    var facts = try Nights.finished(vault: nil)
    guard case .opened(var rules) = facts[0] else { return }
    for place in rules.tasks.indices { rules.tasks[place].name = "same" }
    facts[0] = .opened(rules)
    let climb = NightClimb.climb(facts, run: "r1")
    #expect(climb.steps.map { $0.trials.values.map(\.count) } == [[3], [3]])
    #expect(climb.steps.map(\.score) == [1 / 3.0, 1])
  }
}
