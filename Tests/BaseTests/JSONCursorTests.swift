import Base
import Testing

@Suite struct JSONCursorTests {
  @Test func `members are found where they stand, past everything else`() {
    let text = Array(
      #" {"a" : {"x":[1,"}]\"",{}]}, "b":"é\n", "c":null ,"d":[10, 20],"e":-1.5e3} "#.utf8)
    var cursor = JSONCursor(text[...])
    var seen: [String] = []
    let isObject = cursor.enterObject()
    #expect(isObject)
    while let key = cursor.nextKey() {
      let name = cursor.text(key) ?? ""
      if cursor.matches(key, "b") {
        seen.append("b=\(cursor.string() ?? "-")")
      } else if name == "c" {
        seen.append("c null \(cursor.null())")
      } else if name == "d" {
        let isArray = cursor.enterArray()
        #expect(isArray)
        while cursor.nextElement() {
          if let range = cursor.skipValue() {
            seen.append("d \(String(decoding: text[range], as: UTF8.self))")
          }
        }
      } else if let range = cursor.skipValue() {
        seen.append("\(name) \(String(decoding: text[range], as: UTF8.self))")
      }
    }
    let isAtEnd = cursor.isAtEnd()
    #expect(!cursor.isBroken && isAtEnd)
    #expect(
      seen == [#"a {"x":[1,"}]\"",{}]}"#, "b=é\n", "c null true", "d 10", "d 20", "e -1.5e3"])
  }

  @Test func `an escaped key never equals a plain one but has the same text`() {
    var cursor = JSONCursor(Array(#"{"\u0061":1}"#.utf8)[...])
    let isObject = cursor.enterObject()
    #expect(isObject)
    guard let key = cursor.nextKey() else { return #expect(Bool(false)) }
    #expect(!cursor.matches(key, "a") && cursor.text(key) == "a")
  }

  @Test func `a slice is read by its own positions`() {
    let bytes = Array(#"xx{"k":[1]}"#.utf8)
    var cursor = JSONCursor(bytes[2...])
    _ = cursor.enterObject()
    _ = cursor.nextKey()
    let range = cursor.skipValue()
    #expect(range == 7..<10)
  }

  @Test func `every cut of a text is walked without a crash`() {
    let text = Array(#"{"a":{"x":[1,"}]\"",{}]},"b":"é\u00e9","c":null,"d":[10,20]}"#.utf8)
    for start in 0..<text.count {
      for end in start...text.count {
        var cursor = JSONCursor(text[start..<end])
        _ = cursor.enterObject()
        var steps = 0
        while let key = cursor.nextKey(), steps < 100 {
          _ = cursor.text(key)
          _ = cursor.null()
          _ = cursor.string()
          _ = cursor.skipValue()
          steps += 1
        }
        #expect(steps < 100)
      }
    }
  }
}

@Suite struct JSONNumberTests {
  @Test(
    "numbers are whole where they fit",
    arguments: [
      ("9223372036854775807", JSON.int(.max)), ("-9223372036854775808", .int(.min)),
      ("9223372036854775808", .double(9.223372036854775808e18)), ("-0", .int(0)),
      ("1.5", .double(1.5)),
      ("1e3", .double(1000)), ("123456789012345678901234567890", .double(1.2345678901234568e29)),
    ])
  func numbers(text: String, value: JSON) throws {
    #expect(try JSON.parse(text) == value)
    #expect(try JSON.parse(Array("[\(text)]".utf8)[...]) == [value])
  }

  @Test(arguments: [
    #""\ud83e\udd8a""#, #""\ud83e""#, #""\ud83e\u0041""#, #""\u00zz""#, #""\u12""#, #""a\"#, "01",
    "1.", "1e", "-", "tru", "nul", "\"a\nb\"",
  ])
  func `odd texts are read or refused as before`(text: String) {
    let value = try? JSON.parse(text)
    let expected: [String: JSON] = [
      #""\ud83e\udd8a""#: "🦊", #""\ud83e""#: "\u{FFFD}", #""\ud83e\u0041""#: "\u{FFFD}A",
    ]
    #expect(value == expected[text])
  }
}
