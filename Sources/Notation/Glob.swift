/// Shell patterns over one part of a path: `*`, `?`, `[a-z]`, `[!a]` and a backslash.
public enum Glob {
  /// Whether the whole text fits the pattern.
  public static func matches(_ pattern: String, _ text: String) -> Bool {
    matches(Array(pattern.unicodeScalars), Array(text.unicodeScalars))
  }

  // One place to come back to is enough: a later star can take over what an earlier one could.
  static func matches(_ pattern: [Unicode.Scalar], _ text: [Unicode.Scalar]) -> Bool {
    var p = 0
    var t = 0
    var star: (p: Int, t: Int)?
    while t < text.count {
      if p < pattern.count, pattern[p] == "*" {
        star = (p, t)
        p += 1
      } else if p < pattern.count, let next = one(pattern, p, text[t]) {
        p = next
        t += 1
      } else if let back = star {
        star = (back.p, back.t + 1)
        p = back.p + 1
        t = back.t + 1
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }

  /// The place behind the pattern's next element when it fits one character.
  private static func one(_ pattern: [Unicode.Scalar], _ at: Int, _ scalar: Unicode.Scalar) -> Int?
  {
    switch pattern[at] {
    case "?": return at + 1
    case "\\" where at + 1 < pattern.count:
      return pattern[at + 1] == scalar ? at + 2 : nil
    case "[":
      guard let set = characterSet(pattern, at) else { return scalar == "[" ? at + 1 : nil }
      let isIn = set.ranges.contains { $0.contains(scalar.value) }
      return isIn != set.isNegated ? set.end : nil
    case let literal: return literal == scalar ? at + 1 : nil
    }
  }

  private static func characterSet(_ pattern: [Unicode.Scalar], _ at: Int)
    -> (ranges: [ClosedRange<UInt32>], isNegated: Bool, end: Int)?
  {
    var index = at + 1
    guard index < pattern.count else { return nil }
    let isNegated = pattern[index] == "!" || pattern[index] == "^"
    if isNegated { index += 1 }
    var ranges: [ClosedRange<UInt32>] = []
    let first = index
    while index < pattern.count {
      if pattern[index] == "]", index > first { return (ranges, isNegated, index + 1) }
      if pattern[index] == "\\", index + 1 < pattern.count { index += 1 }
      let low = pattern[index].value
      if index + 2 < pattern.count, pattern[index + 1] == "-", pattern[index + 2] != "]" {
        let high = pattern[index + 2].value
        if low <= high { ranges.append(low...high) }
        index += 3
      } else {
        ranges.append(low...low)
        index += 1
      }
    }
    return nil
  }
}
