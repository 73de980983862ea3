import Base
import Facts
import Ledger
import Testing

@testable import Report

@Suite struct VerificationTests {
  private func comparison(_ differences: [Double], repeats: Int = 1) -> Comparison {
    func trials(_ candidate: Int, _ score: (Double) -> Double) -> [TrialScore] {
      differences.enumerated().flatMap { place, difference in
        (0..<repeats).map { index in
          TrialScore(
            task: Digest.of("t\(place)"), name: "t\(place)", split: .gate, seed: UInt64(index),
            score: score(difference))
        }
      }
    }
    func subject(_ id: Int) -> Subject {
      Subject(run: Fixture.run(id, candidates: [id]), candidate: Fixture.candidate(id))
    }
    return Comparison(
      first: subject(1), second: subject(2), firstTrials: trials(1) { _ in 0.5 },
      secondTrials: trials(2) { 0.5 + $0 }, firstTally: Tally(), secondTally: Tally())
  }

  @Test(
    arguments: [
      ([0.3, 0.2, 0.3, 0.25, 0.2], [:], Verification.Word.confirmed),
      ([-0.3, -0.2, -0.3, -0.25], [:], .worse), ([0.3, -0.2, 0.1, 0], [:], .notConfirmed),
      // What looks like six tasks is one family and two others.
      ([0.3, 0.3, 0.3, 0.3, -0.05, 0.05], [0: "f", 1: "f", 2: "f", 3: "f"], .notConfirmed),
      ([0.3, 0.3, 0.3, 0.3, -0.05, 0.05], [:], .confirmed),
      // All of one family: nothing is said beyond it.
      ([0.3, 0.3, 0.2, 0.3], [0: "f", 1: "f", 2: "f", 3: "f"], .undecided),
      // Two families that do not differ are two observations, and no certainty.
      (
        [0.3, 0.3, 0.3, 0.3, 0.3, 0.3], [0: "f", 1: "f", 2: "f", 3: "g", 4: "g", 5: "g"],
        .notConfirmed
      ),
    ] as [([Double], [Int: String], Verification.Word)])
  func `a gain is confirmed when its interval over clusters lies above 0`(
    differences: [Double], families: [Int: String], word: Verification.Word
  ) {
    let named = Dictionary(uniqueKeysWithValues: families.map { (Digest.of("t\($0)"), $1) })
    let verification = Verification(
      comparison(differences), families: named, seed: 9, split: "gate")
    #expect(verification.word == word, "\(String(describing: verification.interval))")
    let text = verification.text(width: 80)
    #expect(text.contains("CONFIRMED") == (word == .confirmed || word == .notConfirmed))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let isOne = Set(families.values).count == 1 && families.count == differences.count
    #expect((verification.interval == nil) == isOne)
    #expect(text.contains("all tasks are of one family") == isOne)
  }

  @Test func `a board says how often a candidate was confirmed`() {
    func run(_ id: Int, _ word: String) -> RunRecord {
      let fact = Fixture.run(id).fact
      return RunRecord(
        id: RunID(id), fact: fact, suiteName: "shell",
        end: RunEndFact(
          run: RunID(id), at: fact.startedAt, ending: .done,
          summary: ["verification": ["candidate": "c2", "word": .string(word)]]), trials: 0,
        finished: 0, candidates: [])
    }
    let runs = [run(1, "confirmed"), run(2, "worse"), Fixture.run(3)]
    let marks = VerifiedMark.read(runs)
    #expect(marks == [CandidateID(2): VerifiedMark(confirmed: 1, all: 2)])
    #expect(marks[CandidateID(2)]?.text == "1 of 2 times")
  }

  @Test func `what a night chose by these tasks is confirmed on them, and that says so`() {
    let chosen = Verification(
      comparison(Array(repeating: 0.5, count: 9) + [0.3]), families: [:], seed: 9, split: "gate",
      chooser: RunID(7))
    #expect(chosen.word == .confirmed)
    let text = chosen.text(width: 200)
    #expect(text.contains("on these tasks") && text.contains("10 gate tasks"))
    #expect(text.contains("r7 chose c") && text.contains("belay report r7"))
    #expect(chosen.summary["chosen_on_these_tasks"] == true)
  }
}
