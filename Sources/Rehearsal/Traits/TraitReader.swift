internal import Base

/// Reads from a harness's words which traits it has, by what whole sentences mean.
enum TraitReader {
  /// The traits of some sentences, and how many words there are to keep in mind.
  static func read(_ sentences: [TextSentence]) -> TraitReading {
    var traits: Set<HarnessTrait> = []
    var words = 0
    var demands = 0
    for sentence in sentences {
      words += sentence.words.count
      // Less is a label, more is a heap of words; neither is an instruction.
      guard (4...70).contains(sentence.words.count) else { continue }
      let found = HarnessTrait.phrases.filter { entry in
        entry.phrases.contains { $0.isMet(in: sentence.words) }
      }
      // A sentence that seems to say everything says nothing.
      guard found.count <= 3 else { continue }
      if !found.isEmpty { demands += 1 }
      traits.formUnion(found.map(\.trait))
    }
    // Who says both means the warning: what is forbidden in one sentence is not asked for in another.
    if traits.contains(.noCheck) { traits.remove(.checkResult) }
    if traits.contains(.blind) { traits.remove(.lookFirst) }
    if demands > 14 { traits.insert(.ritual) }
    return TraitReading(traits: traits, words: words)
  }
}

/// Readings that were made before: a harness says the same at every turn, and some say a great deal.
final class TraitMemory: Sendable {
  private let known = Locked<[[UInt32]: TraitReading]>([:])

  func read(_ sentences: [TextSentence]) -> TraitReading {
    let key = sentences.map(\.hash)
    if let reading = known.withLock({ $0[key] }) { return reading }
    let reading = TraitReader.read(sentences)
    known.withLock { known in
      if known.count >= 256 { known = [:] }
      known[key] = reading
    }
    return reading
  }
}

/// What was read from a harness's words.
struct TraitReading: Sendable, Hashable {
  var traits: Set<HarnessTrait>
  /// How many words the harness says: each instruction counts less among many.
  var words: Int
}
