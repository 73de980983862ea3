import Layout
import Testing

@Suite struct TextTests {
  @Test(
    arguments: [
      (0.6134, "61.3"), (0.99999, "100.0"), (0, "0.0"), (-0.0001, "0.0"), (-0.048, "-4.8"),
      (.nan, "-"),
    ] as [(Double, String)])
  func `percentages have one decimal`(_ value: Double, _ expected: String) {
    #expect(Figure.percent(value) == expected)
  }

  @Test(arguments: [
    (0, "0ms"), (999, "999ms"), (2100, "2.1s"), (59_949, "59.9s"), (59_950, "1m00s"),
    (187_000, "3m07s"), (3_900_000, "1h05m"), (187_200_000, "2d04h"),
  ]) func `times are short`(_ milliseconds: Int, _ expected: String) {
    #expect(Figure.duration(milliseconds: milliseconds) == expected)
  }

  @Test(arguments: [
    (950, "950"), (20_100, "20.1k"), (412_000_000, "412M"), (99_960, "100k"), (1000, "1.0k"),
  ]) func `counts are short`(_ value: Int, _ expected: String) {
    #expect(Figure.count(value) == expected)
  }

  @Test func `what is missing is a dash`() {
    #expect(Figure.percent(nil) == "-")
    #expect(Figure.count(nil) == "-")
    #expect(Figure.dollars(nil) == "-")
    #expect(Figure.duration(milliseconds: nil) == "-")
    #expect(Figure.dollars(0) == "$0.00")
    #expect(Figure.dollars(0.0043) == "$0.0043")
  }

  @Test func `a table shrinks a column, then drops one, and never cuts a figure`() {
    var table = TextTable([
      TextTable.Column(title: "name", shrinksTo: 6), TextTable.Column(title: "n", right: true),
      TextTable.Column(title: "note", leaves: 1),
    ])
    table.add(["a-rather-long-name", "12345", "some note"])
    table.add(["b", "7", ""])
    #expect(
      table.lines(width: 80) == [
        "name                    n  note", "a-rather-long-name  12345  some note",
        "b                       7",
      ])
    #expect(
      table.lines(width: 26) == [
        "name          n  note", "a-rathe…  12345  some note", "b             7",
      ])
    #expect(table.lines(width: 16) == ["name           n", "a-rather…  12345", "b              7"])
  }
}
