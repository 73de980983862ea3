import Base
import Climb
import Facts
import NightLab
import Testing

@testable import NightReading

/// Words of what became of an edit, where a wrong one would be a lie.
@Suite struct EditWordsTests {
  static let above = (mean: 0.095, error: 0.047)
  static let below = (mean: -0.126, error: 0.054)
  static let unsure = (mean: 0.048, error: 0.085)

  @Test func `an edit's word says no more than its own trials or its own race do`() async throws {
    let cases:
      [(
        status: EditView.Status, word: String, bundle: Int?, effect: (mean: Double, error: Double)?,
        isOver: Bool, brief: String, fate: String
      )] = [
        (
          .supported, "adopted", 1, nil, true, "won its own race",
          "adopted in a race of its own"
        ),
        (
          .supported, "adopted", 6, Self.above, true, "better by itself",
          "adopted in a bundle of 6, and better by itself: its own interval lies above 0"
        ),
        (
          .bundled, "adopted", 6, Self.unsure, true, "in a bundle of 6",
          "carried along in a bundle of 6, alone untested"
        ),
        (
          .bundled, "waiting", nil, nil, true, "carried along",
          "carried along with what else the champion has, alone untested"
        ),
        (
          .refuted, "harmful", nil, Self.below, true, "refuted",
          "refuted: its own interval lies below 0"
        ),
        (
          .dropped, "harmful", nil, (-0.077, 0.05), true, "looked worse",
          "dropped: looked worse, not proven"
        ),
        (
          .dropped, "pruned", 6, Self.unsure, true, "needless",
          "taken off as needless: without it the rest was no worse"
        ),
        (
          .dropped, "rolled back", 2, Self.unsure, true, "taken back",
          "taken back with what it was adopted with: the gain did not repeat itself"
        ),
        (
          .open, "screened", nil, Self.unsure, true, "no clear effect", "looked at, no clear effect"
        ),
        (.open, "screened", nil, Self.unsure, false, "being tried", "being tried on dev tasks"),
        (
          .open, "screened", nil, Self.above, true, "looks better",
          "looks better by itself, never adopted"
        ),
        (.open, "waiting", nil, nil, true, "not tried", "not tried"),
        (.blocked, "vetoed", nil, nil, true, "vetoed", "vetoed by a person"),
        (.blocked, "blocked", nil, nil, true, "blocked: canary", "blocked by the gate canary"),
      ]
    try await NightLab.with(Nights.racing()) { lab in
      // The third is kept out by a gate.
      let entry = try lab.view().edits[2].entry
      for one in cases {
        let edit = EditView(
          entry: entry, status: one.status, word: one.word, effect: one.effect, bundle: one.bundle,
          isOver: one.isOver, trials: 40, checks: [])
        #expect(edit.brief == one.brief && edit.fate == one.fate)
        let proves = ["better by itself:", "refuted", "a race of its own"].contains {
          edit.fate.contains($0)
        }
        #expect(proves == (one.status == .supported || one.status == .refuted), "\(edit.fate)")
        #expect((edit.worth == nil) == (one.effect == nil), "unknown is never a figure")
      }
    }
  }

  @Test(
    arguments: [
      ((0.0, 0.0), .open), ((0.1, 0.06), .open), ((0.1, 0.05), .better), ((-0.077, 0.05), .open),
      ((-0.126, 0.054), .worse), (nil, .open),
    ] as [((Double, Double)?, EditView.Side)])
  func `an interval speaks only where it leaves 0 out`(
    effect: (Double, Double)?, side: EditView.Side
  ) {
    #expect(EditView.side(of: effect.map { (mean: $0.0, error: $0.1) }) == side)
  }

  @Test(
    arguments: [
      ([1, 2], [.bundled, .bundled], 2), ([1], [.supported, .bundled], 1),
    ] as [([Int], [EditView.Status], Int)])
  func `an edit that was adopted with others is not supported by that, one that raced alone is`(
    edits: [Int], statuses: [EditView.Status], bundle: Int
  ) async throws {
    var facts = try Nights.finished(vault: nil)
    for index in facts.indices {
      if case .issued(.race) = facts[index] {
        facts[index] = .issued(.race(try Nights.opening(1, candidate: 2, edits: edits)))
      }
    }
    try await NightLab.with(facts, end: .done) { lab in
      let view = try lab.view()
      let found = view.edits.prefix(2)
      // What the pooled model makes of a dozen trials leaves 0 in.
      #expect(found.map(\.status) == statuses, "\(found.map { $0.worth ?? "" })")
      // The candidate has both, whatever its race says that it added.
      #expect(found.map(\.bundle) == [bundle, edits.count == 2 ? bundle : nil])
      // Nothing was learned of what no trial carried.
      #expect(view.edits[2].worth == nil && view.edits[3].worth == nil)
    }
  }

  @Test(
    arguments: [
      ("harmful", -0.38, 0.21, "In its trials it looked worse than without it; not proven."),
      ("harmful", -0.9, 0.3, "In its trials it did worse than without it."),
      ("harmful", -0.9, 0, "In its trials it looked worse than without it; not proven."),
      ("inert", 0.01, 0.05, "In its trials it looked as if it did nothing; not proven."),
      ("canary", -0.9, 0.3, "as recorded"),
    ])
  func `why an edit was given up is told as far as the figures bear it out`(
    gate: String, effect: Double, error: Double, said: String
  ) {
    let verdict = GateVerdict(
      gate: gate, word: .fail, figures: ["effect": effect, "error": error], sentence: "as recorded")
    #expect(verdict.said == said)
  }

  @Test func `pairs are counted once: those that the e-value rests on`() async throws {
    try await NightLab.with(Nights.racing()) { lab in
      let view = try lab.view()
      let opening = try #require(view.world.races.first).opening
      for (most, won, lost, words) in [
        (.max, 2, 0, "3 pairs: 2 won, 0 lost, 1 equal"), (2, 2, 0, "2 pairs: 2 won, 0 lost"),
        (1, 1, 0, "1 pair: 1 won, 0 lost"), (0, 0, 0, "no pair"),
      ] as [(Int, Int, Int, String)] {
        let seen = view.fold.pairs.standing(opening, first: most)
        #expect((seen.won, seen.lost) == (won, lost))
        #expect(RaceWords.pairs(seen.pairs, won: seen.won, lost: seen.lost) == words)
      }
      #expect(RaceWords.pairs(190, won: 0, lost: 0) == "190 pairs: all equal")
    }
  }

  @Test(
    arguments: [
      (.rollouts, 0, "its trials were used up"),
      (.rollouts, 71, "71 of 1,000 trials were left, too few for another race"),
      (
        .exhausted, 71,
        "nothing was left that seemed worth a trial; 71 of 1,000 trials were not used"
      ),
      (.deadline, 0, "its time was over"),
    ] as [(NightReport.Stop, Int, String)])
  func `an end with trials left does not say that all were run`(
    stop: NightReport.Stop, left: Int, words: String
  ) throws {
    let rules = NightRules(seed: 1, tasks: [], rollouts: 1000)
    #expect(RaceWords.stop(stop, run: 1000 - left, rules) == words)
    var old = try JSON.encoding(rules)
    old["edition"] = 1
    let told = RaceWords.stop(stop, run: 1000 - left, try old.decode(NightRules.self))
    #expect(!told.contains("too few"), "another edition may have meant something else")
  }
}
