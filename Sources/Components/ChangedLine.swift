internal import Harness

/// A line of a change, as a reader is shown it.
public struct ChangedLine: Sendable, Hashable {
  /// What became of it.
  public enum Kind: String, Sendable, Hashable {
    /// It is gone.
    case removed
    /// It is new.
    case added
    /// It was changed; its text has what is gone in `[-…-]` and what is new in `{+…+}`.
    case changed
  }

  /// What became of it.
  public let kind: Kind
  /// The file within a folder; empty for a component of one piece.
  public let file: String
  /// The words of the line without its end, those that are gone and those that are new apart.
  public let pieces: [Piece]

  /// Some words of a line.
  public struct Piece: Sendable, Hashable {
    /// Whether they are gone or new; nil for words that stayed.
    public let kind: Kind?
    /// The words, with what stands between them.
    public let text: String
  }

  /// The line without its end; words that are gone in `[-…-]`, new ones in `{+…+}`.
  public var text: String {
    guard kind == .changed else { return pieces.map(\.text).joined() }
    return pieces.map { piece in
      switch piece.kind {
      case .removed: "[-\(piece.text)-]"
      case .added: "{+\(piece.text)+}"
      case .changed, nil: piece.text
      }
    }.joined()
  }

  init(kind: Kind, file: String, text: String) {
    self.init(kind: kind, file: file, pieces: [Piece(kind: nil, text: text)])
  }

  init(kind: Kind, file: String, pieces: [Piece]) {
    self.kind = kind
    self.file = file
    self.pieces = pieces
  }
}

extension ComponentPatch.Change {
  /// The lines that differ, in order; a line that kept half of its words is shown as one, word by word.
  public var lines: [ChangedLine] {
    func files(_ content: ComponentContent?) -> [String: HarnessFile] {
      Dictionary((content?.files ?? []).map { ($0.path, $0) }, uniquingKeysWith: { $1 })
    }
    let (old, new) = (files(before), files(after))
    return Set(old.keys).union(new.keys).sorted().flatMap { path -> [ChangedLine] in
      let (one, two) = (old[path], new[path])
      let contents = [one?.content ?? [], two?.content ?? []]
      guard contents.allSatisfy({ String(validating: $0, as: UTF8.self) != nil && !$0.contains(0) })
      else {
        return [
          ChangedLine(
            kind: .changed, file: path,
            text: "\(contents[0].count) bytes are \(contents[1].count) others")
        ]
      }
      var lines: [ChangedLine] = []
      if let one, let two, one.isExecutable != two.isExecutable {
        lines.append(
          ChangedLine(
            kind: .changed, file: path,
            text: two.isExecutable ? "can be run now" : "cannot be run any more"))
      }
      let (left, right) = (Lines.of(contents[0]), Lines.of(contents[1]))
      for hunk in Lines.hunks(left, right) {
        lines += Self.lines(
          left[hunk.old].map(Self.text), right[hunk.new].map(Self.text), file: path)
      }
      return lines
    }
  }

  private static func text(_ line: [UInt8]) -> String {
    String(decoding: line.reversed().drop { $0 == 0x0A || $0 == 0x0D }.reversed(), as: UTF8.self)
  }

  private static func lines(_ old: [String], _ new: [String], file: String) -> [ChangedLine] {
    var lines: [ChangedLine] = []
    let pairs = old.count == new.count && old.count <= 50
    if pairs {
      for (left, right) in zip(old, new) {
        if let words = words(left, right) {
          lines.append(ChangedLine(kind: .changed, file: file, pieces: words))
        } else {
          lines.append(ChangedLine(kind: .removed, file: file, text: left))
          lines.append(ChangedLine(kind: .added, file: file, text: right))
        }
      }
      return lines
    }
    return old.map { ChangedLine(kind: .removed, file: file, text: $0) }
      + new.map { ChangedLine(kind: .added, file: file, text: $0) }
  }

  /// Two lines as one; nil when they have less than half of their words in common.
  private static func words(_ old: String, _ new: String) -> [ChangedLine.Piece]? {
    let (left, right) = (pieces(old), pieces(new))
    guard left.count * right.count <= 250_000 else { return nil }
    let hunks = Lines.hunks(left, right)
    let gone = hunks.reduce(0) { $0 + $1.old.count }
    guard !hunks.isEmpty, (left.count - gone) * 2 >= max(left.count, right.count) else {
      return nil
    }
    var out: [ChangedLine.Piece] = []
    func add(_ kind: ChangedLine.Kind?, _ words: ArraySlice<String>) {
      if !words.isEmpty { out.append(ChangedLine.Piece(kind: kind, text: words.joined())) }
    }
    var at = 0
    for hunk in hunks {
      add(nil, left[at..<hunk.old.lowerBound])
      add(.removed, left[hunk.old])
      add(.added, right[hunk.new])
      at = hunk.old.upperBound
    }
    add(nil, left[at...])
    return out
  }

  /// Words, and what stands between them.
  private static func pieces(_ line: String) -> [String] {
    var pieces: [String] = []
    var open = ""
    for character in line {
      let isWord = character.isLetter || character.isNumber || character == "_"
      let wasWord = open.last.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? isWord
      if isWord != wasWord || !isWord && !open.isEmpty {
        pieces.append(open)
        open = ""
      }
      open.append(character)
    }
    if !open.isEmpty { pieces.append(open) }
    return pieces
  }
}
