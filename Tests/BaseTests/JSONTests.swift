import Base
import Testing

@Suite struct JSONTests {
  @Test(arguments: [
    ("{\"b\":1,\"a\":[true,null,\"x\"]}", "{\"a\":[true,null,\"x\"],\"b\":1}"),
    (" [ ] ", "[]"), ("{}", "{}"), ("-0.5e3", "-500"), ("1e-7", "1e-07"),
    ("12345678901234567890", "1.2345678901234567e+19"), ("\"\\u00e9\\ud83d\\ude00\"", "\"é😀\""),
    ("\"\\ud800\"", "\"\u{FFFD}\""), ("\"a\\/b\\n\\u0001\"", "\"a/b\\n\\u0001\""),
    ("{\"a\":1,\"a\":2}", "{\"a\":2}"), ("0.1", "0.1"), ("9007199254740993", "9007199254740993"),
  ])
  func aDocumentIsWrittenInItsOneForm(source: String, written: String) throws {
    let value = try JSON.parse(source)
    #expect(value.text() == written)
    #expect(try JSON.parse(value.text(pretty: true)).text() == written)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "nul", "01", "1.", "+1", "NaN", "\"a\nb\"", "\"\\x\"", "[1] x",
    "{a:1}", "\"abc", "1e999", "[1 2]", "\"\\u12g4\"",
  ])
  func whatIsNotJSONIsRefusedWithItsPlace(source: String) {
    let error = #expect(throws: BelayError.self) { try JSON.parse(source) }
    #expect(error?.kind == .usage)
    #expect(error?.message.contains("line") == true)
  }

  @Test func nestingBombsAreRefused() {
    let bomb = String(repeating: "[", count: 100_000)
    #expect(throws: BelayError.self) { try JSON.parse(bomb) }
  }

  @Test func bytesThatAreNotUTF8AreRepaired() throws {
    #expect(try JSON.parse([0x22, 0xFF, 0x41, 0x22]) == .string("\u{FFFD}A"))
  }

  @Test func numbersThatJSONCannotSayAreNull() {
    #expect(JSON.number(.nan).text() == "null")
    #expect(JSON.array([.double(.infinity)]).text() == "[null]")
  }
}
