/// Texts as lines: what two of them share, and how two changes of one text go together.
enum Lines {
  /// A run of lines that was replaced: which of the old, by which of the new.
  struct Hunk: Equatable {
    let old: Range<Int>
    let new: Range<Int>
  }

  /// Above this many pairs of differing lines what lies between the common ends counts as replaced.
  private static let limit = 4_000_000

  /// The ranges of the lines, each with its line end.
  static func ranges(_ bytes: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == 0x0A {
      ranges.append(start..<(index + 1))
      start = index + 1
    }
    if start < bytes.count { ranges.append(start..<bytes.count) }
    return ranges
  }

  /// The lines, each with its line end.
  static func of(_ bytes: [UInt8]) -> [[UInt8]] { ranges(bytes).map { Array(bytes[$0]) } }

  /// What must be replaced to make the one out of the other, in order.
  static func hunks<Element: Hashable>(_ old: [Element], _ new: [Element]) -> [Hunk] {
    var low = 0
    while low < min(old.count, new.count), old[low] == new[low] { low += 1 }
    var ends = (old.count, new.count)
    while ends.0 > low, ends.1 > low, old[ends.0 - 1] == new[ends.1 - 1] {
      ends = (ends.0 - 1, ends.1 - 1)
    }
    let (left, right) = (old[low..<ends.0], new[low..<ends.1])
    if left.isEmpty && right.isEmpty { return [] }
    if left.isEmpty || right.isEmpty || left.count * right.count > limit {
      return [Hunk(old: low..<ends.0, new: low..<ends.1)]
    }
    return longest(Array(left), Array(right)).map {
      Hunk(
        old: ($0.old.lowerBound + low)..<($0.old.upperBound + low),
        new: ($0.new.lowerBound + low)..<($0.new.upperBound + low))
    }
  }

  private static func longest<Element: Hashable>(_ old: [Element], _ new: [Element]) -> [Hunk] {
    var numbers: [Element: Int32] = [:]
    func number(_ element: Element) -> Int32 {
      if let known = numbers[element] { return known }
      let next = Int32(numbers.count)
      numbers[element] = next
      return next
    }
    let (a, b) = (old.map(number), new.map(number))
    let width = b.count + 1
    var table = [Int32](repeating: 0, count: (a.count + 1) * width)
    for i in stride(from: a.count - 1, through: 0, by: -1) {
      for j in stride(from: b.count - 1, through: 0, by: -1) {
        table[i * width + j] =
          a[i] == b[j]
          ? table[(i + 1) * width + j + 1] + 1
          : max(table[(i + 1) * width + j], table[i * width + j + 1])
      }
    }
    var hunks: [Hunk] = []
    var (i, j) = (0, 0)
    var start = (0, 0)
    func close() {
      if start != (i, j) { hunks.append(Hunk(old: start.0..<i, new: start.1..<j)) }
    }
    while i < a.count, j < b.count {
      if a[i] == b[j] {
        close()
        (i, j) = (i + 1, j + 1)
        start = (i, j)
      } else if table[(i + 1) * width + j] >= table[i * width + j + 1] {
        i += 1
      } else {
        j += 1
      }
    }
    (i, j) = (a.count, b.count)
    close()
    return hunks
  }

  /// Both changes of one text together; nil where they touch the same lines in different ways.
  static func merge(_ base: [UInt8], _ left: [UInt8], _ right: [UInt8]) -> [UInt8]? {
    let (old, one, two) = (of(base), of(left), of(right))
    var (ours, theirs) = (hunks(old, one)[...], hunks(old, two)[...])
    var out: [UInt8] = []
    var at = 0
    while ours.first != nil || theirs.first != nil {
      let takesOurs: Bool
      switch (ours.first, theirs.first) {
      case (let mine?, let other?):
        if mine.old.lowerBound <= other.old.upperBound, other.old.lowerBound <= mine.old.upperBound
        {
          guard mine.old == other.old, one[mine.new] == two[other.new] else { return nil }
          _ = theirs.popFirst()
          takesOurs = true
        } else {
          takesOurs = mine.old.lowerBound < other.old.lowerBound
        }
      case (_?, nil): takesOurs = true
      default: takesOurs = false
      }
      guard let hunk = takesOurs ? ours.popFirst() : theirs.popFirst() else { break }
      for line in old[at..<hunk.old.lowerBound] { out += line }
      for line in (takesOurs ? one : two)[hunk.new] { out += line }
      at = hunk.old.upperBound
    }
    for line in old[at...] { out += line }
    return out
  }
}
