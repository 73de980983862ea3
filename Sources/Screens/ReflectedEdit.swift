internal import Base
internal import Components
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
