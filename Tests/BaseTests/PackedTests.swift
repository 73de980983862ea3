import Base
import Testing

/// Values in few bytes.
@Suite struct PackedTests {
  private static func bytes(_ value: some Packable) -> [UInt8] {
    var writer = PackWriter()
    value.pack(into: &writer)
    return writer.bytes
  }

  private static func read<Value: Packable>(_ bytes: [UInt8], _ type: Value.Type) -> Value? {
    var reader = PackReader(bytes)
    guard let value = try? Value(from: &reader), reader.isAtEnd else { return nil }
    return value
  }

  @Test func `every number comes back to its last bit, and small ones take a byte`() {
    for number in [0, 1, -1, 63, -64, 64, 1_000_000, Int.max, Int.min, Int.min + 1] {
      #expect(Self.read(Self.bytes(number), Int.self) == number)
    }
    #expect(Self.bytes(63).count == 1 && Self.bytes(-64).count == 1)
    let numbers = [
      0, -0.0, 1, 0.5, 0.1, -1e300, .infinity, .nan, .leastNonzeroMagnitude, .pi,
      .greatestFiniteMagnitude,
    ]
    let back = Self.read(Self.bytes(numbers), [Double].self)
    #expect(back?.map(\.bitPattern) == numbers.map(\.bitPattern))
    #expect(Self.bytes(0.0).count == 1 && Self.bytes(1.0).count <= 3)
    #expect(Self.read(Self.bytes(UInt32.max), UInt32.self) == .max)
    #expect(Self.read(Self.bytes(-1), UInt32.self) == nil)
    #expect(Self.read(Self.bytes(256), UInt8.self) == nil)
  }

  @Test func `texts, lists, tables and what may be missing come back`() {
    let texts = ["", "a\n\u{0}", "größer 🌙"]
    #expect(Self.read(Self.bytes(texts), [String].self) == texts)
    let table: [Int: [Double?]] = [1: [nil, 2], -7: []]
    #expect(Self.read(Self.bytes(table), [Int: [Double?]].self) == table)
    let ids: [CandidateID: TrialID] = [CandidateID(3): TrialID(1_000_000)]
    #expect(Self.read(Self.bytes(ids), [CandidateID: TrialID].self) == ids)
  }

  private struct Holder: Codable, Equatable {
    @Packed var numbers: [Int] = []
    var name = "n"
  }

  @Test(arguments: 0..<9)
  func `a packed part of a value is one text in its JSON`(count: Int) throws {
    let holder = Holder(numbers: (0..<count).map { $0 * 7919 - 3 })
    let json = try JSON.encoding(holder)
    #expect(json["numbers"].string != nil)
    #expect(try JSON.parse(json.text()).decode(Holder.self) == holder)
  }

  @Test func `bytes that nobody wrote are refused and take no memory`() throws {
    for text in ["", "A", "????", "gICAgICAgICAgIA", "_____w", "AAAAAAAA", "Aé"] {
      #expect(throws: BelayError.self) {
        try JSON.object(["numbers": .string(text), "name": "n"]).decode(Holder.self)
      }
    }
    // Counts that no such file can hold.
    for count in [Int.max, 1 << 40, 5, -1] {
      let bytes = Self.bytes(count) + [0, 0]
      #expect(Self.read(bytes, [Int].self) == nil)
      #expect(Self.read(bytes, [Int: Int].self) == nil)
      #expect(Self.read(bytes, String.self) == nil)
    }
    var state: UInt64 = 1
    for _ in 0..<2000 {
      let bytes = (0..<12).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1
        return UInt8(truncatingIfNeeded: state >> 40)
      }
      if let value = Self.read(bytes, [Int: [String?]].self) { #expect(value.count <= 12) }
      if let value = Self.read(bytes, [Double].self) { #expect(value.count <= 12) }
    }
  }
}
