import Stats
import Testing

/// Whether two numbers agree to a share of the larger, or absolutely near 0.
func close(_ left: Double, _ right: Double, _ tolerance: Double = 1e-9) -> Bool {
  left == right || abs(left - right) <= tolerance * max(1, abs(right))
}

/// Expected values are scipy 1.17.1's.
@Suite struct DistributionTests {
  @Test(
    arguments: [
      (0.975, 1.0, 12.706204736174694), (0.975, 2, 4.302652729749462),
      (0.975, 11, 2.200985160091639), (0.975, 29.5, 2.043724966772122),
      (0.6, 3, 0.2766706623326898), (0.995, 199, 2.600760216058516),
      (0.0001, 4, -13.033671720896455), (0.975, 100_000, 1.9599877075346095),
      (0.9999999, 3, 222.57159098625124), (0.5, 7, 0), (0, 7, -.infinity), (1, 7, .infinity),
    ] as [(Double, Double, Double)]) func `t quantiles are scipy's`(
      _ p: Double, _ df: Double, _ expected: Double
    )
  {
    #expect(close(StudentT.quantile(p, df: df), expected))
  }

  @Test(
    arguments: [
      (0.0, 5.0, 0.5), (1, 1, 0.75), (-2.5, 7, 0.020496109292876444),
      (10, 30, 0.9999999999771237), (1e-3, 2, 0.500353553302205),
      (-40, 3, 1.7190340394579253e-05), (3.1, 1e6, 0.999032369924338), (-.infinity, 2, 0),
    ] as [(Double, Double, Double)]) func `t probabilities are scipy's`(
      _ t: Double, _ df: Double, _ expected: Double
    )
  {
    #expect(close(StudentT.cdf(t, df: df), expected))
  }

  @Test(
    arguments: [
      (2.0, 3.0, 0.4, 0.5248), (0.5, 0.5, 0.1, 0.20483276469913345),
      (50, 70, 0.45, 0.7717610017525626), (1, 1, 0.3, 0.3),
      (1000, 2000, 0.34, 0.7812150911606441), (1e-2, 5, 0.2, 0.9978180380770353),
      (30.5, 0.5, 0.999, 0.8056564643778948), (2, 3, 0, 0), (2, 3, 1, 1), (2, 3, -1, 0),
    ] as [(Double, Double, Double, Double)]) func `beta probabilities are scipy's`(
      _ a: Double, _ b: Double, _ x: Double, _ expected: Double
    )
  {
    #expect(close(Beta.cdf(x, a, b), expected))
  }

  @Test(
    arguments: [
      (2.0, 3.0, 0.4, 0.3291665033784079), (0.5, 0.5, 0.1, 0.024471741852423214),
      (50, 71, 0.025, 0.3273676700032787), (1, 1, 0.3, 0.3), (20, 1, 0.025, 0.8315665290169146),
      (3.5, 7.5, 0.975, 0.6058183181486713), (2, 2, 0, 0), (2, 2, 1, 1),
    ] as [(Double, Double, Double, Double)]) func `beta quantiles are scipy's`(
      _ a: Double, _ b: Double, _ p: Double, _ expected: Double
    )
  {
    #expect(close(Beta.quantile(p, a, b), expected))
  }

  @Test(
    arguments: [
      (0.5, 0.0), (0.975, 1.959963984540054), (0.025, -1.959963984540054),
      (1e-10, -6.361340902404056), (0.8, 0.8416212335729143), (0.999999, 4.753424308817087),
    ] as [(Double, Double)]) func `normal quantiles are scipy's and invert the probability`(
      _ p: Double, _ z: Double
    )
  {
    #expect(close(Normal.quantile(p), z))
    #expect(close(Normal.cdf(Normal.quantile(p)), p))
  }

  @Test func `quantiles invert probabilities over a wide grid`() {
    for df in [1, 2, 3, 7.5, 30, 400, 12_345.0] {
      for p in [1e-9, 0.001, 0.025, 0.3, 0.499, 0.51, 0.9, 0.99999] {
        #expect(close(StudentT.cdf(StudentT.quantile(p, df: df), df: df), p, 1e-10))
        #expect(close(Beta.cdf(Beta.quantile(p, df, 3.5), df, 3.5), p, 1e-10))
      }
    }
  }
}
