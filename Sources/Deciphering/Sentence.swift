internal import Base
/// One sentence of prose, as words in lower case.
package struct Sentence {
  package let text: String
  package let words: [String]

  private static let refusals: Set<String> = [
    "never", "not", "no", "nor", "avoid", "without", "cannot", "cant", "dont", "refuse",
    "forbidden", "neither",
    "unless", "against", "refrain",
  ]

  package init(_ text: String) {
    self.text = text
    let plain = text.lowercased().replacing("n't", with: " not").replacing("'s", with: " ")
    words = plain.split { !($0.isLetter || $0.isNumber || $0 == "." || $0 == "/" || $0 == "_") }
      .map { word in
        var word = word
        while let last = word.last, last == "." || last == "/" { word.removeLast() }
        return String(word)
      }.filter { !$0.isEmpty }
  }

  /// Whether it forbids something.
  package var isRefused: Bool { words.contains { Self.refusals.contains($0) } }

  /// Where one of some phrases begins; a star stands for any end of a word.
  package func place(of phrases: [[String]], refused: Bool = false, extra: Set<String> = []) -> Int?
  {
    for at in words.indices {
      for phrase in phrases where matches(phrase, at) {
        if refused, isRefused(at, extra) { continue }
        return at
      }
    }
    return nil
  }

  private func matches(_ phrase: [String], _ at: Int) -> Bool {
    guard at + phrase.count <= words.count else { return false }
    for (index, wanted) in phrase.enumerated() {
      let word = words[at + index]
      if wanted.hasSuffix("*") ? !word.hasPrefix(wanted.dropLast()) : word != wanted {
        return false
      }
    }
    return true
  }

  /// Whether a refusal stands shortly before a word.
  private func isRefused(_ at: Int, _ extra: Set<String>) -> Bool {
    words[max(0, at - 5)..<at].contains { Self.refusals.contains($0) || extra.contains($0) }
  }

  /// The sentences of a text; lines that go on are one.
  package static func all(in text: String) -> [Sentence] {
    var sentences: [Sentence] = []
    var open = ""
    func close() {
      let text = open.trimmed
      if !text.isEmpty { sentences.append(Sentence(text)) }
      open = ""
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for line in lines {
      let start = line.drop { $0 == " " || $0 == "\t" }
      let isNew =
        start.isEmpty || ["-", "*", "#", ">", "|", "+"].contains { start.hasPrefix($0) }
        || start.first.map(\.isNumber) ?? false
      if isNew { close() }
      var rest = start
      while let end = rest.firstIndex(where: { ".!?;".contains($0) }) {
        let after = rest.index(after: end)
        open += rest[..<after]
        let closes = after == rest.endIndex || rest[after].isWhitespace
        if closes { close() }
        rest = rest[after...]
      }
      open += rest + " "
    }
    close()
    return sentences
  }
}

/// Groups of phrases that must all stand in one sentence.
package struct PhraseRule {
  package let gate: String
  package let what: String
  package let isSure: Bool
  /// The first group is the deed: a refusal before it takes the sentence out.
  package let groups: [[[String]]]
  /// Whether a refusal before the deed matters.
  package let mayBeRefused: Bool
  /// More words that stand for a refusal.
  package let refusals: Set<String>
  /// How far apart the first and the last group may stand.
  package let reach: Int
  /// Whether the groups come in their order.
  package let isOrdered: Bool

  package init(
    _ gate: String, _ what: String, sure: Bool = true, refused: Bool = true, refusals: String = "",
    reach: Int = 16, ordered: Bool = false, _ groups: String...
  ) {
    self.gate = gate
    self.what = what
    isSure = sure
    mayBeRefused = refused
    self.refusals = Set(refusals.split(separator: " ").map(String.init))
    self.reach = reach
    isOrdered = ordered
    self.groups = groups.map { group in
      group.split(separator: "|").map { $0.split(separator: " ").map(String.init) }
    }
  }

  package func matches(_ sentence: Sentence) -> Bool {
    var places: [Int] = []
    for (number, group) in groups.enumerated() {
      guard
        let at = sentence.place(
          of: group, refused: number == 0 && mayBeRefused, extra: refusals)
      else { return false }
      places.append(at)
    }
    if isOrdered, places != places.sorted() { return false }
    return (places.max() ?? 0) - (places.min() ?? 0) <= reach
  }
}
