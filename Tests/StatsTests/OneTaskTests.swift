import Seeded
import Stats
import Testing

/// Whether one task moved by more than chance.
@Suite struct OneTaskTests {
  static func passes(_ count: Int, of trials: Int) -> [Double] {
    (0..<trials).map { $0 < count ? 1 : 0 }
  }

  // Counted out by hand of all ways to deal the passes.
  @Test(
    arguments: [
      (3, 3, 0, 3, 0.1), (10, 10, 0, 10, 1.082508822446903e-05),
      (9, 10, 3, 10, 0.019766611097880447), (2, 3, 1, 3, 1), (0, 3, 0, 9, 1),
      (20, 20, 14, 20, 0.020196020196020195), (1, 2, 7, 9, 1),
    ] as [(Int, Int, Int, Int, Double)])
  func `passes are dealt in all ways`(_ a: Int, _ n: Int, _ b: Int, _ m: Int, _ expected: Double) {
    let (one, other) = (Self.passes(a, of: n), Self.passes(b, of: m))
    #expect(close(Comparisons.permutation(one, other) ?? .nan, expected))
    #expect(close(Comparisons.permutation(other, one) ?? .nan, expected))
  }

  @Test func `partial credit is dealt as well, and where there is nothing to deal nothing is said`()
  {
    #expect(close(Comparisons.permutation([0.5, 1], [0, 0.25]) ?? .nan, 1 / 3.0))
    #expect(
      close(Comparisons.permutation([0.2, 0.9, 0.4], [0.9, 0.95, 1, 0.7]) ?? .nan, 1 / 7.0))
    #expect(Comparisons.permutation([], [1]) == nil && Comparisons.permutation([1], []) == nil)
    #expect(Comparisons.permutation([0.5, 0.5], [0.5]) == 1)
  }

  @Test func `chance alone seldom tells, whatever the scores are`() {
    var draws = SplitMix(7)
    for sides in [(3, 3), (9, 3), (20, 20)] {
      for grades in [1.0, 4.0] {
        var told = 0
        for _ in 0..<2000 {
          func trials(_ count: Int) -> [Double] {
            (0..<count).map { _ in
              Double(UInt64.random(in: 0...UInt64(grades), using: &draws)) / grades
            }
          }
          let (one, other) = (trials(sides.0), trials(sides.1))
          if let p = Comparisons.permutation(one, other), p <= 0.05 { told += 1 }
        }
        // 5 % of 2,000, and three standard errors of that.
        #expect(told <= 130, "\(sides) \(grades): \(told)")
      }
    }
  }

  @Test func `of many tasks those tell that would tell of all together`() {
    #expect(Comparisons.holm([0.01, 0.04, 0.03, nil], level: 0.05) == [true, false, false, false])
    #expect(Comparisons.holm([0.02, 0.001, 0.02], level: 0.05) == [true, true, true])
    #expect(Comparisons.holm([nil, 0.06], level: 0.05) == [false, false])
    #expect(Comparisons.holm([], level: 0.05) == [])
  }
}
