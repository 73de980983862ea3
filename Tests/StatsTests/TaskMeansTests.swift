import Seeded
import Stats
import Testing

/// A vector of the reference implementation: differences per task, their mean, error, quantile, interval.
struct ClusteredVector: Sendable {
  let d: [Double]
  let mean: Double
  let error: Double
  let low: Double
  let high: Double
}

@Suite struct TaskMeansTests {
  // The group `task_clustered_t` of the reference's vectors.json; its tolerance is 1e-9.
  @Test(arguments: [
    ClusteredVector(
      d: [0.5, 0.5, 0, 0, 0.5, 0, 0, 0.5, 0.5, 0.5, 0, -1], mean: 0.16666666666666666,
      error: 0.12811768579763458, low: -0.11531845851809708, high: 0.44865179185143045),
    ClusteredVector(
      d: [
        0, 0, 0, 0, -0.5, 0, 0.5, -1, 0.5, 0.5, 0, -0.5, 1, 0.5, 1, 0, 0, 0.5, 1, 0.5, 0, 0, 0, 1,
        0, 0,
      ], mean: 0.19230769230769232, error: 0.09638433912416669, low: -0.006199570000176652,
      high: 0.39081495461556115),
    ClusteredVector(
      d: [
        -1, 1, 0.5, 0, 0, -1, -1, 0, 1, 0, -1, -1, 0, 0.5, -1, 1, 0.5, 0, 0.5, 0, -0.5, 0, 0, 0.5,
        0.5, 0.5, 0, 0, 0.5, 1, 0, 0.5, 0, -0.5, 0.5, -1, -0.5, 0, 0, 1, 0, -1, 0.5, 0.5, -1, -0.5,
        0, -0.5, -1, 0, 1, 0, -1, 0.5, 1, 0, 0, 1, 0, 0.5,
      ], mean: 0.025, error: 0.08184403660428544, low: -0.13876953896926217,
      high: 0.1887695389692622),
  ]) func `paired differences agree with the reference`(_ vector: ClusteredVector) throws {
    let paired = try #require(PairedDifference(vector.d))
    #expect(close(paired.difference.mean, vector.mean))
    #expect(close(paired.difference.standardError ?? .nan, vector.error))
    #expect(close(paired.difference.interval.low, vector.low))
    #expect(close(paired.difference.interval.high, vector.high))
    #expect(paired.difference.method == .studentT)
    #expect(paired.better + paired.worse + paired.same == vector.d.count)
    #expect(paired.isSeparated == (paired.pValue < 0.05))
  }

  @Test(
    arguments: [
      (0.0, 20, 0.0, 0.1684334709830853), (1, 20, 0.8315665290169146, 1),
      (0.35, 20, 0.15390920478454118, 0.5921885345328282), (1, 1, 0.025, 1), (0, 1, 0, 0.975),
      (0.6666666666666666, 50, 0.5192063137552353, 0.793590668815209),
      (0.5, 5, 0.09439032734434406, 0.905609672655656),
      (0.5, 1000, 0.46854917297179194, 0.531450827028208),
    ] as [(Double, Int, Double, Double)])
  func `equal task means get the exact binomial interval over tasks`(
    _ mean: Double, _ tasks: Int, _ low: Double, _ high: Double
  ) throws {
    let score = try #require(TaskMeans.score(Array(repeating: mean, count: tasks)))
    #expect(score.method == .exact)
    #expect(close(score.mean, mean))
    #expect(close(score.interval.low, low))
    #expect(close(score.interval.high, high))
  }

  @Test func `differing task means get Student's t`() throws {
    let score = try #require(TaskMeans.score([1, 0, 1, 0.5]))
    #expect(score.method == .studentT)
    #expect(score.mean == 0.625)
    #expect(close(score.standardError ?? .nan, 0.2393567769))
    #expect(close(score.interval.halfWidth, 3.182446305284263 * 0.2393567769, 1e-8))
    #expect(TaskMeans.score([]) == nil)
  }

  @Test func `sums over task means give the same score as the means`() throws {
    var random = SplitMix(3)
    for count in [1, 2, 5, 60] {
      for spread in [0.0, 1] {
        let means = (0..<count).map { _ in 0.3 + spread * Double.random(in: 0...0.7, using: &random)
        }
        let one = try #require(TaskMeans.score(means))
        let two = try #require(
          TaskMeans.score(
            tasks: count, sum: means.reduce(0, +), sumOfSquares: means.reduce(0) { $0 + $1 * $1 },
            lowest: means.min() ?? 0, highest: means.max() ?? 0))
        #expect(one.method == two.method)
        #expect(close(one.mean, two.mean, 1e-12))
        #expect(close(one.interval.low, two.interval.low, 1e-7))
        #expect(close(one.interval.high, two.interval.high, 1e-7))
      }
    }
  }

  @Test func `order does not matter, a flip flips, a shift shifts`() throws {
    var random = SplitMix(1)
    for _ in 0..<50 {
      let d = (0..<12).map { _ in Double.random(in: -0.5...0.5, using: &random) }
      let one = try #require(PairedDifference(d)).difference
      let shuffled = try #require(PairedDifference(d.shuffled(using: &random))).difference
      let flipped = try #require(PairedDifference(d.map { -$0 })).difference
      let shifted = try #require(PairedDifference(d.map { $0 + 0.25 })).difference
      #expect(close(one.interval.low, shuffled.interval.low))
      #expect(close(one.interval.low, -flipped.interval.high))
      #expect(close(one.interval.low + 0.25, shifted.interval.low))
    }
  }

  @Test func `the interval covers the truth about as often as it says`() throws {
    var random = SplitMix(7)
    var covered = 0
    let nights = 2000
    for _ in 0..<nights {
      // 40 tasks of unequal difficulty with mean 0.5, three trials each.
      let means = (0..<40).map { _ in
        let p = Double.random(in: 0...1, using: &random)
        return (0..<3).reduce(0.0) { sum, _ in
          sum + (Double.random(in: 0..<1, using: &random) < p ? 1 : 0)
        } / 3
      }
      if try #require(TaskMeans.score(means)).interval.contains(0.5) { covered += 1 }
    }
    #expect((0.935...0.965).contains(Double(covered) / Double(nights)))
  }

  @Test(
    arguments: [
      (Array(repeating: 0.0, count: 30), false, -0.1157, 0.1157),
      (Array(repeating: 1.0, count: 30), true, 0.7686, 1),
      (Array(repeating: 1.0, count: 5), false, -0.0436, 1), ([0.0], false, -0.975, 0.975),
    ] as [([Double], Bool, Double, Double)]) func `equal differences never look certain`(
      _ d: [Double], _ separated: Bool, _ low: Double, _ high: Double
    ) throws
  {
    let paired = try #require(PairedDifference(d))
    #expect(paired.isSeparated == separated)
    #expect(paired.difference.method == .exact)
    #expect(close(paired.difference.interval.low, low, 1e-4))
    #expect(close(paired.difference.interval.high, high, 1e-4))
  }
}
