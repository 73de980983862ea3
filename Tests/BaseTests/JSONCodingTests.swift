import Base
import Testing

@Suite struct JSONCodingTests {
  enum Shape: Codable, Hashable {
    case dot
    case circle(radius: Double)
    case named(String, [Int])
  }

  struct Sample: Codable, Hashable {
    var name = "a"
    var small: UInt8 = 7
    var large = UInt64.max
    var ratio = 0.1 + 0.2
    var missing: Int?
    var flags = [true, false]
    var shapes: [Shape] = [.dot, .circle(radius: 1e-300), .named("x", [-1, 2])]
    var nested = ["k": ["v": 1.5]]
    var split = Split.gate
    var id = TrialID(12)
    var limit = -Double.infinity
  }

  @Test func `what is encoded comes back the same, to the last bit, as one text`() throws {
    let sample = Sample()
    let json = try JSON.encoding(sample)
    #expect(try json.decode(Sample.self) == sample)
    let text = json.text()
    #expect(try JSON.parse(text).decode(Sample.self) == sample)
    #expect(try JSON.encoding(JSON.parse(text).decode(Sample.self)).text() == text)
    #expect(json["id"] == "t12")
    #expect(json["missing"].isNull)
    #expect(json["large"].string == "18446744073709551615")
    #expect(try JSON.encoding([Double(-0.0)]).text() == "[0]")
  }

  static let misfits: [(key: String, value: JSON, words: String)] = [
    ("name", 1, "at 'name'"), ("small", 256, "at 'small'"), ("id", "x1", "no id"),
    ("shapes", [["blob": [:]]], "shapes.0"), ("flags", [1], "flags.0"), ("ratio", nil, "ratio"),
  ]

  @Test(arguments: misfits)
  func `what does not fit is refused by its place`(
    key: String, value: JSON, words: String
  ) throws {
    var json = try JSON.encoding(Sample())
    json[key] = value
    let error = #expect(throws: BelayError.self) { try json.decode(Sample.self) }
    #expect(error?.message.contains(words) == true)
  }
}
