package import Layout
package import Stats

extension Figure {
  /// `[55.9, 66.7]`
  package static func range(_ interval: Interval?, signed: Bool = false) -> String {
    interval.map { range($0.low, $0.high, signed: signed) } ?? missing
  }
}
