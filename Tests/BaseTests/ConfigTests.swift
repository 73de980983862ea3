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

  @Test(arguments: ["a = ", "[x", "a = 1\na = 2", "a = \"\u{0}\"", "= 3"])
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
}
