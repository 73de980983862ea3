/// Common random numbers: the same seed, task and question give the same number whatever the harness
/// says, so that a better harness changes only what it helps with.
struct Draws: Sendable, Hashable {
  let seed: UInt64
  let task: String

  /// A number in [0, 1) for a question.
  func number(_ question: String) -> Double {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
    for byte in "\(task)\u{0}\(question)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    // FNV alone leaves the high bits of short texts alike; this is SplitMix64's finish.
    hash = (hash ^ hash >> 30) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ hash >> 27) &* 0x94d0_49bb_1331_11eb
    hash ^= hash >> 31
    return Double(hash >> 11) / Double(1 << 53)
  }

  /// Whether something of this chance happens.
  func happens(_ question: String, _ chance: Double) -> Bool { number(question) < chance }

  /// One of several.
  func pick<Value>(_ question: String, of values: [Value]) -> Value {
    values[min(values.count - 1, Int(number(question) * Double(values.count)))]
  }
}
