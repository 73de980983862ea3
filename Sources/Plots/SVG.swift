internal import Base
internal import Layout

/// A drawing in SVG as it is written: text escaped, numbers with at most two decimals.
struct SVG: Brush {
  private(set) var body = ""

  /// A number as short as it is exact to a hundredth.
  static func number(_ value: Double) -> String {
    let hundredths = Int((max(min(value, 1e9), -1e9) * 100).rounded())
    let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    var text = "\(hundredths < 0 ? "-" : "")\(whole)"
    if rest != 0 { text += rest < 10 ? ".0\(rest)" : rest % 10 == 0 ? ".\(rest / 10)" : ".\(rest)" }
    return text
  }

  /// An element without content.
  mutating func empty(_ name: String, _ attributes: [(String, String)], title: String = "") {
    open(name, attributes)
    if !title.isEmpty { body += "<title>\(HTMLText.escaped(title))</title>" }
    body += "</\(name)>\n"
  }

  /// An element with a text.
  mutating func text(_ text: String, x: Double, y: Double, kind: String) {
    open(
      "text",
      [("x", Self.number(x)), ("y", Self.number(y))] + (kind.isEmpty ? [] : [("class", kind)]))
    body += "\(HTMLText.escaped(text))</text>\n"
  }

  private mutating func open(_ name: String, _ attributes: [(String, String)]) {
    body += "<\(name)"
    for (key, value) in attributes { body += " \(key)=\"\(HTMLText.escaped(value))\"" }
    body += ">"
  }

  /// A line between two places.
  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String) {
    empty(
      "line",
      [
        ("x1", Self.number(x1)), ("y1", Self.number(y1)), ("x2", Self.number(x2)),
        ("y2", Self.number(y2)), ("class", kind),
      ])
  }

  /// A line through places.
  mutating func path(_ places: [(x: Double, y: Double)], _ kind: String) {
    guard let first = places.first, places.count > 1 else { return }
    var way = "M\(Self.number(first.x)) \(Self.number(first.y))"
    for place in places.dropFirst() { way += "L\(Self.number(place.x)) \(Self.number(place.y))" }
    empty("path", [("d", way), ("class", kind)])
  }

  /// The mark of a series at a place, with what it says when it is pointed at.
  mutating func mark(
    _ x: Double, _ y: Double, series: Int, isHollow: Bool, title: String
  ) {
    let kind = "m s\(series % 4)\(isHollow ? " h" : "")"
    guard let corners = MarkShape.corners(series) else {
      return empty(
        "circle",
        [
          ("cx", Self.number(x)), ("cy", Self.number(y)), ("r", Self.number(MarkShape.size)),
          ("class", kind),
        ], title: title)
    }
    let points = corners.map { "\(Self.number(x + $0.x)),\(Self.number(y + $0.y))" }
    empty("polygon", [("points", points.joined(separator: " ")), ("class", kind)], title: title)
  }
}

extension Plot {
  /// The colours of a figure, light and dark.
  ///
  /// The colours are told apart by those who see few, and series differ in their marks as well.
  static let style = """
    .belay-plot{--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#ffffff;--c0:#0072b2;--c1:#b8560f;\
    --c2:#00735c;--c3:#a0447a;font-family:system-ui,sans-serif;font-size:12px}
    @media (prefers-color-scheme:dark){.belay-plot{--ink:#e6edf3;--soft:#9aa4ae;--line:#3d444d;\
    --paper:#0d1117;--c0:#56b4e9;--c1:#f0a35e;--c2:#3fc9a5;--c3:#dd9fc4}}
    .belay-plot .p{fill:var(--paper)}
    .belay-plot text{fill:var(--ink)}
    .belay-plot .t{font-size:15px;font-weight:600}
    .belay-plot .a{fill:var(--soft)}
    .belay-plot .r{text-anchor:end}
    .belay-plot .c{text-anchor:middle}
    .belay-plot .g{stroke:var(--line);stroke-width:1}
    .belay-plot .u{stroke:var(--soft);stroke-width:1;stroke-dasharray:6 4}
    .belay-plot .w{stroke-width:2;fill:none}
    .belay-plot .d{stroke-dasharray:5 4}
    .belay-plot .m{stroke-width:2;fill:currentColor;stroke:currentColor}
    .belay-plot .h{fill:var(--paper)}
    .belay-plot .s0{color:var(--c0);stroke:var(--c0)}
    .belay-plot .s1{color:var(--c1);stroke:var(--c1)}
    .belay-plot .s2{color:var(--c2);stroke:var(--c2)}
    .belay-plot .s3{color:var(--c3);stroke:var(--c3)}
    .belay-plot text.s0,.belay-plot text.s1,.belay-plot text.s2,.belay-plot text.s3{stroke:none;\
    fill:currentColor}

    """

  /// The figure as SVG; the same figure gives the same bytes.
  public func svg() -> String { svg(width: 760) }

  /// The figure as SVG of so many units; without title and notes for a page that has them beside it.
  public func svg(width: Int, isCaptioned: Bool = true) -> String {
    var drawing = SVG()
    let height: Double
    switch self {
    case .chart(var chart):
      if !isCaptioned { (chart.title, chart.about) = ("", []) }
      height = chart.draw(on: &drawing, width: Double(width))
    case .forest(var forest):
      if !isCaptioned { (forest.title, forest.about) = ("", []) }
      height = forest.draw(on: &drawing, width: Double(width))
    }
    let size = "\(width) \(SVG.number(height))"
    var out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\""
    out += " width=\"\(width)\" height=\"\(SVG.number(height))\""
    out += " class=\"belay-plot\" role=\"img\" aria-label=\"\(HTMLText.escaped(spoken))\">\n"
    out += "<title>\(HTMLText.escaped(title))</title>\n"
    out += "<desc>\(HTMLText.escaped(about.joined(separator: " ")))</desc>\n"
    out += "<style>\n\(Self.style)</style>\n"
    out += "<rect width=\"\(width)\" height=\"\(SVG.number(height))\" class=\"p\"/>\n"
    return out + drawing.body + "</svg>\n"
  }

  // What a person hears who does not see the figure: its values.
  private var spoken: String {
    let rows: [String]
    switch self {
    case .chart(let chart):
      rows = chart.series.map { series in
        let points = series.points.prefix(20).map {
          chart.said($0)
        }
        return "\(series.name): \(points.joined(separator: "; "))"
      }
    case .forest(let forest):
      rows = forest.rows.prefix(20).map { "\($0.label) \(forest.axis.text($0.mean))" }
    }
    return ([title] + rows).joined(separator: ". ")
  }
}
