import Testing

@testable import Live

@Suite struct KeyTests {
  @Test(
    arguments: [
      ("a", [.character("a")]), ("\r", [.enter]), ("\t", [.tab(isBackwards: false)]),
      ("\u{1B}[Z", [.tab(isBackwards: true)]), ("\u{1B}[A\u{1B}OB", [.up, .down]),
      ("\u{1B}[5~\u{1B}[6~", [.pageUp, .pageDown]), ("\u{1B}[H\u{1B}[4~", [.home, .end]),
      ("\u{7F}", [.erase]), ("ß語", [.character("ß"), .character("語")]),
      ("\u{1B}[200~x", [.character("x")]), ("\u{03}", [.character("\u{03}")]),
    ] as [(String, [Key])])
  func `bytes are keys`(text: String, keys: [Key]) {
    var decoder = KeyDecoder()
    #expect(text.utf8.compactMap { decoder.feed($0) } == keys)
    #expect(!decoder.isWaiting)
  }

  @Test func `an escape is a key when nothing follows it, and bytes that are no text are none`() {
    var decoder = KeyDecoder()
    #expect(decoder.feed(0x1B) == nil)
    #expect(decoder.isWaiting)
    #expect(decoder.settle() == .escape)
    #expect(decoder.settle() == nil)
    for byte: UInt8 in [0xFF, 0x80, 0xC0] { #expect(decoder.feed(byte) == nil) }
    #expect(decoder.feed(0x71) == .character("q"))
  }
}
