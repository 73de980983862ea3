internal import Base

/// Pixels as a file of the Portable Network Graphics form.
enum PNG {
  /// The file; the same pixels give the same bytes.
  static func file(_ image: Raster.Image) -> [UInt8] {
    var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // Eight bits for each of red, green and blue.
    bytes += chunk("IHDR", big(image.width) + big(image.height) + [8, 2, 0, 0, 0])
    // Two pixels for what a screen of 96 to the inch has one of.
    bytes += chunk("pHYs", big(7559) + big(7559) + [1])
    bytes += chunk("IDAT", zlib(filtered(image)))
    return bytes + chunk("IEND", [])
  }

  // Each row as its difference from the one above, which is nearly always nothing.
  private static func filtered(_ image: Raster.Image) -> [UInt8] {
    let long = image.width * 3
    var out: [UInt8] = []
    out.reserveCapacity((long + 1) * image.height)
    for row in 0..<image.height {
      out.append(2)
      for at in row * long..<(row + 1) * long {
        out.append(row == 0 ? image.pixels[at] : image.pixels[at] &- image.pixels[at - long])
      }
    }
    return out
  }

  private static func big(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + content
    return big(content.count) + named + big(Int(crc(named)))
  }

  private static let table: [UInt32] = (0..<256).map { number in
    (0..<8).reduce(UInt32(number)) { sum, _ in sum & 1 == 1 ? 0xEDB8_8320 ^ sum >> 1 : sum >> 1 }
  }

  static func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(0xFFFF_FFFF as UInt32) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
  }

  static func adler(_ bytes: [UInt8]) -> UInt32 {
    var (one, two): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      one = (one + UInt32(byte)) % 65_521
      two = (two + one) % 65_521
    }
    return two << 16 | one
  }

  private static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    [0x78, 0x01] + deflated(bytes) + big(Int(adler(bytes)))
  }

  // One block with the fixed codes of RFC 1951, whose only repetitions are runs of one byte.
  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var bits = Bits()
    bits.add(1, 1)
    bits.add(1, 2)
    var at = 0
    while at < bytes.count {
      var run = 1
      while run <= 258, at + run < bytes.count, bytes[at + run] == bytes[at] { run += 1 }
      bits.literal(bytes[at])
      at += 1
      // What is repeated is the byte before.
      run -= 1
      while run >= 3 {
        let place = (lengths.lastIndex { $0 <= run }) ?? 0
        let long = min(run, lengths[place] + (1 << extra(place)) - 1)
        bits.symbol(257 + place)
        bits.add(UInt32(long - lengths[place]), extra(place))
        // The distance of one byte: five bits of nought.
        bits.add(0, 5)
        at += long
        run -= long
      }
    }
    bits.symbol(256)
    return bits.whole
  }

  // How long the runs are that each symbol from 257 on begins with, and how many bits say what is added.
  private static let lengths = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
  ]

  private static func extra(_ place: Int) -> Int { place < 8 || place == 28 ? 0 : place / 4 - 1 }

  private struct Bits {
    private var bytes: [UInt8] = []
    private var held: UInt32 = 0
    private var count = 0

    var whole: [UInt8] { count > 0 ? bytes + [UInt8(held & 0xFF)] : bytes }

    mutating func add(_ value: UInt32, _ length: Int) {
      held |= value << UInt32(count)
      count += length
      while count >= 8 {
        bytes.append(UInt8(held & 0xFF))
        held >>= 8
        count -= 8
      }
    }

    // Codes go from their highest bit on.
    private mutating func code(_ value: UInt32, _ length: Int) {
      for place in 0..<length { add(value >> UInt32(length - 1 - place) & 1, 1) }
    }

    mutating func literal(_ byte: UInt8) { symbol(Int(byte)) }

    mutating func symbol(_ symbol: Int) {
      switch symbol {
      case ..<144: code(UInt32(0x30 + symbol), 8)
      case ..<256: code(UInt32(0x190 + symbol - 144), 9)
      case ..<280: code(UInt32(symbol - 256), 7)
      default: code(UInt32(0xC0 + symbol - 280), 8)
      }
    }
  }
}

extension Plot {
  /// The figure as PNG, light and with two pixels for each of the SVG's; the same figure gives the same bytes.
  public func png() -> [UInt8] { png(width: 760) }

  /// The figure as PNG, of a width in the SVG's units.
  func png(width: Int) -> [UInt8] {
    var drawing = Raster()
    let height: Double
    switch self {
    case .chart(let chart): height = chart.draw(on: &drawing, width: Double(width))
    case .forest(let forest): height = forest.draw(on: &drawing, width: Double(width))
    }
    return PNG.file(drawing.image(width: width, height: min(height, 20_000)))
  }
}
