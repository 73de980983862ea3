/// A range of values that holds the truth at the stated confidence.
public struct Interval: Sendable, Hashable, Codable {
  /// The lower end.
  public let low: Double
  /// The upper end.
  public let high: Double

  /// Makes a range from two ends in any order.
  public init(_ low: Double, _ high: Double) {
    self.low = min(low, high)
    self.high = max(low, high)
  }

  /// Whether the value lies inside; the ends count.
  public func contains(_ value: Double) -> Bool { low <= value && value <= high }

  /// The part of the range that is possible at all.
  public func clamped(to range: ClosedRange<Double>) -> Interval {
    Interval(
      min(max(low, range.lowerBound), range.upperBound),
      min(max(high, range.lowerBound), range.upperBound))
  }

  /// Half of the distance between the ends.
  public var halfWidth: Double { (high - low) / 2 }
}

/// How an interval was found.
public enum IntervalMethod: String, Sendable, CaseIterable {
  /// Student's t over the means of the tasks.
  case studentT = "t"
  /// Exact binomial over tasks, used where all task means are equal and t would claim certainty.
  case exact
}
