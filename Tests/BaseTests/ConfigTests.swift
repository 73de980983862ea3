import Base
import Testing

@Suite struct ConfigTests {
  private enum Mode: String, CaseIterable { case shared, separate }

  @Test func everyFaultOfAFileIsToldAtOnceWithItsLine() throws {
    let text = """
      name = 3
      timout_sec = 5.0
      mode = "seperate"
      [env]
      A = 1
      [limits]
      turns = -1
      """
    let diagnostics = Diagnostics()
    let table = ConfigTable(
      root: try TOML.parse(text, file: "a.toml"), file: "a.toml", diagnostics: diagnostics)
    _ = table.requiredString("name")
    _ = table.double("timeout_sec")
    let mode: Mode? = table.choice("mode")
    _ = table.stringTable("env")
    let limits = table.table("limits")
    _ = limits?.int("turns", in: 1...100)
    limits?.finish()
    table.finish()
    #expect(mode == nil)
    #expect(
      diagnostics.all.map(\.description) == [
        "a.toml:1: error: name: expected a string, found a whole number",
        "a.toml:3: error: mode: 'seperate' is not known; expected 'shared', 'separate'"
          + "; did you mean 'separate'?",
        "a.toml:4: error: env: expected a table of strings, found a table",
        "a.toml:7: error: limits.turns: -1 is out of range; expected 1 to 100",
        "a.toml:2: error: timout_sec: unknown key; expected one of env, limits, mode, name, "
          + "timeout_sec; did you mean 'timeout_sec'?",
      ])
  }

  @Test(arguments: [
    "a = ", "[x", "a = 1\na = 2", "a = \"\u{0}\"", "= 3", "[=", "[[=", "[\u{C0}", "a\u{C0} = 1",
    "a = {\u{200B}",
  ])
  func whatIsNotTOMLIsRefusedWithFileAndLine(text: String) {
    let error = #expect(throws: BelayError.self) { try TOML.parse(text, file: "f.toml") }
    #expect(error?.place?.hasPrefix("f.toml") == true)
  }

  @Test func valuesKeepTheirTypes() throws {
    let toml = try TOML.parse(
      "a = 1\nb = 1.5\nc = nan\nd = 2024-01-01\ne = [1, \"x\"]\nf = {g = true}", file: "f")
    #expect(
      toml.json == [
        "a": 1, "b": 1.5, "c": nil, "d": "2024-01-01", "e": [1, "x"], "f": ["g": true],
      ])
  }

  @Test(arguments: [1, 100, 250, 300, 5_000, 200_000])
  func depthIsBoundedHoweverItIsWritten(depth: Int) {
    let dots = Array(repeating: "a", count: depth).joined(separator: ".")
    let texts = [
      "[\(dots)]", "[[\(dots)]]", "\(dots) = 1", "x = {\(dots) = 1}",
      "x = \(String(repeating: "[", count: depth))\(String(repeating: "]", count: depth))",
      "x = \(String(repeating: "{a.a=", count: depth / 2))1\(String(repeating: "}", count: depth / 2))",
    ]
    for text in texts {
      let toml = try? TOML.parse(text, file: "f")
      #expect((toml != nil) == (depth <= 250), "\(text.prefix(40))")
    }
  }

  @Test func dotsInValuesAreNotDepth() throws {
    let many = String(repeating: ".", count: 1000)
    let numbers = Array(repeating: "1.5", count: 1000).joined(separator: ", ")
    let text = """
      # \(many)
      a = "\(many)\\"\(many)"
      b = '\(many)'
      c = \"\"\"\(many)
      \(many) "" \(many)\"\"\"
      d = [\(numbers)]
      e.f = 1.5 # \(many)
      """
    #expect(try TOML.parse(text, file: "f").json["e"]["f"].double == 1.5)
  }
}
