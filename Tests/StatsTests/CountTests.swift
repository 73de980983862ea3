import Stats
import Testing

@Suite struct CountTests {
  // The groups `mcnemar_exact_one_sided` and `wilson` of the reference's vectors.json.
  @Test(
    arguments: [
      (5, 0, 0.03125), (20, 8, 0.017849069088697433), (3, 9, 0.980712890625), (0, 4, 1),
    ] as [(Int, Int, Double)]) func `one-sided McNemar agrees with the reference`(
      _ wins: Int, _ losses: Int, _ expected: Double
    )
  {
    #expect(close(Binomial.signTestOneSided(wins: wins, losses: losses), expected))
  }

  // scipy's binomtest.
  @Test(
    arguments: [
      (5, 0, 0.0625), (8, 3, 0.2265625), (0, 1, 1), (10, 10, 1), (60, 30, 0.0020602656809630745),
      (30, 60, 0.0020602656809630745), (0, 0, 1),
    ] as [(Int, Int, Double)]) func `the two-sided sign test is the binomial test`(
      _ wins: Int, _ losses: Int, _ expected: Double
    )
  {
    #expect(close(Binomial.signTest(wins: wins, losses: losses), expected))
  }

  @Test(
    arguments: [
      (0, 20, 0.0, 0.1611251580528194), (58, 89, 0.5482931796636432, 0.7425251717815387),
    ] as [(Int, Int, Double, Double)]) func `Wilson agrees with the reference`(
      _ k: Int, _ n: Int, _ low: Double, _ high: Double
    )
  {
    let interval = Binomial.wilsonInterval(successes: k, trials: n)
    #expect(close(interval.low, low))
    #expect(close(interval.high, high))
  }

  @Test func `the exact interval always holds the share that was seen`() {
    for n in 1...40 {
      for k in 0...n {
        let interval = Binomial.exactInterval(successes: Double(k), trials: Double(n))
        #expect(interval.contains(Double(k) / Double(n)))
        #expect((0...1).contains(interval.low) && (0...1).contains(interval.high))
      }
    }
  }

  @Test(
    arguments: [
      (1, 3, 1, 0.3333333333333333), (1, 3, 2, 0.6666666666666666), (1, 3, 3, 1.0), (0, 5, 3, 0),
      (5, 5, 2, 1),
      (3, 10, 4, 0.8333333333333334), (2, 2000, 1000, 0.750125062531266),
    ] as [(Int, Int, Int, Double)]) func `pass at k is the unbiased estimate`(
      _ passes: Int, _ trials: Int, _ k: Int, _ expected: Double
    ) throws
  {
    #expect(close(try #require(PassAtK.estimate(passes: passes, trials: trials, k: k)), expected))
  }

  @Test func `pass at k is nothing without enough trials and grows with k`() {
    #expect(PassAtK.estimate(passes: 1, trials: 2, k: 3) == nil)
    #expect(PassAtK.mean([(1, 3), (1, 2)], k: 3) == nil)
    #expect(PassAtK.mean([], k: 1) == nil)
    #expect(PassAtK.mean([(1, 2), (0, 2)], k: 2) == 0.5)
    let growing = (1...20).map { PassAtK.estimate(passes: 3, trials: 20, k: $0) ?? -1 }
    #expect(growing == growing.sorted())
  }

  @Test(
    arguments: [
      (1, [1]), (3, [1, 2, 3]), (7, [1, 2, 3, 4, 5, 7]), (20, [1, 2, 3, 4, 5, 8, 10, 16, 20]),
      (0, []),
    ] as [(Int, [Int])]) func `the k shown are few and end with the number of trials`(
      _ trials: Int, _ expected: [Int]
    )
  {
    #expect(PassAtK.shown(trials: trials) == expected)
  }
}
