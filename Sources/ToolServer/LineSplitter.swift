/// Cuts what comes in into lines, and forgets a line that is too long to be a message.
struct LineSplitter {
  enum Line: Equatable {
    case text([UInt8])
    case tooLong
  }

  private let limit: Int
  private var held: [UInt8] = []
  private var isSkipping = false

  init(limit: Int) { self.limit = limit }

  /// The lines that end within this piece.
  mutating func take(_ piece: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var rest = piece[...]
    while let end = rest.firstIndex(of: 0x0A) {
      hold(rest[..<end])
      lines += finish()
      rest = rest[(end + 1)...]
    }
    hold(rest)
    return lines
  }

  /// The line that has no end, at the end of the input.
  mutating func finish() -> [Line] {
    defer {
      held = []
      isSkipping = false
    }
    if isSkipping { return [.tooLong] }
    if held.last == 0x0D { held.removeLast() }
    let isBlank = held.allSatisfy { $0 == 0x20 || $0 == 0x09 }
    return isBlank ? [] : [.text(held)]
  }

  private mutating func hold(_ bytes: ArraySlice<UInt8>) {
    guard !isSkipping else { return }
    guard held.count + bytes.count <= limit else {
      held = []
      isSkipping = true
      return
    }
    held += bytes
  }
}
