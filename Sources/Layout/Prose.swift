internal import Base

/// Lines of text that fit a width.
package enum Prose {
  /// One paragraph, wrapped at spaces, with later lines set in by `indent`; hostile characters are escaped.
  package static func wrap(_ text: String, width: Int, indent: Int = 0) -> [String] {
    var lines: [String] = []
    var line = ""
    let room = max(1, width - indent)
    for word in CommandPlace.placed(text).printable().split(
      separator: " ", omittingEmptySubsequences: false)
    {
      // A word that fits no line is broken, not lost.
      for piece in DisplayWidth.pieces(String(word), of: room) {
        let next = line.isEmpty ? piece : "\(line) \(piece)"
        if line.isEmpty || DisplayWidth.of(next) <= width {
          line = next
        } else {
          lines.append(line)
          line = String(repeating: " ", count: indent) + piece
        }
      }
    }
    lines.append(line)
    return lines.map { DisplayWidth.cut($0, to: max(width, 1)) }
  }

  /// One paragraph of pieces in tones of their own, wrapped at spaces behind a prefix; hostile characters are
  /// escaped.
  package static func wrap(
    _ pieces: [(text: String, tone: Tone?)], width: Int, prefix: String, indent: Int, ink: Ink
  ) -> [String] {
    var lines: [String] = []
    var line = prefix
    var used = DisplayWidth.of(prefix)
    let room = max(1, width - indent)
    func turn() {
      lines.append(line)
      line = String(repeating: " ", count: indent)
      used = indent
    }
    for piece in pieces {
      var run = ""
      func flush() {
        line += piece.tone.map { ink.painted(run, $0) } ?? run
        run = ""
      }
      let words = piece.text.printable().split(separator: " ", omittingEmptySubsequences: false)
      for (place, word) in words.enumerated() {
        if place > 0, used < width {
          run += " "
          used += 1
        }
        for part in DisplayWidth.pieces(String(word), of: room) where !part.isEmpty {
          let columns = DisplayWidth.of(part)
          if used + columns > width {
            flush()
            turn()
          }
          run += part
          used += columns
        }
      }
      flush()
    }
    lines.append(line)
    return lines
  }

  /// Parts with two spaces between them, broken into lines between parts; one that fits no line is broken
  /// within, and a command so that it can be pasted all the same.
  package static func parts(_ parts: [String], width: Int, indent: Int = 0) -> [String] {
    let blank = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for part in parts.map({ CommandPlace.placed($0).printable() }) where !part.isEmpty {
      if !line.isEmpty, DisplayWidth.of(line) + 2 + DisplayWidth.of(part) <= width {
        line += "  \(part)"
        continue
      }
      if !line.isEmpty { lines.append(line) }
      let start = lines.isEmpty ? "" : blank
      if DisplayWidth.of(start) + DisplayWidth.of(part) <= width {
        line = start + part
        continue
      }
      let pieces = broken(part, room: width - indent)
      lines += pieces.dropLast().enumerated().map { ($0 == 0 ? start : blank) + $1 }
      line = (pieces.count == 1 ? start : blank) + (pieces.last ?? "")
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map { DisplayWidth.cut($0, to: max(width, 1)) }
  }

  private static func broken(_ part: String, room: Int) -> [String] {
    guard part.hasPrefix("belay ") else { return wrap(part, width: max(room, 1), indent: 2) }
    let lines = wrap(part, width: max(room - 2, 1), indent: 2)
    return lines.dropLast().map { $0 + " \\" } + lines.suffix(1)
  }

  /// Text as it was, line by line behind a prefix, broken where it is too wide; nothing is lost.
  package static func quote(_ text: String, width: Int, prefix: String) -> [String] {
    let room = max(1, width - DisplayWidth.of(prefix))
    return text.printable(keepingLines: true).split(
      separator: "\n", omittingEmptySubsequences: false
    ).flatMap { line in
      DisplayWidth.pieces(String(line), of: room).map { prefix + $0 }
    }
  }

  /// The text of some lines, each ended.
  package static func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}
