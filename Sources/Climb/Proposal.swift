/// What a proposer believes and predicts of an edit; scored afterwards.
public struct Hypothesis: Sendable, Hashable, Codable {
  /// The trials that it rests on, by id.
  public var evidence: [String]
  /// Why they went as they did.
  public var cause: String
  /// What the edit does about it.
  public var mechanism: String
  /// The dev tasks that it expects to fix, by name.
  public var fixes: [String]
  /// The dev tasks that it puts at risk, by name.
  public var risks: [String]
  /// The gain that it expects, in points of the mean score.
  public var gain: Double?

  /// A hypothesis.
  public init(
    evidence: [String] = [], cause: String = "", mechanism: String = "", fixes: [String] = [],
    risks: [String] = [], gain: Double? = nil
  ) {
    self.evidence = evidence
    self.cause = cause
    self.mechanism = mechanism
    self.fixes = fixes
    self.risks = risks
    self.gain = gain
  }
}

/// An edit with what its author says of it.
public struct Proposal: Sendable, Hashable, Codable {
  /// Who proposed it: `command:claude`, `rehearsal`, `knobs`.
  public var author: String
  /// The edit.
  public var edit: Edit
  /// What its author believes of it.
  public var hypothesis: Hypothesis
  /// What it is, in one line.
  public var summary: String

  /// A proposal.
  public init(
    author: String, edit: Edit, hypothesis: Hypothesis = Hypothesis(), summary: String = ""
  ) {
    self.author = author
    self.edit = edit
    self.hypothesis = hypothesis
    self.summary = summary
  }
}

/// The recorded answer of one check about one edit or candidate, with what it rests on.
public struct GateVerdict: Sendable, Hashable, Codable {
  /// What a check can say.
  public enum Word: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing was found.
    case pass
    /// It is not to be carried, or not to be adopted.
    case fail
    /// There was too little to tell.
    case undecided
  }

  /// The check: canary, task-id, ngram, special-casing, treatment, surface, duplicate, judge, smoke,
  /// concentration, harmful, inert, train-only, twins, regrade, tamper, valid, race, vault, ….
  public var gate: String
  /// What it says.
  public var word: Word
  /// The numbers behind it.
  public var figures: [String: Double]
  /// It, as a person would say it.
  public var sentence: String
  /// The places that it found, word for word.
  public var quotes: [String]

  /// A verdict.
  public init(
    gate: String, word: Word, figures: [String: Double] = [:], sentence: String,
    quotes: [String] = []
  ) {
    self.gate = gate
    self.word = word
    self.figures = figures
    self.sentence = sentence
    self.quotes = quotes
  }
}

/// What something cost; nil where nobody knows.
public struct Spending: Sendable, Hashable, Codable {
  /// Money.
  public var costUSD: Double?
  /// Tokens, in and out.
  public var tokens: Int?

  /// An amount.
  public init(costUSD: Double? = nil, tokens: Int? = nil) {
    self.costUSD = costUSD
    self.tokens = tokens
  }

  /// Adds what is known of another amount.
  public static func += (left: inout Spending, right: Spending) {
    if let cost = right.costUSD { left.costUSD = (left.costUSD ?? 0) + cost }
    if let tokens = right.tokens { left.tokens = (left.tokens ?? 0) + tokens }
  }
}
