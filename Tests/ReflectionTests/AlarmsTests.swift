import Climb
import Reflection
import Testing

@Suite struct AlarmsTests {
  /// Differences of one pair each, drawn from a seed: gains of a few tasks and noise.
  static func pairs(
    _ seed: UInt64, tasks: Int, pairs: Int, gain: (Int) -> Double
  ) -> [String: [Double]] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func share() -> Double {
      state = state &* 0xDA94_2042_E4DD_58B5 &+ 0x1234_5677
      return Double((state ^ (state >> 29)) >> 11) / 9_007_199_254_740_992
    }
    var found: [String: [Double]] = [:]
    for task in 0..<tasks {
      found["task-\(task)"] = (0..<pairs).map { _ in
        let won = share() < 0.4 + gain(task) ? 1.0 : 0.0
        return won - (share() < 0.4 ? 1 : 0)
      }
    }
    return found
  }

  @Test func aGainOfFewTasksIsToldFromAGainOfMany() {
    var caught = 0
    var blamed = 0
    for seed in 1...200 as ClosedRange<UInt64> {
      let few = Self.pairs(seed, tasks: 24, pairs: 10) { $0 < 2 ? 0.6 : 0 }
      let many = Self.pairs(seed, tasks: 24, pairs: 10) { _ in 0.15 }
      caught += Alarms.concentration(few).word == .fail ? 1 : 0
      blamed += Alarms.concentration(many).word == .fail ? 1 : 0
    }
    #expect(caught >= 80, "\(caught)")
    #expect(blamed <= 10, "\(blamed)")
    let verdict = Alarms.concentration(Self.pairs(3, tasks: 24, pairs: 400) { $0 < 2 ? 0.6 : 0 })
    #expect(verdict.word == .fail && Set(verdict.quotes).isSuperset(of: ["task-0", "task-1"]))
    #expect(Alarms.concentration(["a": [1, 1]]).word == .undecided)
  }

  @Test func gainsThatDoNotCarryOverAreMarked() {
    let cases: [(Double, Double, Double, GateVerdict.Word)] = [
      (0.2, 0.02, 0.03, .undecided), (0.2, 0.15, 0.03, .pass), (0.0, 0.2, 0.03, .pass),
      (0.2, 0.02, 0.06, .pass), (0.2, 0.02, 0, .undecided),
    ]
    for (dev, gate, error, word) in cases {
      let verdict = Alarms.trainOnly(
        dev: MeanGain(mean: dev, standardError: error),
        gate: MeanGain(mean: gate, standardError: error))
      #expect(verdict.word == word && verdict.gate == "train-only", "\(dev) \(gate) \(error)")
    }
  }

  @Test func oddPassesAreCountedAndNamed() {
    func look(
      _ number: Int, steps: Int = 20, score: Double = 1, paths: Set<String> = [],
      flags: Set<String> = []
    )
      -> TrialLook
    {
      TrialLook(
        trial: "t\(number)", task: "a", score: score, steps: steps, paths: paths, flags: flags)
    }
    let usual = ["a": 20.0]
    let honest = (1...20).map { look($0) }
    #expect(Alarms.suspicious(honest, usualSteps: usual).word == .pass)
    let short = (21...30).map { look($0, steps: 3) }
    #expect(Alarms.suspicious(honest + short, usualSteps: usual).word == .fail)
    #expect(Alarms.suspicious(honest + short, usualSteps: ["a": 6]).word == .pass)
    #expect(Alarms.suspicious(honest + short.prefix(3), usualSteps: usual).word == .undecided)
    #expect(
      Alarms.suspicious(short.map { look(1, steps: $0.steps, score: 0) }, usualSteps: usual).word
        == .pass)
    let reaching = (31...33).map { look($0, paths: ["/tests/check.py"]) }
    let verdict = Alarms.suspicious(honest + reaching, usualSteps: usual)
    #expect(verdict.word == .fail && verdict.quotes == ["t31 on a", "t32 on a", "t33 on a"])
    #expect(
      Alarms.suspicious(honest + [look(9, paths: ["/app/tests"])], usualSteps: usual).word == .pass)
    #expect(Alarms.suspicious(honest + reaching.prefix(1), usualSteps: usual).word == .undecided)

    #expect(
      TrialLook.paths(in: "cat '/tests/a b' >/logs/verifier/reward.txt; ls app/tests /")
        == ["/tests/a", "/logs/verifier/reward.txt"])
    let flagged = (41...44).map { look($0, flags: ["broke_judge", "memory_limit_hit"]) }
    #expect(Alarms.tamper(candidate: honest + flagged, incumbent: honest).word == .fail)
    #expect(Alarms.tamper(candidate: honest + flagged, incumbent: honest + flagged).word == .pass)
    #expect(
      Alarms.tamper(candidate: honest + flagged.prefix(1), incumbent: honest).word == .undecided)
    #expect(Alarms.tamper(candidate: honest, incumbent: honest).word == .pass)
    #expect([Alarms.tamper(candidate: honest + flagged.prefix(1), incumbent: honest)].prior == 1)
  }

  @Test func passesThatDoNotHoldAreFound() {
    let good = (1...19).map { (trial: "t\($0)", isLost: false) }
    let bad = [(trial: "t20", isLost: true), (trial: "t21", isLost: true)]
    #expect(Alarms.regrade(good).word == .pass)
    #expect(Alarms.regrade(good + bad.prefix(1)).word == .undecided)
    #expect(Alarms.regrade(Array(good.prefix(9)) + bad).word == .fail)
    #expect(Alarms.regrade([]).word == .undecided)
    #expect(Alarms.regrade([], unclear: 3).figures["unclear"] == 3)
    for seed in 1...20 as ClosedRange<UInt64> {
      let chosen = (0..<400).filter { Alarms.isRegraded(race: 2, pair: $0, seed: seed) }
      #expect(chosen.count == 25 && chosen.count { $0 < 20 } == 6)
      #expect(Set(chosen.filter { $0 >= 20 }.map { $0 / 20 }).count == 19)
      #expect(chosen != (0..<400).filter { Alarms.isRegraded(race: 3, pair: $0, seed: seed) })
    }
  }
}
