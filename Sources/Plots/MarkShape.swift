/// The marks by which the series of a figure are told apart, whatever draws them.
enum MarkShape {
  /// Half as wide as a mark is, but for its corners: the radius of a disc.
  static let size = 4.5

  /// The corners of a series' mark about its middle, grown by so much on all sides; nil for a disc.
  static func corners(_ series: Int, grown: Double = 0) -> [(x: Double, y: Double)]? {
    let size = size + grown
    switch series % 4 {
    case 0: return nil
    case 1:
      // A pointed corner lies further out than its sides.
      let out = size + 1 + grown
      return [(0, -out), (out, size), (-out, size)]
    case 2: return [(-size, -size), (size, -size), (size, size), (-size, size)]
    default:
      return [(0, -size - 1), (size + 1, 0), (0, size + 1), (-size - 1, 0)]
    }
  }
}
