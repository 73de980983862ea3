/// Rows of features, each of them once: a night has a thousand times as many trials as candidates in the end.
///
/// Rows are the same when they are so to the last bit, and never change their places.
struct FeatureRows: Sendable {
  /// The rows, one behind the other.
  private(set) var values: [Double] = []
  private(set) var width = 1
  private(set) var count = 0
  // The places of the rows plus 1 by their hashes, with gaps of 0; a power of two of them.
  private var slots = [UInt32](repeating: 0, count: 16)

  init() {}

  /// Rows as they were kept; nil where these are none.
  init?(_ values: [Double], width: Int) {
    guard width > 0, values.count.isMultiple(of: width), values.count / width < Int(Int32.max)
    else { return nil }
    self.values = values
    self.width = width
    count = values.count / width
    var size = slots.count
    while 2 * count > size { size *= 2 }
    sort(into: size)
  }

  /// The place of a row, which is kept where it is new.
  mutating func place(of row: [Double]) -> UInt32 {
    var slot = home(row[...])
    while slots[slot] != 0 {
      if holds(row, at: Int(slots[slot]) - 1) { return slots[slot] - 1 }
      slot = (slot + 1) & (slots.count - 1)
    }
    values += row
    count += 1
    slots[slot] = UInt32(count)
    if 2 * count > slots.count { sort(into: 2 * slots.count) }
    return UInt32(count - 1)
  }

  /// Makes room for more columns, all 0.
  mutating func widen(by more: Int, at place: Int) {
    var wider: [Double] = []
    wider.reserveCapacity(count * (width + more))
    for index in 0..<count {
      let row = values[(index * width)..<((index + 1) * width)]
      wider += row.prefix(place)
      for _ in 0..<more { wider.append(0) }
      wider += row.dropFirst(place)
    }
    values = wider
    width += more
    sort(into: slots.count)
  }

  /// Fills the last column with the product of two others.
  mutating func setLast(product first: Int, _ second: Int) {
    for index in 0..<count {
      let start = index * width
      values[start + width - 1] = values[start + first] * values[start + second]
    }
    sort(into: slots.count)
  }

  private func holds(_ row: [Double], at place: Int) -> Bool {
    let start = place * width
    for column in 0..<width
    where values[start + column].bitPattern != row[column].bitPattern {
      return false
    }
    return true
  }

  private func home(_ row: ArraySlice<Double>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for value in row {
      hash = (hash ^ value.bitPattern) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    return Int(truncatingIfNeeded: hash) & (slots.count - 1)
  }

  private mutating func sort(into size: Int) {
    slots = [UInt32](repeating: 0, count: size)
    for place in 0..<count {
      var slot = home(values[(place * width)..<((place + 1) * width)])
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = UInt32(place + 1)
    }
  }
}
