/// A way to say something: groups of words that all stand in one sentence, close together.
///
/// A word that ends in `*` stands for all words that begin like it. The first group is what is done;
/// when a negation stands before it, the phrase is not met, or, if it is a prohibition, only then.
struct Phrase: Sendable {
  private let groups: [[Stem]]
  private let isProhibition: Bool
  private let span: Int

  private struct Stem: Sendable {
    let text: String
    let isPrefix: Bool

    init(_ word: Substring) {
      isPrefix = word.hasSuffix("*")
      text = String(isPrefix ? word.dropLast() : word)
    }

    func fits(_ word: String) -> Bool { isPrefix ? word.hasPrefix(text) : word == text }
  }

  /// `"check*|verif* result*|output* before|against"`: three groups, each with its choices.
  init(_ pattern: String, span: Int = 16) {
    let text = pattern.hasPrefix("! ") ? pattern.dropFirst(2) : pattern[...]
    isProhibition = pattern.hasPrefix("! ")
    groups = text.split(separator: " ").map { group in
      group.split(separator: "|").map { Stem($0) }
    }
    self.span = span
  }

  func isMet(in words: [String]) -> Bool {
    guard let deed = groups.first else { return false }
    for (at, word) in words.enumerated() where deed.contains(where: { $0.fits(word) }) {
      let near = max(0, at - span)...min(words.count - 1, at + span)
      // Each group needs a word of its own, so that one word never means two things.
      var taken: Set<Int> = [at]
      let others = groups.dropFirst().allSatisfy { group in
        guard
          let place = near.first(where: { place in
            !taken.contains(place) && group.contains { $0.fits(words[place]) }
          })
        else { return false }
        taken.insert(place)
        return true
      }
      if others, Self.isNegated(words, at) == isProhibition { return true }
    }
    return false
  }

  private static let negations: Set<String> = [
    "not", "never", "dont", "don", "doesn", "needn", "no", "without", "avoid", "skip", "cannot",
    "stop", "refrain", "rather", "instead", "unnecessary", "useless", "nor", "hardly", "waste",
  ]
  /// What turns a negation round: "do not forget to check", "never finish without a check".
  private static let reversals: Set<String> = [
    "forget", "fail", "neglect", "omit", "hesitate", "until", "unless", "before", "only", "just",
    "skip", "without",
  ]

  private static func isNegated(_ words: [String], _ at: Int) -> Bool {
    let window = max(0, at - 5)..<at
    guard let place = window.last(where: { negations.contains(words[$0]) }) else { return false }
    if words[(place + 1)..<at].contains(where: { reversals.contains($0) }) { return false }
    if reversals.contains(words[place]) {
      let earlier = max(0, place - 8)..<place
      return !earlier.contains { negations.contains(words[$0]) }
    }
    return true
  }
}
