internal import Base

/// What the place where a page is shown can draw: boxes and braille, colours, or neither.
public struct Ink: Sendable, Hashable {
  /// How many colours there are.
  public enum Colours: Int, Sendable, Hashable, CaseIterable {
    /// None.
    case none
    /// The eight of every terminal, and their bright forms.
    case few
    /// 256 of them.
    case many
  }

  /// Whether characters beyond ASCII are drawn.
  public var isUnicode: Bool
  /// How many colours there are.
  public var colours: Colours

  /// What a place can draw.
  public init(isUnicode: Bool, colours: Colours) {
    self.isUnicode = isUnicode
    self.colours = colours
  }

  /// ASCII without a colour: what is right everywhere.
  public static let plain = Ink(isUnicode: false, colours: .none)

  /// What a terminal can draw, by its environment; `isColoured` is decided elsewhere.
  public static func of(_ environment: [String: String], isColoured: Bool) -> Ink {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
    let name = (locale ?? "").lowercased()
    let isMany =
      environment["COLORTERM"].map { ["truecolor", "24bit"].contains($0) } ?? false
      || (environment["TERM"] ?? "").contains("256color")
    return Ink(
      isUnicode: name.contains("utf-8") || name.contains("utf8"),
      colours: !isColoured ? .none : isMany ? .many : .few)
  }
}

/// What a piece of text is, as far as its colour tells.
package enum Tone: UInt32, Sendable, Hashable, CaseIterable {
  /// What matters most on a line.
  case strong
  /// What may be passed over.
  case dim
  /// An id, a key, a command.
  case accent
  /// A pass, a gain, an adoption.
  case good
  /// A failure, a loss.
  case bad
  /// What deserves a second look.
  case warning
  /// Words that are new.
  case added
  /// Words that are gone.
  case removed
  /// The line under the cursor.
  case chosen
  /// The first of some series.
  case first
  /// The second.
  case second
  /// The third.
  case third
  /// The fourth.
  case fourth

  fileprivate func code(_ colours: Ink.Colours) -> String {
    let isMany = colours == .many
    return switch self {
    case .strong: "1"
    case .dim: isMany ? "38;5;244" : "2"
    case .accent: isMany ? "38;5;38" : "36"
    case .good: isMany ? "38;5;35" : "32"
    case .bad: isMany ? "38;5;167" : "31"
    case .warning: isMany ? "38;5;178" : "33"
    case .added: isMany ? "1;38;5;35" : "1;32"
    case .removed: isMany ? "1;9;38;5;167" : "1;31"
    case .chosen: "7"
    case .first: isMany ? "38;5;39" : "36"
    case .second: isMany ? "38;5;208" : "33"
    case .third: isMany ? "38;5;36" : "32"
    case .fourth: isMany ? "38;5;175" : "35"
    }
  }
}

/// Tones within lines: marks that take no room and that no text from outside can hold, since `printable()`
/// turns their like into escapes. Only `finished` makes colours of them.
extension Ink {
  private static let first: UInt32 = 0xF8D0
  private static let end = Unicode.Scalar(0xF8CF as UInt32)

  /// Whether a scalar is a mark.
  static func isMark(_ scalar: Unicode.Scalar) -> Bool { (0xF8CF...0xF8FF).contains(scalar.value) }

  /// A text that is safe to print, in a tone.
  package func painted(_ text: String, _ tone: Tone) -> String {
    guard colours != .none, !text.isEmpty, let end = Self.end,
      let mark = Unicode.Scalar(Self.first + tone.rawValue)
    else { return text }
    var out = ""
    out.unicodeScalars.append(mark)
    out += text
    out.unicodeScalars.append(end)
    return out
  }

  /// A text without the marks in it.
  package static func unpainted(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isMark) else { return text }
    var out = ""
    out.unicodeScalars.append(contentsOf: text.unicodeScalars.filter { !isMark($0) })
    return out
  }

  /// Lines as they go to the terminal: tones as colours, all else escaped; a tone ends with its line.
  public func finished(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: Self.isMark) else {
      return text.printable(keepingLines: true)
    }
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { finished(line: $0) }.joined(separator: "\n")
  }

  private func finished(line: Substring) -> String {
    var out = ""
    var piece = ""
    var open: [Tone] = []
    func flush() {
      out += piece.printable(keepingLines: true)
      piece = ""
    }
    func restore() {
      guard colours != .none else { return }
      out += "\u{1B}[0m"
      for tone in open { out += "\u{1B}[\(tone.code(colours))m" }
    }
    for scalar in line.unicodeScalars {
      guard Self.isMark(scalar) else {
        piece.unicodeScalars.append(scalar)
        continue
      }
      flush()
      if scalar.value >= Self.first, let tone = Tone(rawValue: scalar.value - Self.first) {
        open.append(tone)
        if colours != .none { out += "\u{1B}[\(tone.code(colours))m" }
      } else if !open.isEmpty {
        open.removeLast()
        restore()
      }
    }
    flush()
    if !open.isEmpty, colours != .none { out += "\u{1B}[0m" }
    return out
  }
}
