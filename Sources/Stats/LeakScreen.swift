/// Looks in the text that an edit added for what it can only have from a task.
public enum LeakScreen {
  /// What was found.
  public enum Flag: String, Sendable, Hashable, CaseIterable {
    /// A canary of the benchmark.
    case canary
    /// The task's id.
    case taskID = "task-id"
    /// A long run of the task's own words.
    case blockedRun = "ngram-block"
    /// A run of the task's own words that may be chance.
    case suspectRun = "ngram-warn"
  }

  /// Runs of so many words are blocked, and of so many are marked.
  public struct Limits: Sendable, Hashable {
    /// The length that blocks.
    public var block = 12
    /// The length that is marked.
    public var mark = 8

    /// The usual lengths.
    public init() {}
  }

  /// The words of a text: runs of letters and digits, in lower case.
  public static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    for character in text.lowercased() {
      if character.isLetter || character.isNumber {
        word.append(character)
      } else if !word.isEmpty {
        words.append(word)
        word = ""
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  /// Whether two texts say the same: of the words of both together, nine of ten are in each.
  public static func areAlike(_ one: Set<String>, _ other: Set<String>) -> Bool {
    10 * one.intersection(other).count >= 9 * one.union(other).count
  }

  /// The length of the longest run of words that two texts share.
  public static func longestRun(_ left: [String], _ right: [String]) -> Int {
    var best = 0
    var above = [Int](repeating: 0, count: right.count + 1)
    for word in left {
      var row = [Int](repeating: 0, count: right.count + 1)
      for (index, other) in right.enumerated() where word == other {
        row[index + 1] = above[index] + 1
        best = max(best, row[index + 1])
      }
      above = row
    }
    return best
  }

  /// What the added text gives away of one task; a run that the base harness has already does not count.
  public static func flags(
    added: String, taskID: String, taskText: String, base: String = "", canary: String? = nil,
    limits: Limits = Limits()
  ) -> [Flag] {
    var flags: [Flag] = []
    let words = words(added)
    if let canary, !canary.isEmpty, added.lowercased().contains(canary.lowercased()) {
      flags.append(.canary)
    }
    let id = Self.words(taskID)
    // One short word is no sign: "sort" is a task's name and everybody's tool.
    if let first = id.first, id.count > 1 || first.count >= 8, contains(words, id) {
      flags.append(.taskID)
    }
    let task = Self.words(taskText)
    let run = longestRun(words, task)
    if run >= limits.mark, run > longestRun(Self.words(base), task) {
      flags.append(run >= limits.block ? .blockedRun : .suspectRun)
    }
    return flags
  }

  private static func contains(_ words: [String], _ run: [String]) -> Bool {
    guard run.count <= words.count else { return false }
    return (0...(words.count - run.count)).contains { start in
      words[start..<(start + run.count)].elementsEqual(run)
    }
  }
}
