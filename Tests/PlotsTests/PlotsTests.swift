import Base
import Layout
import Testing

@testable import Plots

@Suite struct PlotsTests {
  static let hostile = "\u{1B}]0;x\u{07}<script>&\"'\u{202E}\u{F8D4} g1"

  static func chart(_ label: String = "g1") -> Plot {
    .chart(
      Chart(
        title: "Score \(label)", about: ["It rests on \(label)."],
        x: Axis("trials", .count, anchor: 0), y: Axis("score %", .percent, bounds: 0...1),
        series: [
          Chart.Series(
            "incumbent \(label)", .steps,
            points: [
              Chart.Point(x: 0, y: 0.4, low: 0.3, high: 0.5, label: "g0"),
              Chart.Point(x: 600, y: 0.79, low: 0.73, high: 0.85, label: label),
            ]),
          Chart.Series(
            "believed", .marks, isExpectation: true,
            points: [Chart.Point(x: 300, y: 0.6, lowX: 200, highX: 400)]),
        ], rules: [Chart.Rule(y: 0.9, label: "limit \(label)")]))
  }

  static func forest(_ label: String = "e1") -> Plot {
    .forest(
      Forest(
        title: "Worth", about: ["An expectation."], axis: Axis("points", .points, anchor: 0),
        rows: [
          Forest.Row("e1 \(label)", mean: 0.08, low: 0.01, high: 0.15, group: "adopted"),
          Forest.Row("e2", mean: -0.04, low: -0.09, high: 0.01, group: "open"),
        ]))
  }

  @Test func `a chart in braille shows each value, its interval, its name and what it rests on`() {
    let lines = Self.chart().lines(
      width: 60, height: 10, ink: Ink(isUnicode: true, colours: .none))
    let text = lines.joined(separator: "\n")
    #expect(text.contains("⡇ g0") && text.contains("g1 ●"), "\(text)")
    #expect(text.contains("△ believed (an expectation, no result)"), "\(text)")
    #expect(text.contains("It rests on g1.") && text.contains("- - limit g1"), "\(text)")
    #expect(text.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) }, "\(text)")
  }

  @Test func `without UTF-8 a chart is ASCII, character for character`() {
    let text = Self.chart().lines(width: 50, height: 9, ink: .plain).joined(separator: "\n")
    #expect(
      text == """
        Score g1
        score %
        100 |
            |--  --  --  --  --  --  --  --  --  --  --
         80 |                                        g1 o
            |                                           |
         60 |              --------v-------
            || g0
         40 |o-------------------------------------------
            ||
         20 |
            ++-------------+--------------+-------------+
             0            200            400           600
                                                  trials
        o incumbent g1
        v believed (an expectation, no result)
        - - limit g1
        It rests on g1.
        """, "\(text)")
  }

  @Test func `rows stand over one axis with their intervals, and fit the width`() {
    for width in [40, 80, 120] {
      for ink in [Ink.plain, Ink(isUnicode: true, colours: .many)] {
        for plot in [
          Self.chart(), Self.forest(), Self.chart(Self.hostile), Self.forest(Self.hostile),
        ] {
          for line in plot.lines(width: width, ink: ink) {
            #expect(DisplayWidth.of(line) <= width, "\(line)")
            let shown = ink.finished(line)
            for scalar in ["\u{07}", "\u{202E}", "\u{1B}]"] { #expect(!shown.contains(scalar)) }
          }
        }
      }
    }
    let text = Self.forest().lines(width: 60, ink: .plain).joined(separator: "\n")
    #expect(text.contains("+8.0 [+1.0, +15.0]") && text.contains("-4.0 [-9.0, +1.0]"), "\(text)")
  }

  @Test func `an SVG is the same bytes each time, and no name in it is markup`() {
    for plot in [Self.chart(Self.hostile), Self.forest(Self.hostile)] {
      let svg = plot.svg()
      #expect(svg == plot.svg())
      #expect(!svg.contains("<script>") && svg.contains("&lt;script&gt;&amp;&quot;&#39;"))
      for scalar in ["\u{07}", "\u{1B}", "\u{202E}", "\u{F8D4}"] {
        #expect(!svg.contains(scalar))
      }
      #expect(svg.hasPrefix("<svg xmlns=") && svg.hasSuffix("</svg>\n"))
      #expect(svg.contains("prefers-color-scheme:dark"))
      // Nothing is fetched and nothing runs.
      for word in ["href", "url(", "onload", "@import"] { #expect(!svg.contains(word)) }
    }
    let svg = Self.chart().svg()
    #expect(svg.contains("g1: trials 600, score % 79.0 [73.0, 85.0]"), "\(svg)")
  }

  @Test func `what is not a number is not drawn, and an empty figure says what it would rest on`() {
    let plot = Plot.chart(
      Chart(
        title: "Nothing", about: ["No trial."], x: Axis("x", .count), y: Axis("y", .dollars),
        series: [
          Chart.Series(
            "a", .line, points: [Chart.Point(x: .nan, y: 1), Chart.Point(x: 1, y: .infinity)])
        ]))
    #expect(plot.isEmpty)
    #expect(plot.lines(width: 40, ink: .plain) == ["Nothing", "No trial."])
    #expect(plot.svg().contains("No trial."))
    // One value alone, and values of any size, have an axis.
    for value in [0, 1e-9, 5, 1e12] {
      let one = Plot.chart(
        Chart(
          title: "One", about: [], x: Axis("x", .count), y: Axis("y", .dollars),
          series: [Chart.Series("a", .line, points: [Chart.Point(x: value, y: value)])]))
      #expect(one.lines(width: 60, ink: .plain).count > 10)
      #expect(!one.svg().contains("nan"))
    }
  }

  @Test(
    arguments: [
      ([0.1, 0.42], Axis.Unit.percent, "10 20 30 40 50"),
      ([-0.031, 0.11], .points, "-5 0 +5 +10 +15"), ([0, 7], .count, "0 2 4 6 8"),
      ([0, 4000], .seconds, "0ms 15m00s 30m00s 45m00s 1h00m 1h15m"),
      ([0, 2.3], .dollars, "$0 $0.50 $1.00 $1.50 $2.00 $2.50"),
      ([0, 3], .generation, "g0 g1 g2 g3"),
    ] as [([Double], Axis.Unit, String)])
  func `marks on an axis are round numbers of its unit`(
    values: [Double], unit: Axis.Unit, marks: String
  ) {
    let chart = Plot.chart(
      Chart(
        title: "", about: [], x: Axis("x", unit), y: Axis("y", .count),
        series: [
          Chart.Series("a", .marks, points: values.map { Chart.Point(x: $0, y: 1) })
        ]))
    let svg = chart.svg(width: 560)
    var found: [String] = []
    for line in svg.split(separator: "\n") where line.contains("class=\"c a\"") {
      found.append(String(line.split(separator: ">")[1].prefix { $0 != "<" }))
    }
    #expect(found.joined(separator: " ") == marks)
  }

  @Test func `intervals at one place stand side by side, and are not one long bar`() {
    func chart(_ places: [Double]) -> Chart {
      let points = places.enumerated().map { index, x in
        Chart.Point(
          x: x, y: Double(index) / 4, low: Double(index) / 4 - 0.1, high: Double(index) / 4 + 0.1)
      }
      return Chart(
        title: "", about: [], x: Axis("trials", .count), y: Axis("score %", .percent),
        series: [Chart.Series("vault", .marks, points: points)])
    }
    for (places, asides) in [
      ([5, 5], [-8, 8]), ([1, 5, 5, 5], [0, -16, 0, 16]), ([1, 5], [0, 0]),
    ]
      as [([Double], [Double])]
    {
      let chart = chart(places)
      #expect(chart.asides(chart.series[0]) == asides)
    }
    // A line through values of one moment goes straight up.
    let bare = Chart.Series(
      "cost", .line, points: [Chart.Point(x: 1, y: 1), Chart.Point(x: 1, y: 2)])
    #expect(chart([1]).asides(bare) == [0, 0])
  }

  @Test func `what is counted from 0 has nothing below it, and an axis shows how far a night is`() {
    let begun = Scale([0], Axis("trials", .count, anchor: 0), count: 4)
    #expect(begun.low == 0 && begun.high > 0)
    let later = Scale([0], Axis("trials", .count, anchor: 0, reach: 146), count: 4)
    #expect(later.low == 0 && later.high >= 146)
    let free = Scale([3], Axis("trials", .count), count: 4)
    #expect(free.low < 3 && free.high > 3)
  }

  @Test func `a drawing without captions has its words for those who do not see it`() {
    let plot = Plot.chart(
      Chart(
        title: "Score of r1", about: ["A note."], x: Axis("trials", .count),
        y: Axis("score %", .percent),
        series: [Chart.Series("a", .marks, points: [Chart.Point(x: 1, y: 0.5)])]))
    let (whole, bare) = (plot.svg(width: 360), plot.svg(width: 360, isCaptioned: false))
    #expect(whole.contains(">A note.</text>") && whole.contains(">Score of r1</text>"))
    #expect(!bare.contains(">A note.</text>") && !bare.contains(">Score of r1</text>"))
    #expect(bare.contains("<title>Score of r1</title>") && bare.contains("<desc>A note.</desc>"))
  }
}
