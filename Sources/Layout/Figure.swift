package import Base

/// How figures are written; a missing one is a dash, never a zero.
package enum Figure {
  /// What stands for a value that is not known.
  package static let missing = "-"

  /// A number with a fixed count of decimals, halves away from zero; the sign on request.
  package static func fixed(_ value: Double?, _ decimals: Int, signed: Bool = false) -> String {
    guard let value, value.isFinite else { return missing }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    let units = Int(scaled)
    let factor = Int(scale)
    var digits = String(units / factor)
    if decimals > 0 {
      let rest = String(units % factor)
      digits += "." + String(repeating: "0", count: decimals - rest.count) + rest
    }
    let negative = value < 0 && units != 0
    return (negative ? "-" : signed ? "+" : "") + digits
  }

  /// A fraction as a percentage without its sign: `61.3`.
  package static func percent(_ fraction: Double?, signed: Bool = false) -> String {
    fixed(fraction.map { $0 * 100 }, 1, signed: signed)
  }

  /// Fractions between which something lies, as percentages: `[55.9, 66.7]`.
  package static func range(_ low: Double, _ high: Double, signed: Bool = false) -> String {
    "[\(percent(low, signed: signed)), \(percent(high, signed: signed))]"
  }

  /// A p value: `p = 0.007`, `p < 0.001`.
  package static func pValue(_ value: Double) -> String {
    value < 0.001 ? "p < 0.001" : "p = \(fixed(value, 3))"
  }

  /// A length of time, as short as it is clear: `41ms`, `2.1s`, `3m07s`, `1h05m`, `2d04h`.
  package static func duration(milliseconds: Int?) -> String {
    guard let milliseconds else { return missing }
    if milliseconds < 0 { return "-" + duration(milliseconds: -milliseconds) }
    if milliseconds < 1000 { return "\(milliseconds)ms" }
    if milliseconds < 59_950 { return fixed(Double(milliseconds) / 1000, 1) + "s" }
    let seconds = (milliseconds + 500) / 1000
    let pair: (Int, String, Int, String) =
      switch seconds {
      case ..<3600: (seconds / 60, "m", seconds % 60, "s")
      case ..<86_400: (seconds / 3600, "h", seconds % 3600 / 60, "m")
      default: (seconds / 86_400, "d", seconds % 86_400 / 3600, "h")
      }
    return "\(pair.0)\(pair.1)\(pair.2 < 10 ? "0" : "")\(pair.2)\(pair.3)"
  }

  /// A count in at most five characters: `950`, `20.1k`, `412M`.
  package static func count(_ value: Int?) -> String {
    guard let value else { return missing }
    for (unit, letter) in [(1_000_000_000, "G"), (1_000_000, "M"), (1000, "k")]
    where abs(value) >= unit {
      let scaled = Double(value) / Double(unit)
      return fixed(scaled, abs(scaled) < 99.95 ? 1 : 0) + letter
    }
    return "\(value)"
  }

  /// Money with enough decimals to tell small sums apart: `$0.0043`, `$81.60`.
  package static func dollars(_ value: Double?) -> String {
    guard let value else { return missing }
    return "$" + fixed(value, abs(value) < 1 && value != 0 ? 4 : 2)
  }

  /// Bytes in binary units: `512 B`, `1.5 MB`.
  package static func bytes(_ value: Int?) -> String {
    guard let value else { return missing }
    var scaled = Double(value)
    for unit in ["B", "kB", "MB", "GB"] {
      if scaled < 1024 { return fixed(scaled, unit == "B" ? 0 : 1) + " " + unit }
      scaled /= 1024
    }
    return fixed(scaled, 1) + " TB"
  }

  /// `1 trial`, `3 trials`.
  package static func plural(_ count: Int, _ word: String) -> String {
    "\(count) \(word)\(count == 1 ? "" : "s")"
  }

  /// A moment to the minute in UTC: `2026-11-20 22:00Z`.
  package static func minute(_ time: Timestamp) -> String {
    let text = time.description
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))Z"
  }
}
