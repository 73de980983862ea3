import Stats
import Testing

/// Where a mean of differences lies that come in clusters.
@Suite struct ClusteredIntervalTests {
  private static func interval(_ differences: [Double], _ clusters: [Int]) -> Interval? {
    ClusteredError.interval(
      zip(differences, clusters).map { (difference: $0, cluster: $1) }, confidence: 0.95)
  }

  @Test func `of one cluster nothing is said beyond it`() {
    #expect(Self.interval([0.1, 0.3, 0.2], [4, 4, 4]) == nil)
    #expect(Self.interval([], []) == nil)
  }

  @Test func `where each stands alone it is the interval over all`() {
    for differences in [[0.1, 0.3, -0.2], [0.25, 0.25, 0.25], [0.4]] {
      #expect(
        Self.interval(differences, Array(differences.indices))
          == PairedDifference(differences)?.difference.interval)
    }
  }

  @Test func `clusters make it wider, and what does not differ is no certainty`() throws {
    let differences = [0.31, 0.3, 0.29, 0.12, 0.11, 0.1]
    let wide = try #require(Self.interval(differences, [0, 0, 0, 1, 1, 1]))
    let narrow = try #require(Self.interval(differences, [0, 1, 2, 3, 4, 5]))
    #expect(wide.halfWidth > 2 * narrow.halfWidth)
    // Sums of tenths do not come out even.
    let same = try #require(Self.interval([0.1, 0.2, 0.3, 0.3, 0.2, 0.1], [0, 0, 0, 1, 1, 1]))
    #expect(same == PairedDifference([0.2, 0.2])?.difference.interval || same.halfWidth > 0.5)
  }
}
