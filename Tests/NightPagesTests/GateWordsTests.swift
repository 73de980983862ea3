import Climb
import Testing

@testable import NightPages

/// What the figures of a check come to, as a person would say it.
@Suite struct GateWordsTests {
  static let cases: [(gate: String, figures: [String: Double], words: String?)] = [
    (
      "twins",
      [
        "comparisons": 10, "trials": 40, "tasks": 5, "log_e": 3.0465, "log_bar": 2.9957,
        "difference": 0.9,
      ],
      "10 comparisons with 40 trials, 5 tasks with a twin; on tasks its gain is +90.0 pp larger than on "
        + "twins; evidence 21 of 20 that would refuse it"
    ),
    (
      "twins", ["comparisons": 0, "trials": 0, "tasks": 4, "log_e": 0, "log_bar": 2.9957],
      "0 comparisons with 0 trials, 4 tasks with a twin; evidence 1.0 of 20 that would refuse it"
    ),
    (
      "train-only", ["dev": 0.445, "gate": 0.4, "se": 0.15, "z": 0.3],
      "+44.5 pp on dev tasks, as the pooled model believes; +40.0 pp on gate tasks in the pairs of the race, 0.3 standard errors apart"
    ),
    (
      "regrade", ["regraded": 7, "lost": 1, "unclear": 2],
      "7 of its passes judged again on its files alone, 1 lost, 2 could not be judged again"
    ),
    (
      "concentration", ["tasks": 5], "5 tasks with two pairs or more; eight are needed"
    ),
    (
      "tamper", ["flagged": 3, "share": 0.1, "usual": 0.01],
      "3 trials with such marks (10.0%), 1.0% of the incumbent's"
    ),
    (
      "race", ["pairs": 95, "won": 38, "lost": 19, "equal": 38, "log_e": 4.4, "log_bar": 3],
      "95 pairs: 38 won, 19 lost, 38 equal; they chose, so that their mean is no result"
    ),
    (
      "race", ["pairs": 190, "won": 0, "lost": 0],
      "190 pairs: all equal; they chose, so that their mean is no result"
    ),
    ("race", ["pairs": 0, "won": 0, "lost": 0], "no pair"), ("race", ["pairs": 3], nil),
    ("judge", ["prior": 5], "a candidate with it has to show 5 times the evidence"),
    ("judge", ["prior": 1], nil), ("canary", ["findings": 2], nil), ("regrade", [:], nil),
    ("twins", [:], nil), ("suspicious", [:], nil), ("tamper", [:], nil),
  ]

  @Test func `figures of checks are told in words, and where some are missing nothing is invented`()
  {
    for (gate, figures, words) in Self.cases {
      let verdict = GateVerdict(gate: gate, word: .pass, figures: figures, sentence: "x")
      #expect(GateWords.figures(verdict) == words, "\(gate)")
    }
  }
}
