import Glibc
import Seeded
import Stats
import Testing

/// Means over a fixed set of tasks.
@Suite struct StratifiedMeanTests {
  @Test(arguments: [3, 12, 20])
  func `nine in ten intervals hold the truth of their tasks`(
    trials: Int
  ) throws {
    var random = SplitMix(UInt64(trials))
    let nights = 3000
    var held = 0
    var excess = 0.0
    for _ in 0..<nights {
      let rates = (0..<20).map { _ in
        let logit = Double.random(in: -3...4, using: &random)
        return 1 / (1 + exp(-logit))
      }
      let scores = rates.map { rate in
        (0..<trials).map { _ in Double.random(in: 0..<1, using: &random) < rate ? 1.0 : 0 }
      }
      let mean = try #require(StratifiedMean(scores, confidence: 0.9))
      let truth = rates.reduce(0, +) / 20
      if mean.interval.contains(truth) { held += 1 }
      excess += mean.mean - truth
    }
    // Three standard errors of the share are 1.6 points.
    #expect((0.88...0.92).contains(Double(held) / Double(nights)))
    #expect(abs(excess / Double(nights)) < 0.005)
  }

  @Test func `where all trials agree the interval still has a width`() throws {
    let all = try #require(StratifiedMean([[1, 1], [1, 1, 1]], confidence: 0.9))
    #expect(all.mean == 1)
    #expect(all.interval.low < 0.8 && all.interval.high == 1)
  }

  @Test func `tasks without trials are left out, and nothing comes of nothing`() throws {
    #expect(StratifiedMean([[], []], confidence: 0.9) == nil)
    let one = try #require(StratifiedMean([[], [1, 0]], confidence: 0.9))
    #expect(one.mean == 0.5)
  }
}
