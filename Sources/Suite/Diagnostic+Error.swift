internal import Base

extension Diagnostic {
  /// What an error says, with the line taken off its place; `file` when it names none.
  init(_ error: BelayError, file: String) {
    var place = error.place ?? file
    var line: Int?
    if let colon = place.lastIndex(of: ":"), let number = Int(place[place.index(after: colon)...]) {
      line = number
      place = String(place[..<colon])
    }
    self.init(.error, file: place, line: line, error.message)
  }
}
