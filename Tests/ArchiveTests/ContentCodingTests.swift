import Archive
import Base
import Testing

@Suite struct ContentCodingTests {
  static let text = Array("hello hello hello hello\n".utf8)
  // As `gzip -n` and `zstd` write it from a pipe: the frame does not say how long it is.
  static let gzip = "1f8b0800000000000003cb48cdc9c957c84027b9000088590b18000000"
  static let zstd = "28b52ffd04586d00003868656c6c6f200a0100994b11a87c2ea8"

  @Test(arguments: [(ContentCoding.gzip, gzip), (.zstd, zstd)])
  func `a packed body comes back, and nothing that is cut, larger or packed otherwise`(
    coding: ContentCoding, hex: String
  ) throws {
    let packed = try #require(Hex.bytes(hex[...]))
    #expect(try coding.unpack(packed, limit: 24) == Self.text)
    #expect(throws: BelayError.self) { try coding.unpack(packed, limit: 23) }
    for bad in [[], Self.text, Array(packed.dropLast(9)), Array(packed.dropFirst())] {
      #expect(throws: BelayError.self) { try coding.unpack(bad, limit: 1000) }
    }
    let other: ContentCoding = coding == .gzip ? .zstd : .gzip
    #expect(throws: BelayError.self) { try other.unpack(packed, limit: 1000) }
  }

  @Test func `a bomb is stopped at the limit`() throws {
    let bomb = try Zstandard.compress([UInt8](repeating: 0, count: 50_000_000))
    #expect(throws: BelayError.self) { try ContentCoding.zstd.unpack(bomb, limit: 1_000_000) }
  }

  @Test(arguments: [
    ("gzip", ContentCoding.gzip), ("ZSTD", .zstd), ("br", nil), ("gzip, zstd", nil),
  ])
  func `codings are known by their names`(word: String, coding: ContentCoding?) {
    #expect(ContentCoding(header: word) == coding)
  }
}
