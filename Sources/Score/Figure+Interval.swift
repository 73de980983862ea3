package import Layout
package import Stats

extension Figure {
  /// `[55.9, 66.7]`
  package static func range(_ interval: Interval?, signed: Bool = false) -> String {
    guard let interval else { return missing }
    return "[\(percent(interval.low, signed: signed)), \(percent(interval.high, signed: signed))]"
  }
}
