/// Random numbers that are part of the world: the same seed draws the same night on every machine.
public struct Draws: RandomNumberGenerator, Sendable, Hashable, Codable {
  private var state: UInt64

  /// Draws that follow from a seed and from what they are for.
  public init(seed: UInt64, for purpose: UInt64 = 0) {
    state = seed
    let first = next()
    state = first ^ (purpose &* 0x9E37_79B9_7F4A_7C15)
  }

  /// SplitMix64.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 to below 1.
  public mutating func share() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

  /// A whole number from 0 to below `count`.
  public mutating func below(_ count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(max(count, 1))).high)
  }

  // Not the standard library's: how that one shuffles may change between its versions.
  /// The elements in an order of chance.
  public mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var elements = elements
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, below(last + 1))
    }
    return elements
  }
}
