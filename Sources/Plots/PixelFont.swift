/// The letters of ASCII on a grid of five by nine, the last two rows below the line.
enum PixelFont {
  static let columns = 5
  static let rows = 9
  /// The rows of a letter that stand on the line.
  static let ascent = 7

  // A letter is nine digits of base 32, a row each, its highest bit at the left; from the space on.
  private static let drawn = """
    000000000 444440400 AAA000000 AAVAVAA00 4FKE5U400 OP248J300 CIK8LID00 444000000
    248884200 842224800 04LEL4000 044V44000 00000CC48 000V00000 00000CC00 01248G000
    EHJLPHE00 4C4444E00 EH1248V00 V2421HE00 26AIV2200 VGU11HE00 68GUHHE00 V12488800
    EHHEHHE00 EHHF12C00 0CC0CC000 0CC0CC480 248G84200 00V0V0000 842124800 EH1240400
    EH1DLLE00 EHHHVHH00 UHHUHHU00 EHGGGHE00 SIHHHIS00 VGGUGGV00 VGGUGGG00 EHGNHHF00
    HHHVHHH00 E44444E00 72222IC00 HIKOKIH00 GGGGGGV00 HRLLHHH00 HHPLJHH00 EHHHHHE00
    UHHUGGG00 EHHHLID00 UHHUKIH00 FGGE11U00 V44444400 HHHHHHE00 HHHHHA400 HHHLLLA00
    HHA4AHH00 HHHA44400 V1248GV00 E88888E00 0G8421000 E22222E00 4AH000000 000000V00
    842000000 00E1FHF00 GGMPHHU00 00EGGHE00 11DJHHF00 00EHVGE00 698S88800 00FHHHF1E
    GGMPHHH00 40C444E00 2062222IC GGIKOKI00 C44444E00 00QLLLL00 00MPHHH00 00EHHHE00
    00UHHHUGG 00FHHHF11 00MPGGG00 00EGE1U00 88S889600 00HHHJD00 00HHHA400 00HHLLA00
    00HA4AH00 00HHHHF1E 00V248V00 244844200 444444400 844244800 008L20000
    """

  private static let letters: [[UInt8]] = drawn.split(whereSeparator: \.isWhitespace).map { word in
    word.utf8.map { digit in digit < 0x3A ? digit - 0x30 : digit - 0x37 }
  }

  // What is beyond ASCII and stands in figures; anything else is a box.
  private static let others: [Unicode.Scalar: [UInt8]] = [
    "±": [4, 4, 31, 4, 4, 0, 31, 0, 0], "…": [0, 0, 0, 0, 0, 0, 21, 0, 0],
    "–": [0, 0, 0, 31, 0, 0, 0, 0, 0], "−": [0, 0, 0, 31, 0, 0, 0, 0, 0],
    "×": [0, 17, 10, 4, 10, 17, 0, 0, 0], "·": [0, 0, 0, 12, 12, 0, 0, 0, 0],
    "“": [10, 10, 10, 0, 0, 0, 0, 0, 0], "”": [10, 10, 10, 0, 0, 0, 0, 0, 0],
    "’": [4, 4, 8, 0, 0, 0, 0, 0, 0], "→": [0, 4, 2, 31, 2, 4, 0, 0, 0],
  ]

  /// The rows of a letter, five bits each.
  static func letter(_ scalar: Unicode.Scalar) -> [UInt8] {
    if let other = others[scalar] { return other }
    let place = Int(scalar.value) - 0x20
    return letters.indices.contains(place) ? letters[place] : [31, 17, 17, 17, 17, 17, 31, 0, 0]
  }

  /// Whether a place of a letter drawn twice as fine is inked; slanting strokes have no steps then.
  static func isInked(_ letter: [UInt8], x: Int, y: Int) -> Bool {
    func at(_ x: Int, _ y: Int) -> Bool {
      y >= 0 && y < rows && x >= 0 && x < columns && letter[y] & (16 >> UInt8(x)) != 0
    }
    let (column, row) = (x / 2, y / 2)
    let (left, right) = (at(column - 1, row), at(column + 1, row))
    let (up, down) = (at(column, row - 1), at(column, row + 1))
    // A corner is that of its two neighbours where these agree and the others do not.
    let (side, other) = x % 2 == 0 ? (left, right) : (right, left)
    let (near, far) = y % 2 == 0 ? (up, down) : (down, up)
    return side == near && side != far && near != other ? side : at(column, row)
  }
}
