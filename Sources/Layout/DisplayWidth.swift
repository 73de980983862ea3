/// How many terminal columns a text takes, and cutting it to fit.
package enum DisplayWidth {
  /// Columns of a text that is already printable.
  package static func of(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { $0 + columns($1) }
  }

  /// The text if it fits, else its beginning with `…` as the last column.
  package static func cut(_ text: String, to width: Int) -> String {
    guard of(text) > width else { return text }
    guard width > 0 else { return "" }
    var out = ""
    var used = 0
    for scalar in text.unicodeScalars {
      let next = columns(scalar)
      if used + next > width - 1 { break }
      out.unicodeScalars.append(scalar)
      used += next
    }
    return out + "…"
  }

  /// The text in pieces of at most so many columns.
  package static func pieces(_ text: String, of width: Int) -> [String] {
    guard of(text) > width else { return [text] }
    var pieces = [""]
    var used = 0
    for scalar in text.unicodeScalars {
      let next = columns(scalar)
      if used + next > width {
        pieces.append("")
        used = 0
      }
      pieces[pieces.count - 1].unicodeScalars.append(scalar)
      used += next
    }
    return pieces
  }

  private static func columns(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    case .privateUse: if Ink.isMark(scalar) { return 0 }
    default: break
    }
    // The blocks that terminals draw two columns wide (East Asian Width W and F).
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
