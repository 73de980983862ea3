/// What a figure is drawn with: the same strokes become SVG or pixels.
///
/// A kind is a few words: `g` a grid line, `u` a rule, `w` a line of a series, `d` one that is broken, `t` a title,
/// `a` a soft text, `r` one that ends at its place, `c` one about it, `s0` to `s3` the colour of a series.
protocol Brush {
  /// A line between two places.
  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String)
  /// A line through places.
  mutating func path(_ places: [(x: Double, y: Double)], _ kind: String)
  /// The mark of a series at a place, with what it says when it is pointed at.
  mutating func mark(_ x: Double, _ y: Double, series: Int, isHollow: Bool, title: String)
  /// A line of text that stands on a place.
  mutating func text(_ text: String, x: Double, y: Double, kind: String)
}

extension Brush {
  /// A mark that says nothing.
  mutating func mark(_ x: Double, _ y: Double, series: Int, isHollow: Bool) {
    mark(x, y, series: series, isHollow: isHollow, title: "")
  }
}
