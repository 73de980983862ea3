public import Base
public import Layout

/// What is true of a simulated model on a suite: the plain harness, each thing that it may have besides,
/// and one harness of the reader's.
public struct RehearsalTruthPage: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.rehearsal-truth/1"

  /// Tasks of a split.
  public struct Part: Sendable {
    let name: String
    let tasks: [String]

    /// Some tasks under the name of their split.
    public init(_ name: String, tasks: [String]) {
      self.name = name
      self.tasks = tasks
    }
  }

  struct Row: Sendable {
    let name: String
    let summary: String
    /// The mean chance of each part, in their order, then of all tasks.
    let chances: [Double?]
    /// The differences to the plain harness; empty for itself.
    let effects: [Double?]
    let traits: [String]?

    /// What it is worth, in a word.
    var word: String {
      let known = effects.compactMap(\.self)
      guard let whole = known.last else { return "" }
      if known.allSatisfy({ abs($0) < 0.005 }) { return "nothing" }
      if whole <= -0.005 { return "harms" }
      guard let dev = effects.first ?? nil, known.count > 2 else { return "helps" }
      let others = known[1..<(known.count - 1)]
      let worst = others.min() ?? 0
      if dev > 0.01, others.reduce(0, +) / Double(others.count) < dev / 4 { return "overfits" }
      return worst < -0.005 || whole < 0.01 ? "mixed" : "helps"
    }
  }

  private let model: RehearsalModel
  private let suite: String
  private let knowledge: RehearsalKnowledge
  private let parts: [Part]
  private let rows: [Row]

  /// The truth on some splits; `own` is a harness of the reader's under its name.
  public init(
    _ model: RehearsalModel, _ knowledge: RehearsalKnowledge, suite: String, parts: [Part],
    own: (name: String, setting: RehearsalSetting)? = nil
  ) {
    self.model = model
    self.suite = suite
    self.knowledge = knowledge
    self.parts = parts.filter { !$0.tasks.isEmpty }
    let truth = RehearsalTruth(knowledge, model)
    let groups = self.parts.map(\.tasks) + [self.parts.flatMap(\.tasks)]
    func chances(_ setting: RehearsalSetting) -> [Double?] {
      groups.map { truth.mean($0, setting) }
    }
    let plain = chances(.plain)
    func row(
      _ name: String, _ summary: String, _ setting: RehearsalSetting, tells: Bool = false
    ) -> Row {
      let found = chances(setting)
      return Row(
        name: name, summary: summary, chances: found,
        effects: zip(found, plain).map { pair in
          pair.0.flatMap { after in pair.1.map { after - $0 } }
        },
        traits: tells ? setting.traits.map(\.rawValue).sorted() : nil)
    }
    rows =
      [
        Row(
          name: "plain", summary: "a shell and a few words", chances: plain, effects: [],
          traits: nil)
      ]
      + (own.map { [row($0.name, "the harness given", $0.setting, tells: true)] } ?? [])
      + RehearsalVariation.all.map { row($0.name, $0.summary, $0.setting) }
  }

  /// One record for each row.
  public var items: [JSON] {
    rows.map { row in
      var record: [String: JSON] = [
        "name": .string(row.name), "summary": .string(row.summary), "word": .string(row.word),
        "chance": members(row.chances),
        "effect": row.effects.isEmpty ? .null : members(row.effects),
      ]
      if let traits = row.traits { record["traits"] = .array(traits.map(JSON.string)) }
      return .object(record)
    }
  }

  /// Of which model, and that it is simulated.
  public var fields: [String: JSON] {
    [
      "model": .string("rehearsal/\(model.name)"), "simulated": true, "suite": .string(suite),
      "knowledge": .string(knowledge.digest.hex), "character": .string(model.summary),
    ]
  }

  /// The same on other models.
  public var hints: [String] {
    RehearsalModel.all.filter { $0 != model }.prefix(1).map {
      "belay rehearse truth --model \($0.name)"
    }
  }

  /// A table: the chance of the plain harness, and by how many points each row differs from it.
  public func text(width: Int) -> String {
    var lines = Prose.wrap(
      "rehearsal/\(model.name) on \(suite): simulated, and true by construction. \(model.summary).",
      width: width)
    if let plain = rows.first {
      let shares = zip(names, plain.chances).map { "\($0) \(Figure.percent($1))" }
      lines += Prose.parts(["plain harness solves, in %:"] + shares, width: width, indent: 2)
    }
    for row in rows.dropFirst() where row.traits != nil {
      let shares = zip(names, row.chances).map { "\($0) \(Figure.percent($1))" }
      lines += Prose.parts(["\(row.name) solves, in %:"] + shares, width: width, indent: 2)
      let traits = row.traits ?? []
      lines += Prose.wrap(
        "its traits: \(traits.isEmpty ? "none" : traits.joined(separator: ", "))", width: width,
        indent: 2)
    }
    lines.append("")
    var table = TextTable(
      [TextTable.Column(title: "points more or less", shrinksTo: 12)]
        + names.map { TextTable.Column(title: $0, right: true) }
        + [
          TextTable.Column(title: "", leaves: 1),
          TextTable.Column(title: "what it is", shrinksTo: 16, leaves: 2),
        ])
    for row in rows.dropFirst() {
      table.add(
        [row.name] + row.effects.map { Figure.percent($0, signed: true) } + [row.word, row.summary])
    }
    return Prose.text(lines + table.lines(width: width))
  }

  private var names: [String] { parts.map(\.name) + ["all"] }

  private func members(_ values: [Double?]) -> JSON {
    .object(
      Dictionary(
        zip(names, values.map { JSON.number($0) }), uniquingKeysWith: { first, _ in first }))
  }
}
