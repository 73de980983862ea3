import Archive
import Base
import Testing

@testable import Plots

/// Figures as pixels.
@Suite struct PNGTests {
  /// The parts of a file, each with its name and content, their sums checked.
  private static func chunks(_ file: [UInt8]) throws -> [(name: String, content: [UInt8])] {
    #expect(file.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    var found: [(name: String, content: [UInt8])] = []
    var at = 8
    while at + 12 <= file.count {
      let long = number(file[at..<at + 4])
      let body = Array(
        try #require(file.count >= at + 12 + long ? file[at + 4..<at + 8 + long] : nil))
      #expect(number(file[at + 8 + long..<at + 12 + long]) == Int(PNG.crc(body)))
      found.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
      at += 12 + long
    }
    #expect(at == file.count)
    return found
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  /// The pixels of a file, read by libarchive's reader of the same compression in another wrapping.
  private static func pixels(_ file: [UInt8]) throws -> (width: Int, height: Int, rgb: [UInt8]) {
    let parts = try chunks(file)
    #expect(parts.map(\.name) == ["IHDR", "pHYs", "IDAT", "IEND"])
    let head = parts[0].content
    let (width, height) = (number(head[0..<4]), number(head[4..<8]))
    #expect(Array(head[8...]) == [8, 2, 0, 0, 0])
    let packed = parts[2].content
    let rows = try gunzip(Array(packed.dropFirst(2).dropLast(4)), limit: (3 * width + 1) * height)
    #expect(rows.count == (3 * width + 1) * height)
    #expect(number(packed.suffix(4)) == Int(PNG.adler(rows)))
    var rgb: [UInt8] = []
    var above = [UInt8](repeating: 0, count: 3 * width)
    for row in 0..<height {
      let start = row * (3 * width + 1)
      #expect(rows[start] == 2)
      above = zip(rows[start + 1..<start + 1 + 3 * width], above).map { $0 &+ $1 }
      rgb += above
    }
    return (width, height, rgb)
  }

  private static func gunzip(_ deflated: [UInt8], limit: Int) throws -> [UInt8] {
    // libarchive reads to the end of the deflated bytes, and of the sums behind them asks nothing.
    let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    return try ContentCoding.gzip.unpack(
      head + deflated + [UInt8](repeating: 0, count: 8), limit: limit)
  }

  private static func count(_ rgb: [UInt8], _ colour: Raster.Colour) -> Int {
    stride(from: 0, to: rgb.count, by: 3).count { at in
      rgb[at] == colour.red && rgb[at + 1] == colour.green && rgb[at + 2] == colour.blue
    }
  }

  @Test func `the sums are those of the forms that name them`() {
    #expect(PNG.crc(Array("IEND".utf8)) == 0xAE42_6082)
    #expect(PNG.crc(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(PNG.adler(Array("Wikipedia".utf8)) == 0x11E6_0398)
  }

  @Test func `a picture has two pixels for each unit of the SVG, and the colours of its series`()
    throws
  {
    let plot = PlotsTests.chart()
    let file = plot.png(width: 500)
    #expect(file == plot.png(width: 500))
    let (width, height, rgb) = try Self.pixels(file)
    let tall = plot.svg(width: 500).split(separator: "height=\"").dropFirst().first ?? ""
    #expect(width == 1000 && height == 2 * (Int(tall.prefix { $0 != "\"" }) ?? 0))
    #expect(Array(rgb.prefix(3)) == [255, 255, 255])
    // Two series, of which one is hollow, and nothing of a third.
    #expect(Self.count(rgb, Raster.Colour.series[0]) > 1000)
    #expect(Self.count(rgb, Raster.Colour.series[1]) > 50)
    #expect(Self.count(rgb, Raster.Colour.series[2]) == 0)
    #expect(Self.count(rgb, .ink) > 100 && Self.count(rgb, .soft) > 500)
    // Small enough for a message.
    #expect(file.count < 100_000, "\(file.count)")
  }

  @Test func `a picture has the colours of the SVG's light side`() {
    let light = Plot.style.prefix { $0 != "@" }
    for colour in Raster.Colour.series + [.ink, .soft, .line, .paper] {
      let hex = Hex.text([colour.red, colour.green, colour.blue])
      #expect(light.contains("#\(hex)"), "\(hex)")
    }
  }

  @Test func `any bytes come back as they went in`() throws {
    for (width, height) in [(1, 1), (7, 3), (300, 5)] {
      var image = Raster.Image(width: width, height: height)
      for at in 0..<width * height {
        image.blend(
          at % width, at / width, Raster.Colour(UInt32(at * 2_654_435 % 0xFF_FFFF)),
          at % 5 == 0 ? 1 : 0)
      }
      let read = try Self.pixels(PNG.file(image))
      #expect(read.width == width && read.height == height && read.rgb == image.pixels)
    }
  }

  @Test func `what is hostile, empty or beyond ASCII is drawn, and nothing lies outside`() throws {
    let nothing = Plot.chart(
      Chart(
        title: "Nothing", about: ["No trial."], x: Axis("x", .count), y: Axis("y", .count),
        series: []))
    for plot in [
      PlotsTests.chart(PlotsTests.hostile), PlotsTests.forest(PlotsTests.hostile + "語é"), nothing,
    ] {
      let (width, _, rgb) = try Self.pixels(plot.png(width: 240))
      #expect(width == 480 && Self.count(rgb, .paper) > rgb.count / 6)
      #expect(Self.count(rgb, .soft) > 20)
    }
  }

  @Test func `every letter of ASCII is another picture, and slanting strokes have no steps`() {
    let letters = (0x21..<0x7F).compactMap { Unicode.Scalar($0) }.map { PixelFont.letter($0) }
    #expect(Set(letters).count == 94 && letters.allSatisfy { $0.count == PixelFont.rows })
    #expect(letters.allSatisfy { $0.contains { $0 != 0 } && $0.allSatisfy { $0 < 32 } })
    #expect(PixelFont.letter("é") == PixelFont.letter("語"))
    let slash = PixelFont.letter("/")
    let fine = (0..<18).map { y in
      (0..<10).map { PixelFont.isInked(slash, x: $0, y: y) ? "#" : "." }.joined()
    }
    #expect(
      fine.prefix(12) == [
        "..........", "..........", "........##", ".......###", "......###.", ".....###..",
        "....###...", "...###....", "..###.....", ".###......", "###.......", "##........",
      ], "\(fine)")
  }
}
