/// A sentence with choices: `{Look at|Read} the files{ first|}.`
struct Phrasing: Sendable, ExpressibleByStringLiteral {
  private let parts: [[String]]

  init(stringLiteral text: String) {
    var parts: [[String]] = []
    for (index, piece) in text.split(separator: "{", omittingEmptySubsequences: false).enumerated()
    {
      guard index > 0, let end = piece.firstIndex(of: "}") else {
        parts.append([String(piece)])
        continue
      }
      parts.append(
        piece[..<end].split(separator: "|", omittingEmptySubsequences: false).map(String.init))
      parts.append([String(piece[piece.index(after: end)...])])
    }
    self.parts = parts
  }

  /// How many ways there are to say it.
  var count: Int { parts.reduce(1) { $0 * $1.count } }

  /// One of the ways, counted from 0 and round again.
  subscript(index: Int) -> String {
    var rest = index % count
    return parts.map { choices in
      defer { rest /= choices.count }
      return choices[rest % choices.count]
    }.joined()
  }

  /// All ways.
  var all: [String] { (0..<count).map { self[$0] } }
}
