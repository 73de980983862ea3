internal import Base
internal import Components
internal import Deciphering
internal import Harness

/// An edit as the screens look at it: what it adds, read in every way, and what stands around it.
struct ReflectedEdit {
  /// What one component gains.
  struct Piece {
    let component: String
    /// The added lines as they are written.
    let raw: String
    /// The added lines as a reader sees them.
    let plain: String
    let disguises: Int
    let layers: [Layer]
    /// Whether it is run rather than read.
    let isCode: Bool
    /// The whole component afterwards, as a reader sees it.
    let whole: String
    /// The lines that are gone.
    let removed: String
    /// The whole component before.
    let before: String

    /// The lines of a text of it that are code: all of a program, of prose what is fenced or set in.
    func code(_ text: String) -> [String] {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      if isCode { return lines }
      var fence: Character?
      return lines.filter { line in
        let start = line.drop { " \t-*>+.)".contains($0) || $0.isNumber }
        if let mark = start.first, mark == "`" || mark == "~",
          start.prefix(while: { $0 == mark }).count >= 3
        {
          // Only a row of the same signs ends it; one of others is a line of the code.
          let isBare = start.allSatisfy { $0 == mark || $0.isWhitespace }
          if fence == nil {
            fence = mark
          } else if fence == mark, isBare {
            fence = nil
          }
          return false
        }
        return fence != nil || line.hasPrefix("    ") || line.hasPrefix("\t")
      }
    }
  }

  let base: Harness
  let pieces: [Piece]
  /// The words of the whole base, by which chance is told from knowledge.
  let baseWords: [String]
  let baseText: String

  init(_ patch: ComponentPatch, base: Harness) {
    self.base = base
    pieces = patch.changes.compactMap { change in
      let plain = Plain(change.added)
      let path = change.component.split(separator: "#").first.map(String.init) ?? ""
      let isProse = path.hasSuffix(".md") || path.hasPrefix("skills/") || path.hasSuffix(".txt")
      return Piece(
        component: change.component, raw: change.added, plain: plain.text,
        disguises: plain.disguises, layers: Decoding.layers(plain.text), isCode: !isProse,
        whole: Plain(change.after?.text ?? "").text, removed: Plain(change.removed).text,
        before: Plain(change.before?.text ?? "").text)
    }
    baseText = base.files.map { Plain(String(decoding: $0.content, as: UTF8.self)).text }
      .joined(separator: "\n")
    baseWords = Words.of(baseText)
  }

  /// All readings of all pieces.
  var layers: [(piece: Piece, layer: Layer)] {
    pieces.flatMap { piece in piece.layers.map { (piece, $0) } }
  }
}

/// Something that a screen found.
struct Finding: Hashable {
  /// The gate that it belongs to.
  let gate: String
  /// Whether it is enough to refuse the edit, or only worth a doubt.
  let isSure: Bool
  /// What is wrong, as the end of a sentence about the edit.
  let what: String
  /// The place, word for word.
  let quote: String
}

extension String {
  /// It as a finding quotes it: without white space around, cut to what a person reads at a glance.
  var quoted: String {
    let text = trimmed
    return text.count <= 160 ? text : text.prefix(157) + "..."
  }
}
