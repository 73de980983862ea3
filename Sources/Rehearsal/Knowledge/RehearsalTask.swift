/// What a simulated model knows of one task: how it is solved, and where a careless agent slips.
public struct RehearsalTask: Sendable, Hashable {
  /// The task's name in its suite, without the organisation in front.
  public var name: String
  /// Its category, such as `logs` or `git`: some traits help only in some of them.
  public var category: String
  /// Further families that it belongs to, such as `merge` or `time`.
  public var tags: Set<String>
  /// The sentences of the instruction, as hashes with their numbers of words.
  var sentences: [Sentence]
  /// A command that looks at the inputs and prints little.
  var look: String
  /// A command that prints the inputs whole.
  var lookAll: String
  /// How much `lookAll` prints.
  var lookAllBytes: Int
  /// Whether the work changes its inputs, so that a copy is needed to begin anew.
  var copiesFirst: Bool
  /// The commands that solve the task.
  var solution: String
  /// A command that shows the result.
  var check: String
  /// The last line of the check for each set of slips in the work, the first of them in the lowest bit.
  var checkShows: [String]
  /// Where a careless agent slips.
  var slips: [Slip]
  /// The solution with every set of slips made in it.
  private(set) var works: [Set<Int>: String] = [:]

  /// Makes the solutions with slips: they are compared with what was done at every turn.
  mutating func makeWorks() {
    for bits in 0..<(1 << slips.count) {
      let chosen = Set(slips.indices.filter { bits >> $0 & 1 == 1 })
      works[chosen] = solution(with: chosen.sorted().map { slips[$0] })
    }
  }

  /// The sentence of an instruction that a request is recognised by.
  struct Sentence: Sendable, Hashable {
    var hash: UInt32
    var words: Int
  }
}

/// One place in a task where a careless agent slips.
struct Slip: Sendable, Hashable {
  /// Its name within the task.
  var name: String
  /// What kind of care would have avoided it.
  var kind: SlipKind
  /// How hard it is to avoid, in logits.
  var difficulty: Double
  /// What somebody says who finds it.
  var finding: String
  /// Whether the fault can be seen in what the check prints, or only by reading the work again.
  var shows: Bool
  /// The solution with this slip made in it, as replacements.
  var edits: [Edit]

  /// All places of one text that become another.
  struct Edit: Sendable, Hashable {
    var find: String
    var put: String
  }
}

/// What kind of care avoids a slip.
public enum SlipKind: String, Sendable, Hashable, CaseIterable {
  /// Looking at the inputs before working on them.
  case look
  /// Quoting names and variables.
  case quote
  /// Thinking of the boundaries.
  case edge
  /// Keeping all requirements in mind.
  case forget
  /// Knowing a tool's options instead of guessing them.
  case flag
  /// Touching nothing but what is asked for.
  case scope
  /// Minding bytes, code pages and line ends.
  case encoding
  /// Not losing the thread in long output.
  case output
}
