internal import Base
internal import Glibc
internal import Layout

/// A drawing as pixels, two for each unit of length, its edges smoothed.
struct Raster: Brush {
  /// How many pixels one unit of length has.
  static let scale = 2.0

  private enum Shape {
    case line([(x: Double, y: Double)], width: Double, Colour)
    case disc(x: Double, y: Double, radius: Double, Colour)
    case polygon([(x: Double, y: Double)], Colour)
    case text(String, x: Double, y: Double, isBold: Bool, Colour)
  }

  struct Colour: Sendable, Hashable {
    let red: UInt8
    let green: UInt8
    let blue: UInt8

    init(_ value: UInt32) {
      red = UInt8(value >> 16 & 0xFF)
      green = UInt8(value >> 8 & 0xFF)
      blue = UInt8(value & 0xFF)
    }

    static let ink = Colour(0x1B1F24)
    static let soft = Colour(0x57606A)
    static let line = Colour(0xD0D7DE)
    static let paper = Colour(0xFFFFFF)
    static let series = [0x0072B2, 0xB8560F, 0x00735C, 0xA0447A].map { Colour($0) }
  }

  private var shapes: [Shape] = []

  private static func colour(_ words: [Substring]) -> Colour? {
    for word in words where word.first == "s" {
      if let index = Int(word.dropFirst()) { return Colour.series[index % Colour.series.count] }
    }
    return nil
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String) {
    path([(x1, y1), (x2, y2)], kind)
  }

  mutating func path(_ places: [(x: Double, y: Double)], _ kind: String) {
    let words = kind.split(separator: " ")
    let colour = Self.colour(words) ?? (words.contains("u") ? .soft : .line)
    let width = words.contains("w") ? 2.0 : 1
    let dash: (on: Double, off: Double)? =
      words.contains("u") ? (6, 4) : words.contains("d") ? (5, 4) : nil
    guard let dash else { return shapes.append(.line(places, width: width, colour)) }
    for piece in Self.broken(places, dash.on, dash.off) {
      shapes.append(.line(piece, width: width, colour))
    }
  }

  // The pieces of a broken line; its rhythm goes on around corners.
  private static func broken(_ places: [(x: Double, y: Double)], _ on: Double, _ off: Double)
    -> [[(x: Double, y: Double)]]
  {
    var pieces: [[(x: Double, y: Double)]] = []
    var done = 0.0
    for (one, two) in zip(places, places.dropFirst()) {
      let long = hypot(two.x - one.x, two.y - one.y)
      guard long > 0 else { continue }
      func at(_ share: Double) -> (x: Double, y: Double) {
        (one.x + (two.x - one.x) * share / long, one.y + (two.y - one.y) * share / long)
      }
      var start = 0.0
      while start < long {
        let phase = (done + start).truncatingRemainder(dividingBy: on + off)
        let end = min(long, start + (phase < on ? on - phase : on + off - phase))
        if phase < on { pieces.append([at(start), at(end)]) }
        // However small a step is, it is one.
        start = max(end, start + 0.01)
      }
      done += long
    }
    return pieces
  }

  mutating func mark(_ x: Double, _ y: Double, series: Int, isHollow: Bool, title: String) {
    let colour = Colour.series[series % Colour.series.count]
    for (grown, colour) in [(1.0, colour)] + (isHollow ? [(-1.0, .paper)] : []) {
      guard let corners = MarkShape.corners(series, grown: grown) else {
        shapes.append(.disc(x: x, y: y, radius: MarkShape.size + grown, colour))
        continue
      }
      shapes.append(.polygon(corners.map { (x: x + $0.x, y: y + $0.y) }, colour))
    }
  }

  mutating func text(_ text: String, x: Double, y: Double, kind: String) {
    let words = kind.split(separator: " ")
    let isBold = words.contains("t")
    let colour = Self.colour(words) ?? (words.contains("a") ? .soft : .ink)
    let shown = text.printable()
    let long = Double(shown.unicodeScalars.count) * Self.advance(isBold)
    let left = words.contains("r") ? x - long : words.contains("c") ? x - long / 2 : x
    shapes.append(.text(shown, x: left, y: y, isBold: isBold, colour))
  }

  private static func advance(_ isBold: Bool) -> Double { isBold ? 7 : 6 }

  /// The picture of so many units, from the upper left.
  func image(width: Int, height: Double) -> Image {
    var image = Image(
      width: Int(Double(width) * Self.scale), height: Int((height * Self.scale).rounded(.up)))
    for shape in shapes {
      switch shape {
      case .line(let places, let width, let colour):
        let scaled = places.map { (x: $0.x * Self.scale, y: $0.y * Self.scale) }
        for (one, two) in zip(scaled, scaled.dropFirst()) {
          image.line(one, two, width: width * Self.scale, colour)
        }
      case .disc(let x, let y, let radius, let colour):
        image.disc(x * Self.scale, y * Self.scale, radius * Self.scale, colour)
      case .polygon(let corners, let colour):
        image.polygon(corners.map { (x: $0.x * Self.scale, y: $0.y * Self.scale) }, colour)
      case .text(let text, let x, let y, let isBold, let colour):
        image.text(
          text, x: Int((x * Self.scale).rounded()), y: Int((y * Self.scale).rounded()),
          advance: Int(Self.advance(isBold) * Self.scale), isBold: isBold, colour)
      }
    }
    return image
  }

  /// Pixels in rows from the top.
  struct Image {
    let width: Int
    let height: Int
    private(set) var pixels: [UInt8]

    init(width: Int, height: Int) {
      self.width = width
      self.height = height
      pixels = [UInt8](repeating: 255, count: width * height * 3)
    }

    mutating func blend(_ x: Int, _ y: Int, _ colour: Colour, _ share: Double) {
      guard share > 0, x >= 0, y >= 0, x < width, y < height else { return }
      let at = (y * width + x) * 3
      for (offset, part) in [colour.red, colour.green, colour.blue].enumerated() {
        let below = Double(pixels[at + offset])
        pixels[at + offset] = UInt8((below + (Double(part) - below) * min(share, 1)).rounded())
      }
    }

    // Every pixel of a box is inked by how far its middle lies within.
    private mutating func fill(
      _ xs: ClosedRange<Double>, _ ys: ClosedRange<Double>, _ colour: Colour,
      _ depth: (Double, Double) -> Double
    ) {
      let left = max(Int(xs.lowerBound.rounded(.down)) - 1, 0)
      let right = min(Int(xs.upperBound.rounded(.up)) + 1, width - 1)
      let top = max(Int(ys.lowerBound.rounded(.down)) - 1, 0)
      let bottom = min(Int(ys.upperBound.rounded(.up)) + 1, height - 1)
      guard left <= right, top <= bottom else { return }
      for y in top...bottom {
        for x in left...right {
          blend(x, y, colour, min(max(depth(Double(x) + 0.5, Double(y) + 0.5) + 0.5, 0), 1))
        }
      }
    }

    mutating func line(
      _ one: (x: Double, y: Double), _ two: (x: Double, y: Double), width: Double, _ colour: Colour
    ) {
      let (dx, dy) = (two.x - one.x, two.y - one.y)
      let square = dx * dx + dy * dy
      let half = width / 2
      fill(
        min(one.x, two.x) - half...max(one.x, two.x) + half,
        min(one.y, two.y) - half...max(one.y, two.y) + half, colour
      ) { x, y in
        let share =
          square == 0 ? 0 : min(max(((x - one.x) * dx + (y - one.y) * dy) / square, 0), 1)
        return half - hypot(x - one.x - share * dx, y - one.y - share * dy)
      }
    }

    mutating func disc(_ x: Double, _ y: Double, _ radius: Double, _ colour: Colour) {
      fill(x - radius...x + radius, y - radius...y + radius, colour) {
        radius - hypot($0 - x, $1 - y)
      }
    }

    /// Corners clockwise on the screen, the shape without a dent.
    mutating func polygon(_ corners: [(x: Double, y: Double)], _ colour: Colour) {
      guard let first = corners.first else { return }
      let xs = corners.reduce(first.x...first.x) {
        min($0.lowerBound, $1.x)...max($0.upperBound, $1.x)
      }
      let ys = corners.reduce(first.y...first.y) {
        min($0.lowerBound, $1.y)...max($0.upperBound, $1.y)
      }
      let edges = zip(corners, corners.dropFirst() + [first]).map { one, two in
        let long = max(hypot(two.x - one.x, two.y - one.y), 1e-9)
        return (one, dx: (two.x - one.x) / long, dy: (two.y - one.y) / long)
      }
      fill(xs, ys, colour) { x, y in
        edges.reduce(Double.infinity) { depth, edge in
          min(depth, (y - edge.0.y) * edge.dx - (x - edge.0.x) * edge.dy)
        }
      }
    }

    mutating func text(
      _ text: String, x: Int, y: Int, advance: Int, isBold: Bool, _ colour: Colour
    ) {
      for (place, scalar) in text.unicodeScalars.enumerated() {
        let letter = PixelFont.letter(scalar)
        let left = x + place * advance
        let top = y - PixelFont.ascent * 2
        for row in 0..<PixelFont.rows * 2 {
          for column in 0..<PixelFont.columns * 2
          where PixelFont.isInked(letter, x: column, y: row) {
            blend(left + column, top + row, colour, 1)
            if isBold { blend(left + column + 1, top + row, colour, 1) }
          }
        }
      }
    }
  }
}
