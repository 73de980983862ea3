/// A simulated model: its strengths, its habits, and what it makes of instructions.
public struct RehearsalModel: Sendable, Hashable {
  /// The name without `rehearsal/` in front.
  public var name: String
  /// One line on its character.
  public var summary: String
  /// How likely it slips where nothing helps, in logits, before habits.
  var carelessness: Double
  /// What is worse (above 0) or better in some kinds of care.
  var habits: [SlipKind: Double]
  /// Whether it checks its result by itself, in logits.
  var checking: Double
  /// Whether it finds a fault in what it checks, in logits.
  var noticing: Double
  /// Whether it prints whole files to look at them, in logits.
  var printing: Double
  /// Turns that it spends on looking around before it begins.
  var dawdling: Int
  /// How much of an instruction it takes to heart.
  var heed: Double
  /// How many words it keeps in mind without losing some of them.
  var attention: Double
  /// How many tokens it can read at once.
  public var window: Int
  /// Traits that mean more or less to it than to others, as factors.
  var taste: [HarnessTrait: Double]
  /// Invented dollars for a million tokens read and written: a rehearsal costs nothing.
  public var price: (input: Double, output: Double)

  /// All models that there are.
  public static let all: [RehearsalModel] = [
    RehearsalModel(
      name: "hasty", summary: "quick and cheap; begins at once and stops at the first result",
      carelessness: -1.25, habits: [.look: 0.6, .edge: 0.1, .encoding: -0.2, .output: -0.2],
      checking: -1.6, noticing: 0, printing: -1.2, dawdling: 0, heed: 1, attention: 500,
      window: 128_000, taste: [.shortOutput: 0.3, .hurry: 0.5, .budgetTurns: 0.4],
      price: (0.25, 1.25)),
    RehearsalModel(
      name: "careful",
      summary: "looks and checks by itself; slow, and tries to do too much at once",
      carelessness: -1.35, habits: [.look: -0.5, .quote: -0.3, .scope: 0.4, .flag: 0.2],
      checking: 0.1, noticing: 0.3, printing: 0.2, dawdling: 3, heed: 0.8, attention: 700,
      window: 200_000, taste: [.ritual: 1.5, .lookFirst: 0.6, .hurry: 1.2],
      price: (1, 5)),
    RehearsalModel(
      name: "forgetful",
      summary: "able, but loses requirements on the way; notes help, long prompts hurt",
      carelessness: -1.35, habits: [.forget: 1.2, .scope: 0.3, .output: 0.3, .edge: -0.2],
      checking: -0.6, noticing: -0.2, printing: -0.2, dawdling: 2, heed: 1, attention: 220,
      window: 32_000, taste: [.notes: 1.8, .requirements: 1.2, .checkResult: 0.8],
      price: (0.4, 1.6)),
    RehearsalModel(
      name: "verbose",
      summary: "prints everything, explains everything, and loses the thread in it",
      carelessness: -1.3, habits: [.output: 1.1, .look: -0.3, .edge: 0.1],
      checking: -0.4, noticing: -0.1, printing: 1.8, dawdling: 6, heed: 0.9, attention: 600,
      window: 128_000, taste: [.shortOutput: 1.5, .ritual: 1.6, .requirements: 0.6],
      price: (0.6, 2.4)),
    RehearsalModel(
      name: "expert", summary: "seldom slips, checks often, and makes little of advice",
      carelessness: -2.1, habits: [.edge: 0.3, .quote: -0.3],
      checking: 0.5, noticing: 0.8, printing: -0.6, dawdling: 1, heed: 0.55, attention: 1_200,
      window: 200_000, taste: [.hurry: 1.5, .readManual: 0.5],
      price: (3, 15)),
  ]

  /// The model of a name, with or without `rehearsal/` in front.
  public static func named(_ name: String) -> RehearsalModel? {
    let bare = name.hasPrefix("rehearsal/") ? String(name.dropFirst(10)) : name
    return all.first { $0.name == bare }
  }

  /// Two models are the same when they have the same name.
  public static func == (left: RehearsalModel, right: RehearsalModel) -> Bool {
    left.name == right.name
  }

  /// Hashes the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
