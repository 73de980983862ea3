import Base
import Climb
import Facts
import Ledger
import NightLab
import NightReading
import Testing

@testable import Survey

@Suite struct CounterpartTests {
  private typealias Draw = Counterpart.Draw

  private static func draw(_ id: Int, seed: UInt64, _ purpose: String, _ score: Double?) -> Draw {
    Draw(id: TrialID(id), order: id, seed: seed, purpose: purpose, score: score)
  }

  private static let bank = [
    draw(1, seed: 70, "bank", 0), draw(4, seed: 71, "bank", 1), draw(9, seed: 72, "bank", nil),
  ]

  @Test(
    arguments: [
      // A race's trial has its partner in the bank, whichever of the bank's came first.
      (
        draw(12, seed: 71, "race", 0), [], [bank], 0, 4, "the same draw of the task, its bank trial"
      ),
      // Of several attempts at one draw the last that was scored.
      (
        draw(12, seed: 71, "race", 0), [],
        [bank + [draw(5, seed: 71, "bank", 1), draw(6, seed: 71, "bank", nil)]], 0, 5,
        "the same draw of the task, its bank trial"
      ),
      (
        draw(12, seed: 72, "race", 0), [], [bank], 0, 9,
        "the same draw of the task, its bank trial"
      ),
      // The same draw under an earlier parent comes before another draw under the latest.
      (
        draw(12, seed: 71, "race", 0), [], [[draw(20, seed: 90, "race", 1)], bank], 1, 4,
        "the same draw of the task, its bank trial"
      ),
      // Without the same draw the n-th of its kind, a repeated draw counting once.
      (
        draw(12, seed: 31, "screen", 1), [draw(7, seed: 30, "screen", 1)],
        [
          bank + [
            draw(2, seed: 20, "screen", nil), draw(3, seed: 20, "screen", 0),
            draw(8, seed: 21, "screen", 1), draw(10, seed: 22, "screen", 0),
          ]
        ], 0, 8, "another draw of the task, screen trial 2 of each on it"
      ),
      // Without one of its kind the first that was scored, and it is said that nothing is like it.
      (
        draw(12, seed: 31, "twin", 1), [], [[draw(0, seed: 5, "smoke", nil)] + bank], 0, 1,
        "another draw of the task, its first bank trial of it; none of its trials is like this one"
      ),
      (
        draw(12, seed: 31, "", 1), [], [[draw(3, seed: 5, "", nil)]], 0, 3,
        "another draw of the task, trial 1 of each on it"
      ),
    ] as [(Counterpart.Draw, [Counterpart.Draw], [[Counterpart.Draw]], Int, Int, String)])
  func `a trial is set against the same draw under its parent, else against its like`(
    mine: Counterpart.Draw, own: [Counterpart.Draw], parents: [[Counterpart.Draw]], parent: Int,
    trial: Int, why: String
  ) throws {
    // However the trials come.
    for turned in [false, true] {
      let found = try #require(
        Counterpart.counterpart(
          of: mine, own: turned ? [mine] + own.reversed() : own + [mine],
          among: parents.map { turned ? $0.reversed() : $0 }))
      #expect(found.parent == parent && found.draw.id == TrialID(trial), "\(found)")
      #expect(found.why == why)
    }
  }

  @Test func `who has no trial of the task has no counterpart`() {
    #expect(
      Counterpart.counterpart(
        of: Self.draw(1, seed: 1, "race", 1), own: [], among: [[], []]) == nil)
    let mine = Self.draw(1, seed: 1, "race", 1)
    #expect(Counterpart.sibling(mine, among: [mine]) == nil)
  }

  @Test(
    arguments: [
      ([(2, 5, "bank", 1.0), (9, 6, "bank", 0.0)], 9, "the nearest that ended otherwise; another"),
      ([(2, 5, "race", 0), (19, 6, "bank", 0)], 19, "the nearest that ended otherwise; another"),
      ([(2, 5, "bank", 1), (9, 6, "bank", 1)], 9, "the nearest, since none ended otherwise"),
      ([(2, 5, "bank", 0), (11, 6, "bank", nil)], 2, "the nearest that ended otherwise"),
      ([(11, 6, "bank", nil)], 11, "the nearest, none is scored; another draw"),
      ([(11, 3, "bank", 0)], 11, "the nearest that ended otherwise; the same draw"),
    ] as [([(Int, UInt64, String, Double?)], Int, String)])
  func `among siblings the one that ended otherwise, of the same kind, the nearest`(
    others: [(Int, UInt64, String, Double?)], trial: Int, why: String
  ) throws {
    let mine = Self.draw(10, seed: 3, "bank", 1)
    let own = [mine] + others.map { Self.draw($0.0, seed: $0.1, $0.2, $0.3) }
    for own in [own, own.reversed()] {
      let found = try #require(Counterpart.sibling(mine, among: own))
      #expect(found.draw.id == TrialID(trial) && found.why.hasPrefix(why), "\(found)")
    }
  }

  @Test func `a race's trial of a recorded night is set against the pair that was fed`()
    async throws
  {
    try await RecordedNight.with { lab in
      let reader = try lab.lab.reader()
      let view = try lab.view()
      let trials = try NightTrial.read(reader, view, CandidateID(2))
      let race = trials.filter { $0.purpose == "race" }
      #expect(race.count == 3)
      for trial in race {
        let found = try Counterpart.parent(of: trial.record.id, reader, view)
        let other = try reader.trial(found.trial).trial
        #expect(other.fact.candidate == CandidateID(1) && other.fact.task == trial.record.fact.task)
        #expect(other.fact.seed == trial.record.fact.seed)
        #expect(
          found.reason == "c1, its control in race 1: the same draw of the task, its bank trial")
      }
      let report = try #require(trials.first { $0.purpose == "report" })
      #expect(
        try Counterpart.parent(of: report.record.id, reader, view).reason
          == "c1, its control in race 1: another draw of the task, its first bank trial of it; "
          + "none of its trials is like this one")
      let first = try #require(
        try NightTrial.read(reader, view, CandidateID(1)).first { $0.purpose == "bank" })
      let failure = #expect(throws: BelayError.self) {
        try Counterpart.parent(of: first.record.id, reader, view)
      }
      #expect(failure?.message.contains("is the baseline") == true)
    }
  }
}
