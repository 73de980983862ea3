internal import Base
internal import Glibc
internal import Layout

/// One axis: what it measures and what must be seen on it.
public struct Axis: Sendable, Hashable {
  /// What the numbers are.
  public enum Unit: String, Sendable, Hashable, Codable, CaseIterable {
    /// Whole things.
    case count
    /// Shares, from 0 to 1.
    case percent
    /// Differences of shares, with their sign.
    case points
    /// Money.
    case dollars
    /// Lengths of time.
    case seconds
    /// Generations: g0, g1, ….
    case generation
  }

  /// What it is, in a word or two.
  public var label: String
  /// What the numbers are.
  public var unit: Unit
  /// A value that is to be seen whatever the figures are, such as 0.
  public var anchor: Double?
  /// Another value that is to be seen, such as how far a night is that goes on.
  public var reach: Double?
  /// What no value can lie beyond.
  public var bounds: ClosedRange<Double>?

  /// An axis.
  public init(
    _ label: String, _ unit: Unit, anchor: Double? = nil, reach: Double? = nil,
    bounds: ClosedRange<Double>? = nil
  ) {
    self.label = label
    self.unit = unit
    self.anchor = anchor
    self.reach = reach
    self.bounds = bounds
  }

  /// A value as the axis writes it.
  func text(_ value: Double) -> String { text(value, step: nil) }

  func text(_ value: Double, step: Double?) -> String {
    switch unit {
    case .count: return Figure.count(Int(max(min(value.rounded(), 1e15), -1e15)))
    case .percent, .points:
      let decimals = (step ?? 0.001) * 100 >= 0.999 ? 0 : 1
      let text = Figure.fixed(value * 100, decimals, signed: unit == .points)
      return text == "+0" ? "0" : text
    case .dollars:
      let step = step ?? value
      if value == 0 { return "$0" }
      return "$" + Figure.fixed(value, step >= 1 ? 0 : step >= 0.01 ? 2 : 4)
    case .seconds: return Figure.duration(milliseconds: Int(min(max(value, 0), 1e12) * 1000))
    case .generation: return "g\(Int(value))"
    }
  }
}

/// A range of values with round marks on it.
struct Scale: Sendable, Hashable {
  let low: Double
  let high: Double
  let ticks: [Double]
  let step: Double

  /// Covers all values with about `count` marks.
  init(_ values: [Double], _ axis: Axis, count: Int) {
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    for seen in [axis.anchor, axis.reach] {
      guard let seen, seen.isFinite else { continue }
      low = min(low, seen)
      high = max(high, seen)
    }
    if !(high - low > 1e-12 * max(abs(high), 1e-9)) {
      let room = axis.unit == .percent || axis.unit == .points ? 0.05 : max(abs(high) * 0.1, 1)
      // What is counted from its anchor has nothing on the other side of it.
      if axis.anchor != low { low -= room }
      high += room
    }
    let isWhole = axis.unit == .count || axis.unit == .generation
    var step = Self.round((high - low) / Double(max(count, 1)), axis.unit)
    if isWhole { step = max(step.rounded(), 1) }
    low = (low / step).rounded(.down) * step
    high = (high / step).rounded(.up) * step
    if let bounds = axis.bounds {
      low = max(low, bounds.lowerBound)
      high = min(high, bounds.upperBound)
    }
    if !(high > low) { high = low + step }
    // Generations have room at both sides, where what would lie on one another is moved apart.
    let margin = axis.unit == .generation ? 0.4 : 0
    self.low = low - margin
    self.high = high + margin
    self.step = step
    var ticks: [Double] = []
    var number = (low / step).rounded(.up)
    while number * step <= high + step * 1e-6, ticks.count < 100 {
      ticks.append(number * step)
      number += 1
    }
    self.ticks = ticks
  }

  /// Where a value lies, from 0 to 1; what lies beyond is put to the edge.
  func place(_ value: Double) -> Double { min(max((value - low) / (high - low), 0), 1) }

  // Steps that a person counts in: 1, 2 and 5 of any power of ten; of time, also minutes and hours.
  private static func round(_ rough: Double, _ unit: Axis.Unit) -> Double {
    if unit == .seconds {
      let steps: [Double] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
        86_400,
      ]
      if let step = steps.first(where: { $0 >= rough }) { return rough < 0.5 ? nice(rough) : step }
      return 86_400 * nice(rough / 86_400)
    }
    return nice(rough)
  }

  private static func nice(_ rough: Double) -> Double {
    guard rough > 0, rough.isFinite else { return 1 }
    let power = pow(10, floor(log10(rough)))
    let lead = rough / power
    return (lead <= 1.0001 ? 1 : lead <= 2.0001 ? 2 : lead <= 5.0001 ? 5 : 10) * power
  }
}
