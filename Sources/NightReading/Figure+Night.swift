package import Base
internal import Climb
internal import Facts
package import Layout

extension Figure {
  /// A difference in points of the mean score: `+10.7 pp`.
  package static func points(_ value: Double?) -> String { "\(percent(value, signed: true)) pp" }

  /// Thousands apart: `20,400`.
  package static func grouped(_ value: Int) -> String {
    var digits = Array(String(abs(value)))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return (value < 0 ? "-" : "") + String(digits)
  }

  /// The time of day in UTC: `06:51Z`.
  package static func clock(_ time: Timestamp) -> String {
    "\(time.description.dropFirst(11).prefix(5))Z"
  }
}

extension Money {
  /// The roles that every night may pay, in the order in which they are told.
  package static let roles = ["trial", "propose", "judge"]

  /// Who plays a role; the role's own word for any other.
  package static func players(_ role: String) -> String {
    ["trial": "task agents", "propose": "proposers", "judge": "judges"][role] ?? role
  }

  /// The money in words; what nobody knows is said and never counted as nothing.
  package var words: String {
    guard known + unknown > 0 else { return "nothing" }
    guard let costUSD else { return "unknown" }
    return Figure.dollars(costUSD)
      + (unknown > 0 ? " and what \(unknown) parts cost is unknown" : "")
  }

  /// The same where there is little room.
  package var brief: String {
    guard known + unknown > 0 else { return "nothing spent" }
    guard let costUSD else { return "cost unknown" }
    return Figure.dollars(costUSD) + (unknown > 0 ? " + unknown" : "")
  }

  var json: JSON {
    [
      "cost_usd": .number(costUSD), "tokens": .optional(tokens), "parts_known": .int(known),
      "parts_unknown": .int(unknown), "words": .string(words),
    ]
  }
}
