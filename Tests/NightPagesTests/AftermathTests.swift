import Base
import Facts
import Layout
import Ledger
import NightLab
import NightLog
import NightReading
import Testing

@testable import NightPages

@Suite struct AftermathTests {
  /// A night whose champion is c57, and what was said of it since.
  private func told(
    vault: [Double]? = Array(repeating: 0.3, count: 9) + [0.31],
    _ since: (Ledger, CandidateID) async throws -> Void, _ body: (NightView) throws -> Void
  ) async throws {
    try await NightLab.with(
      Nights.finished(vault: vault), end: .done,
      also: { ledger, _ in
        for number in 1...57 {
          try await ledger.record(
            HarnessFact(
              digest: Digest.of("h\(number)"), name: "h", kind: "nop", definition: [:], files: []))
          _ = try await ledger.candidate(harness: Digest.of("h\(number)"))
        }
      }
    ) { lab in
      let ledger = try await lab.lab.open()
      try await since(ledger, CandidateID(57))
      try await ledger.close()
      try body(try lab.view())
    }
  }

  private static func check(_ ledger: Ledger, _ word: String) async throws {
    let run = try await ledger.begin(
      RunFact(
        type: .eval, suite: NightLab.suite.digest, settings: [:], conditions: [:],
        startedAt: NightLab.start, owner: ProcessOwner(pid: 1, startTicks: 1, host: "x"),
        command: ""))
    let record: JSON = [
      "candidate": "c57", "against": "c56", "word": .string(word), "mean": 0.256, "low": 0.147,
      "high": 0.364, "tasks": 30, "pairs": 90, "split": "gate", "chosen_on_these_tasks": true,
    ]
    try await ledger.end(
      RunEndFact(run: run, at: NightLab.at(60), ending: .done, summary: ["verification": record]))
  }

  private static func promote(
    _ ledger: Ledger, _ number: Int, _ reason: String, at seconds: Int
  ) async throws {
    try await ledger.promote(
      CandidateID(number), of: NightLab.suite.digest, as: "champion", by: "ann", reason: reason,
      at: NightLab.at(seconds))
  }

  private func commands(_ view: NightView) -> [String] {
    MorningPage(view).hints.compactMap {
      $0.split(separator: " ").dropFirst().first.map(String.init)
    }
  }

  @Test func `until somebody did something the page advises both steps`() async throws {
    try await told({ _, _ in }) { view in
      #expect(commands(view) == ["diff", "verify", "promote", "tree"])
      #expect(view.aftermath.lines.isEmpty)
    }
  }

  @Test(arguments: [
    (
      "confirmed", ["diff", "promote", "tree"],
      "Promote c57, after reading its diff: fresh seeds confirmed it, though on the"
    ),
    ("not_confirmed", ["diff", "tree"], "was not confirmed"),
    ("worse", ["diff", "tree"], "Keep the baseline"),
  ]) func `what was verified is told with its figures, and not advised again`(
    word: String, next: [String], advice: String
  ) async throws {
    try await told({ ledger, _ in try await Self.check(ledger, word) }) { view in
      #expect(commands(view) == next)
      for text in [MorningPage(view).text(width: 200), StatusPage(view).text(width: 200)] {
        #expect(text.contains("since     "))
        #expect(
          text.contains(
            "verified with fresh seeds: \(word.replacing("_", with: " ")), +25.6 pp, 95% "
              + "[+14.7, +36.4] against c56, 90 pairs on 30 gate tasks, which chose it"), "\(text)")
      }
      #expect(MorningPage(view).text(width: 200).contains(advice))
      #expect(view.stateFields["since"]?["verified"].array?.count == 1)
    }
  }

  @Test func `what sealed tasks found worse is not advised because gate tasks confirmed it`()
    async throws
  {
    try await told(
      vault: Array(repeating: -0.3, count: 9) + [-0.31],
      { ledger, _ in try await Self.check(ledger, "confirmed") }
    ) { view in
      #expect(commands(view) == ["diff", "tree"])
      #expect(MorningPage(view).text(width: 200).contains("Keep the baseline"))
    }
  }

  @Test func `what was promoted is told with who, when and why, and leads to checkout`()
    async throws
  {
    try await told({ ledger, _ in
      try await Self.check(ledger, "confirmed")
      try await Self.promote(ledger, 57, "a test\(NightLab.hostile)", at: 120)
    }) { view in
      #expect(commands(view) == ["diff", "checkout", "tree"])
      #expect(view.nextCommands == ["belay report r1", "belay checkout c57 DIR"])
      for text in [
        MorningPage(view).text(width: 300), StatusPage(view).text(width: 300),
        try TreePage(view).text(width: 300),
      ] {
        #expect(text.contains("promoted as champion"), "\(text)")
        #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
      }
      #expect(MorningPage(view).text(width: 300).contains("by ann: a test"))
    }
  }

  @Test func `what was taken back or replaced is no longer advised`() async throws {
    for reason in ["reverted: c57, too slow", "a better one"] {
      try await told({ ledger, _ in
        try await Self.promote(ledger, 3, "the first", at: 100)
        try await Self.promote(ledger, 57, "a test", at: 120)
        try await Self.promote(ledger, 3, reason, at: 130)
      }) { view in
        #expect(commands(view) == ["diff", "tree"])
        let turn: Aftermath.Turn = reason.hasPrefix("reverted") ? .reverted : .replaced
        #expect(view.aftermath.steps.map(\.turn) == [.promoted, turn])
        #expect(view.aftermath.isTakenBack && view.aftermath.name == nil)
        #expect(MorningPage(view).text(width: 200).contains("no longer in use"))
      }
    }
  }
}
