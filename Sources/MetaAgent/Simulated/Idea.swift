/// Something that a simulated meta-agent may think of.
struct Idea: Sendable {
  /// What it is in truth, as far as its author cannot know.
  enum Worth: String, Sendable, CaseIterable {
    /// It helps in tasks of all kinds.
    case helps
    /// It only seems to help.
    case seems
    /// It harms.
    case harms
    /// It helps in the dev tasks that it was made for, and nowhere else.
    case overfits
  }

  /// What it is called among ideas.
  let key: String
  let worth: Worth
  /// Titles of the section that it adds.
  let titles: [String]
  /// What it tells the agent: each a mechanism of its own.
  let sentences: [Phrasing]
  /// Why, in a sentence that tells the agent nothing else.
  let reasons: [String]
  /// What a reader of the failures would take it to mend.
  let cause: String
  /// Causes of failures that make its author think of it.
  let prompts: Set<String>
  /// Words of a harness that has it already: a part of a word each.
  let marks: [String]

  init(
    _ key: String, _ worth: Worth, titles: [String], _ sentences: [Phrasing], reasons: [String],
    cause: String, prompts: Set<String> = [], marks: [String] = []
  ) {
    self.key = key
    self.worth = worth
    self.titles = titles
    self.sentences = sentences
    self.reasons = reasons
    self.cause = cause
    self.prompts = prompts
    self.marks = marks
  }

  /// How many edits it can be made into before two are alike.
  var variants: Int { titles.count * sentences.reduce(0) { $0 + $1.count } }

  /// The mechanism of a sentence, by which an edit is known again.
  func mechanism(_ sentence: Int) -> String {
    let text = sentences[sentence % sentences.count][0]
    return "\(key): " + text.prefix(1).lowercased() + text.dropFirst().drop { $0 == "." }
  }
}
