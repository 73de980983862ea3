public import Base
public import Layout

/// What the nights on a suite have taught, the most settled first.
public struct LessonsPage: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.lessons/1"

  private let suite: String
  private let rehearsal: Bool
  private let all: [Lesson]
  private let shown: [Lesson]
  private let limit: Int
  private let content: Bool

  /// The lessons of a suite, of one stage only where it is given; `content` shows what proposers wrote.
  public init(
    _ lessons: [Lesson], suite: String, rehearsal: Bool, stage: Lesson.Stage? = nil,
    limit: Int = 50, content: Bool = false
  ) {
    all = lessons
    shown = lessons.filter { stage == nil || $0.stage == stage }
    self.suite = suite
    self.rehearsal = rehearsal
    self.limit = limit
    self.content = content
  }

  /// Whether lessons are not shown.
  public var isTruncated: Bool { shown.count > limit }
  /// Whole counts, by stage.
  public var counts: [String: Int] {
    var counts = ["lessons": all.count, "items": shown.count]
    for stage in Lesson.Stage.allCases { counts[stage.rawValue] = all.count { $0.stage == stage } }
    return counts
  }
  /// What they are of.
  public var fields: [String: JSON] {
    [
      "suite": .string(suite), "rehearsal": .bool(rehearsal), "content_withheld": .bool(!content),
    ]
  }
  /// Commands that lead on.
  public var hints: [String] {
    guard let last = shown.first?.sightings.last else { return [] }
    return ["belay gate explain \(last.edit) --run \(last.run)"]
      + (content ? [] : ["belay lessons --content"])
  }
  /// One record for each lesson.
  public var items: [JSON] {
    shown.prefix(limit).map { lesson in
      [
        "stage": .string(lesson.stage.rawValue), "kind": .string(lesson.kind),
        "text": .string(content ? lesson.text : cut(lesson.text)),
        "carried": .bool(lesson.isCarried),
        "gain": .number(lesson.gain), "error": .number(lesson.error),
        "standing": .string(lesson.standing),
        "sightings": .array(
          lesson.sightings.map { sighting in
            [
              "run": .string("\(sighting.run)"), "edit": .string("\(sighting.edit)"),
              "word": .string(sighting.word), "side": .string(sighting.side.rawValue),
              "gain": .number(sighting.gain), "error": .number(sighting.error),
              "bundle": .optional(sighting.bundle),
            ]
          }),
      ]
    }
  }

  /// The list.
  public func text(width: Int) -> String {
    guard !all.isEmpty else {
      return "no night on \(suite.printable()) has taught anything yet: belay run EXPERIMENT\n"
    }
    var lines = [
      "lessons of \(suite.printable())\(rehearsal ? ", simulated models (rehearsal)" : "")"
    ]
    for lesson in shown.prefix(limit) {
      let nights = lesson.sightings.map { "\($0.run) \($0.edit) \($0.brief)" }
      let worth = lesson.worth.map { "  \($0)" } ?? ""
      let word = lesson.standing.isEmpty ? lesson.stage.rawValue : lesson.standing
      lines += Prose.wrap("\(word) (\(lesson.kind.printable()))\(worth)", width: width, indent: 2)
      let text = content ? lesson.text : cut(lesson.text)
      let below =
        Prose.wrap("\"\(text.printable())\"", width: width - 2)
        + Prose.wrap(nights.joined(separator: ", "), width: width - 2)
      lines += below.map { "  \($0)" }
    }
    if isTruncated {
      lines.append("Showing \(limit) of \(shown.count) lessons. To see more: --limit N, --all")
    }
    lines += Prose.wrap(
      "Points are what pooled models believe of each by itself on dev tasks, ± one standard error: expectations, "
        + "no results. Verified and refuted are those whose interval at 95 % leaves 0 out, or that won a race of "
        + "their own. Later nights on this suite are told these, and what stands in a bundle, as such.",
      width: width)
    return lines.joined(separator: "\n") + "\n"
  }

  private func cut(_ text: String) -> String { DisplayWidth.cut(text.printable(), to: 120) }
}
