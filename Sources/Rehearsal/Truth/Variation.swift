/// One thing that a harness may have or not, whose worth is known.
public struct RehearsalVariation: Sendable {
  /// Its name.
  public let name: String
  /// One line on what it is.
  public let summary: String
  /// The plain harness with it.
  public let setting: RehearsalSetting

  /// All of them: the traits of words, then what a harness gives.
  public static let all: [RehearsalVariation] =
    HarnessTrait.allCases.map { trait in
      RehearsalVariation(
        name: trait.rawValue, summary: trait.summary,
        setting: RehearsalSetting.plain.with { setting in
          setting.traits = [trait]
          setting.words += 15
        })
    } + [
      RehearsalVariation(
        name: "checker", summary: "a checker in a context of its own, three repairs",
        setting: .plain.with { $0.repairRounds = 3 }),
      RehearsalVariation(
        name: "editor", summary: "tools that write files",
        setting: .plain.with { $0.hasEditor = true }),
      RehearsalVariation(
        name: "long-prompt", summary: "1,500 words that say nothing",
        setting: .plain.with { $0.words = 1_540 }),
      RehearsalVariation(
        name: "output-2k", summary: "at most 2,000 bytes of a tool's output",
        setting: .plain.with { $0.toolOutputBytes = 2_000 }),
      RehearsalVariation(
        name: "output-128k", summary: "up to 131,072 bytes of a tool's output",
        setting: .plain.with { $0.toolOutputBytes = 131_072 }),
      RehearsalVariation(
        name: "turns-4", summary: "at most 4 turns", setting: .plain.with { $0.turns = 4 }),
      RehearsalVariation(
        name: "turns-8", summary: "at most 8 turns", setting: .plain.with { $0.turns = 8 }),
      RehearsalVariation(
        name: "answers-512", summary: "at most 512 tokens an answer, 12 turns",
        setting: .plain.with { setting in
          setting.maxOutputTokens = 512
          setting.turns = 12
        }),
    ]
}
