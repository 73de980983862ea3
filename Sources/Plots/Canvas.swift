internal import Layout

/// A grid of characters into which figures are drawn: fine lines as braille where there is more than ASCII,
/// else one mark for each cell.
struct Canvas {
  let columns: Int
  let rows: Int
  private let ink: Ink
  private var dots: [UInt8]
  private var marks: [Character?]
  private var tones: [Tone?]

  init(columns: Int, rows: Int, ink: Ink) {
    self.columns = max(columns, 1)
    self.rows = max(rows, 1)
    self.ink = ink
    let count = self.columns * self.rows
    dots = [UInt8](repeating: 0, count: count)
    marks = [Character?](repeating: nil, count: count)
    tones = [Tone?](repeating: nil, count: count)
  }

  /// The fine grid: two by four places in a cell of braille, one by one in ASCII.
  var width: Int { ink.isUnicode ? columns * 2 : columns }
  /// Its height.
  var height: Int { ink.isUnicode ? rows * 4 : rows }

  /// A place of the fine grid for shares of width and height; 0 is left and bottom.
  func place(_ x: Double, _ y: Double) -> (x: Int, y: Int) {
    (
      Int((x * Double(width - 1)).rounded()),
      height - 1 - Int((y * Double(height - 1)).rounded())
    )
  }

  private func cell(_ place: (x: Int, y: Int)) -> (column: Int, row: Int) {
    ink.isUnicode ? (place.x / 2, place.y / 4) : place
  }

  private func index(_ column: Int, _ row: Int) -> Int? {
    column >= 0 && column < columns && row >= 0 && row < rows ? row * columns + column : nil
  }

  /// Sets one place of the fine grid; in ASCII as `plain`.
  mutating func dot(_ place: (x: Int, y: Int), _ tone: Tone?, plain: Character) {
    let at = cell(place)
    guard let index = index(at.column, at.row), marks[index] == nil else { return }
    if ink.isUnicode {
      // The bits of a braille cell run down the left column, then the right; the last row came later.
      let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
      if dots[index] == 0 { tones[index] = tone }
      dots[index] |= bits[place.x % 2][place.y % 4]
    } else {
      marks[index] = plain
      tones[index] = tone
    }
  }

  /// A straight line; a broken one leaves out half of its places.
  mutating func line(
    _ from: (x: Int, y: Int), _ to: (x: Int, y: Int), _ tone: Tone?, plain: Character? = nil,
    isBroken: Bool = false
  ) {
    let steps = max(abs(to.x - from.x), abs(to.y - from.y))
    let isFlat = abs(to.x - from.x) >= abs(to.y - from.y)
    for step in 0...max(steps, 0) {
      if isBroken, step % 4 > 1 { continue }
      let share = steps == 0 ? 0 : Double(step) / Double(steps)
      let x = from.x + Int((Double(to.x - from.x) * share).rounded())
      let y = from.y + Int((Double(to.y - from.y) * share).rounded())
      dot((x, y), tone, plain: plain ?? (isFlat ? "." : ":"))
    }
  }

  /// A character over whatever is there.
  mutating func mark(_ place: (x: Int, y: Int), _ character: Character, _ tone: Tone?) {
    let at = cell(place)
    guard let index = index(at.column, at.row) else { return }
    marks[index] = character
    tones[index] = tone
  }

  /// Writes a short text beside a place, where it covers nothing; whether there was room.
  @discardableResult
  mutating func write(_ text: String, beside place: (x: Int, y: Int), _ tone: Tone?) -> Bool {
    let at = cell(place)
    let width = DisplayWidth.of(text)
    guard width > 0, width == text.count else { return false }
    for (column, row) in [
      (at.column + 2, at.row), (at.column - width - 1, at.row), (at.column + 2, at.row - 1),
      (at.column + 2, at.row + 1), (at.column - width - 1, at.row - 1),
      (at.column - width - 1, at.row + 1),
    ] {
      let places = (column - 1...column + width).map { index($0, row) }
      let isFree = places.dropFirst().dropLast().allSatisfy { place in
        place.map { marks[$0] == nil && dots[$0] == 0 } ?? false
      }
      guard isFree else { continue }
      for (offset, character) in text.enumerated() {
        guard let index = index(column + offset, row) else { continue }
        marks[index] = character
        tones[index] = tone
      }
      return true
    }
    return false
  }

  /// The rows, with the tones of their characters.
  var lines: [String] {
    (0..<rows).map { row in
      var out = ""
      var piece = ""
      var tone: Tone?
      func flush() {
        out += tone.map { ink.painted(piece, $0) } ?? piece
        piece = ""
      }
      for column in 0..<columns {
        let index = row * columns + column
        let next = marks[index] == nil && dots[index] == 0 ? nil : tones[index]
        if next != tone {
          flush()
          tone = next
        }
        if let mark = marks[index] {
          piece.append(mark)
        } else if dots[index] != 0, let braille = Unicode.Scalar(0x2800 + UInt32(dots[index])) {
          piece.unicodeScalars.append(braille)
        } else {
          piece.append(" ")
        }
      }
      flush()
      return out
    }
  }
}
