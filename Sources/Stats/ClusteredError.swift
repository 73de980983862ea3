/// The mean of differences that come in clusters, with a standard error that knows of them.
public struct ClusteredError: Sendable, Hashable {
  /// The mean over all differences.
  public let mean: Double
  /// Its standard error, robust against what the members of a cluster share; go with it to Student's t with
  /// one degree of freedom less than there are clusters.
  public let standardError: Double
  /// How many clusters.
  public let clusters: Int

  /// The mean of some differences, each with the cluster that it belongs to; nil for fewer than two clusters.
  public init?(_ values: [(difference: Double, cluster: Int)]) {
    let count = Double(values.count)
    let mean = values.reduce(0) { $0 + $1.difference } / count
    var sums: [Int: Double] = [:]
    for value in values { sums[value.cluster, default: 0] += value.difference - mean }
    guard sums.count > 1 else { return nil }
    // In order, so that the last bit is the same every time.
    let squares = sums.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }
    self.mean = mean
    clusters = sums.count
    standardError = squares.squareRoot() / count
  }

  /// Where the mean of some differences lies, each with the cluster that it belongs to; nil where all are of one
  /// cluster, of which nothing can be said beyond it, and where there are none.
  ///
  /// Where each stands alone it is the interval over them; where clusters do not differ at all, each is one
  /// observation of that.
  public static func interval(
    _ values: [(difference: Double, cluster: Int)], confidence: Double = 0.95
  ) -> Interval? {
    let clusters = Set(values.map(\.cluster)).count
    if clusters == values.count {
      return PairedDifference(values.map(\.difference), confidence: confidence)?.difference.interval
    }
    guard let error = ClusteredError(values) else { return nil }
    // Sums of what does not differ may differ in the last bits, and would claim certainty.
    guard error.standardError > TaskMeans.sameness else {
      let means = [Double](repeating: error.mean, count: clusters)
      return PairedDifference(means, confidence: confidence)?.difference.interval
    }
    let quantile = StudentT.quantile((1 + confidence) / 2, df: Double(clusters - 1))
    let half = quantile * error.standardError
    return Interval(error.mean - half, error.mean + half)
  }
}
