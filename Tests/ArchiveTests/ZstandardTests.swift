import Archive
import Base
import Seeded
import Testing

@Suite struct ZstandardTests {
  @Test(arguments: [0, 1, 100, 4096, 1_000_000])
  func `bytes come back as they went in`(count: Int) throws {
    var generator = SplitMix(UInt64(count))
    let random = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let constant = [UInt8](repeating: 7, count: count)
    for bytes in [random, constant] {
      let frame = try Zstandard.compress(bytes)
      #expect(try Zstandard.decompress(frame, limit: count) == bytes)
    }
    #expect(try Zstandard.compress(constant).count < 200)
  }

  @Test func `a frame that is larger than allowed, cut or no frame at all is refused`() throws {
    let frame = try Zstandard.compress([UInt8](repeating: 7, count: 1_000_000))
    #expect(throws: BelayError.self) { try Zstandard.decompress(frame, limit: 999_999) }
    #expect(throws: BelayError.self) {
      try Zstandard.decompress(Array(frame.dropLast()), limit: 1_000_000)
    }
    #expect(throws: BelayError.self) { try Zstandard.decompress([], limit: 10) }
    #expect(throws: BelayError.self) { try Zstandard.decompress([1, 2, 3, 4], limit: 10) }
    var damaged = frame
    damaged[damaged.count / 2] ^= 0xFF
    let content = try? Zstandard.decompress(damaged, limit: 1_000_000)
    #expect(content != [UInt8](repeating: 7, count: 1_000_000))
  }

  @Test func `many threads pack at once`() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask { @concurrent in
          let bytes = Array("text \(number)".utf8)
          let frame = try Zstandard.compress(bytes)
          #expect(try Zstandard.decompress(frame, limit: 100) == bytes)
        }
      }
      try await group.waitForAll()
    }
  }
}
