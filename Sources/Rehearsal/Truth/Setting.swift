/// A harness as a simulated model sees it: what it says, and what it gives.
public struct RehearsalSetting: Sendable, Hashable {
  /// The traits of its words.
  public var traits: Set<HarnessTrait>
  /// How many words it says besides the instruction.
  public var words: Int
  /// The most turns; nil for no limit.
  public var turns: Int?
  /// The most bytes of a tool's output that are shown.
  public var toolOutputBytes: Int?
  /// The most tokens of an answer.
  public var maxOutputTokens: Int?
  /// Whether files can be written without a shell.
  public var hasEditor: Bool
  /// How often a checker in a context of its own sends the work back; 0 without one.
  public var repairRounds: Int
  /// How many others look before and say what to mind.
  public var advisers = 0

  /// What a plain agent gives: a shell, and a few words.
  public static let plain = RehearsalSetting(
    traits: [], words: 40, turns: 50, toolOutputBytes: 16_384, maxOutputTokens: nil,
    hasEditor: false, repairRounds: 0)

  /// A harness with these words above the conversation and the usual limits.
  public init(system: String) {
    let reading = TraitReader.read(TextSentence.all(in: system))
    self = .plain
    traits = reading.traits
    words = reading.words
  }

  init(
    traits: Set<HarnessTrait>, words: Int, turns: Int?, toolOutputBytes: Int?,
    maxOutputTokens: Int?, hasEditor: Bool, repairRounds: Int
  ) {
    self.traits = traits
    self.words = words
    self.turns = turns
    self.toolOutputBytes = toolOutputBytes
    self.maxOutputTokens = maxOutputTokens
    self.hasEditor = hasEditor
    self.repairRounds = repairRounds
  }

  /// The same with one thing more.
  func with(_ change: (inout RehearsalSetting) -> Void) -> RehearsalSetting {
    var setting = self
    change(&setting)
    return setting
  }

  var reading: TraitReading { TraitReading(traits: traits, words: words) }
}
