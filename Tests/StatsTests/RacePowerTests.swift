import Seeded
import Stats
import Testing

@Suite struct RacePowerTests {
  /// The share of real races that adopt a candidate of this gain.
  private func simulated(_ gain: Double, noise: Double, cap: Int, races: Int = 200) -> Double {
    var chance = SplitMix(UInt64(gain * 1000) &* 31 &+ UInt64(cap))
    var rules = Race.Rules(threshold: Thresholds.standard(dry: 1), patience: 50)
    rules.cap = cap
    let square = min(1, max(noise + gain * gain, gain))
    let up = (square + gain) / 2
    var adopted = 0
    for _ in 0..<races {
      var race = Race(rules)
      while race.decision == .goOn {
        let drawn = Double.random(in: 0..<1, using: &chance)
        let pair = drawn < up ? (1.0, 0.0) : drawn < square ? (0, 1) : (1, 1)
        _ = race.add(candidate: pair.0, control: pair.1, controlMean: pair.1)
      }
      if race.decision == .adopt { adopted += 1 }
    }
    return Double(adopted) / Double(races)
  }

  @Test(
    arguments: [
      (0.1, 0.2, 60), (0.1, 0.2, 150), (0.2, 0.3, 50), (0.2, 0.3, 100), (0.3, 0.2, 30),
      (0.4, 0.3, 25), (0.05, 0.1, 200), (0.15, 0.1, 40), (0.5, 0.2, 20),
    ] as [(Double, Double, Int)])
  func `the power that is foretold is that of simulated races`(
    gain: Double, noise: Double, cap: Int
  ) {
    var rules = Race.Rules(threshold: Thresholds.standard(dry: 1), patience: 1)
    rules.cap = cap
    let power = RacePower(noise: noise, rules: rules)
    let foretold = power.adoption(of: gain)
    let seen = simulated(gain, noise: noise, cap: cap)
    #expect(abs(foretold - seen) < 0.1, "foretold \(foretold), seen \(seen)")
  }

  @Test func `a detectable gain is found as often as it says, and more pairs find smaller ones`()
    throws
  {
    var rules = Race.Rules(threshold: 10, patience: 1)
    rules.cap = 200
    let power = RacePower(noise: 0.2, rules: rules)
    let gain = try #require(power.detectable(at: 0.8))
    #expect(abs(power.adoption(of: gain) - 0.8) < 1e-4)
    let pairs = try #require(power.pairs(for: gain, at: 0.8))
    #expect((185...200).contains(pairs))
    rules.cap = 800
    #expect(try #require(RacePower(noise: 0.2, rules: rules).detectable(at: 0.8)) < gain)
    rules.cap = 10
    #expect(RacePower(noise: 0.2, rules: rules).detectable(at: 0.1) == nil)
  }

  @Test func `noise is the variance within tasks, whatever lies between them`() {
    #expect(TrialNoise([[1], [0]]) == nil)
    #expect(TrialNoise([[1, 1, 1], [0, 0, 0]])?.variance == 0)
    let noise = TrialNoise([[1, 0], [1, 1], [0, 0], [0, 1]])
    #expect(noise?.variance == 0.25)
    #expect((noise?.tasks, noise?.volatile) == (4, 2))
  }
}
