/// What is known of one edit, as a proposer may know it: words of verdicts and never their figures.
public struct PoolLine: Sendable, Hashable {
  /// A gate's word on an edit.
  public struct Verdict: Sendable, Hashable {
    /// What a gate says.
    public enum Word: String, Sendable, Hashable, CaseIterable {
      /// It holds.
      case pass
      /// It does not.
      case fail
      /// Nobody can say.
      case undecided
    }

    /// The gate: `ngram`, `race`, `harmful`, …
    public var gate: String
    /// Its word.
    public var word: Word

    /// A verdict.
    public init(gate: String, word: Word) {
      self.gate = gate
      self.word = word
    }
  }

  /// The edit: `e12`.
  public var id: String
  /// Who proposed it.
  public var author: String
  /// The components that it changes, sorted.
  public var components: [String]
  /// One line on what it does.
  public var summary: String
  /// The mechanism that it bets on.
  public var mechanism: String
  /// How it stands: `active`, `adopted`, `dropped`, …
  public var state: String
  /// What the gates said.
  public var verdicts: [Verdict]
  /// Its effect on dev tasks, in logits; nil while nothing is known.
  public var effect: Double?
  /// The standard error of the effect.
  public var error: Double?
  /// The value that it sets a knob to, as its author wrote it; nil for a patch.
  public var level: String?
  /// The digest of what its patch makes, in hex; by it a repetition is known.
  public var effectDigest: String?

  /// A line.
  public init(
    id: String, author: String, components: [String], summary: String, mechanism: String,
    state: String, verdicts: [Verdict] = [], effect: Double? = nil, error: Double? = nil,
    level: String? = nil, effectDigest: String? = nil
  ) {
    self.id = id
    self.author = author
    self.components = components.sorted()
    self.summary = summary
    self.mechanism = mechanism
    self.state = state
    self.verdicts = verdicts
    self.effect = effect
    self.error = error
    self.level = level
    self.effectDigest = effectDigest
  }
}
