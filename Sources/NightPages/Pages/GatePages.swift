public import Base
public import Climb
internal import Facts
public import Layout
public import NightReading
internal import Stats

/// What gates said in a night, verdict by verdict.
public struct GateList: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.gates/1"

  struct Row: Sendable {
    let subject: String
    let about: String
    let verdict: GateVerdict
  }

  /// The night.
  public let view: NightView
  private let rows: [Row]
  private let window: Window
  private let byGate: [String: Int]

  /// The verdicts of a night: those that are no pass, or those of one word; of one gate where it is given.
  public init(
    _ view: NightView, gate: String? = nil, word: GateVerdict.Word? = nil,
    window: Window = Window(limit: 50)
  ) {
    self.view = view
    self.window = window
    let all = view.verdicts
    rows = all.filter { row in
      (gate == nil || row.verdict.gate == gate)
        && (word.map { $0 == row.verdict.word } ?? (row.verdict.word != .pass))
    }
    byGate = Dictionary(grouping: rows, by: \.verdict.gate).mapValues(\.count)
  }

  /// Whether verdicts are not shown.
  public var isTruncated: Bool { window.isCut(rows.count) }
  /// Where the next page begins.
  public var next: String? { window.next(rows.count) }
  /// Whole counts, by gate.
  public var counts: [String: Int] {
    byGate.merging(["items": rows.count]) { first, _ in first }
  }
  /// One record for each verdict.
  public var items: [JSON] {
    window.items(of: rows).map { row in
      var record = row.verdict.json(content: false)
      record["subject"] = .string(row.subject)
      return record
    }
  }
  /// The night's state.
  public var fields: [String: JSON] {
    [
      "run": .string("\(view.run.id)"), "state": .string(view.state.rawValue),
      "rehearsal": .bool(view.rehearsal != nil),
    ]
  }
  /// Commands that lead on.
  public var hints: [String] {
    rows.first.map { ["belay gate explain \($0.subject) --run \(view.run.id)"] }
      ?? ["belay gate list \(view.run.id) --word pass"]
  }

  /// The table.
  public func text(width: Int) -> String {
    var lines = view.heading(width: width)
    guard !rows.isEmpty else {
      return Labelled.page(lines + ["no gate has said anything of this kind"], width: width)
    }
    lines += Prose.parts(
      byGate.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" },
      width: width, indent: 2)
    var table = TextTable([
      TextTable.Column(title: "what"), TextTable.Column(title: "gate"),
      TextTable.Column(title: "says"), TextTable.Column(title: "because", shrinksTo: 20),
      TextTable.Column(title: "edit", shrinksTo: 10, leaves: 1),
    ])
    for row in window.items(of: rows) {
      table.add([
        row.subject, row.verdict.gate, row.verdict.word.rawValue,
        DisplayWidth.cut(row.verdict.said.printable(), to: 100), row.about,
      ])
    }
    lines += table.lines(width: width)
    if let cut = window.sentence(rows.count, "verdicts", fewer: "--gate, --word") {
      lines += Prose.wrap(cut, width: width)
    }
    return Labelled.page(lines, width: width)
  }
}

/// Why one edit or one candidate went as it did: each verdict with its figures.
public struct GateExplanation: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.gate-explain/1"

  private let view: NightView
  private let subject: String
  private let story: [(label: String, text: String)]
  private let verdicts: [GateVerdict]
  private let content: Bool
  private let leads: [String]

  /// What happened to an edit (`e7`) or a candidate in the lab's ids (`c12`).
  public init(_ view: NightView, _ text: String, content: Bool) throws(BelayError) {
    self.view = view
    self.content = content
    subject = text
    if let id = EditID(text), let edit = view.edit(id) {
      story = Self.story(of: edit, view)
      verdicts = edit.entry.verdicts
      let carriers = view.world.races.filter { $0.opening.edits.contains(id) }
        .compactMap { view.id(of: $0.opening.candidate) }
      leads = carriers.suffix(2).map { "belay gate explain \($0) --run \(view.run.id)" }
    } else if let id = CandidateID(text), let candidate = view.candidate(labelled: id) {
      story = Self.story(of: candidate, view)
      verdicts =
        view.world.races.filter { $0.opening.candidate == candidate }.map { view.verdict(of: $0) }
        + view.checks(of: candidate)
      leads = view.world.edits(of: candidate).prefix(2)
        .map { "belay gate explain \($0) --run \(view.run.id)" }
    } else {
      throw BelayError(
        .notFound, "the night has no edit and no candidate \(text.printable())",
        place: "\(view.run.id)", hint: "belay gate list \(view.run.id)")
    }
  }

  private static func story(of edit: EditView, _ view: NightView) -> [(String, String)] {
    let entry = edit.entry
    var story = [
      ("edit", Labelled.quoted(edit.summary)), ("author", entry.proposal.author),
      ("changes", edit.components), ("stands", edit.fate),
      ("trials", "\(edit.trials) on dev tasks carried it"),
    ]
    if entry.prior > 1 {
      story.append(
        (
          "asked",
          "\(Figure.fixed(entry.prior, 0)) times the evidence of a candidate that carries it"
        ))
    }
    if let worth = edit.worth {
      story.append(
        (
          "worth",
          "about \(worth) (one standard error) by itself on dev tasks, prior-based: an expectation, no result"
        ))
    }
    let races = view.world.races.filter { $0.opening.edits.contains(entry.id) }
    if !races.isEmpty {
      story.append(
        ("raced in", races.map { view.label($0.opening.candidate) }.joined(separator: ", ")))
    }
    return story
  }

  private static func story(of candidate: CandidateID, _ view: NightView) -> [(String, String)] {
    let edits = view.world.edits(of: candidate).map { id in
      "\(id) \(Labelled.quoted(view.edit(id)?.summary ?? "", to: 50))"
    }
    var story = [
      ("carries", edits.isEmpty ? "no edit: the baseline" : edits.joined(separator: ", "))
    ]
    for decision in view.fold.decisions where decision.candidate == candidate {
      story.append(("then", view.line(of: decision)))
    }
    return story
  }

  /// Whole counts.
  public var counts: [String: Int] { ["items": verdicts.count] }
  /// One record for each verdict.
  public var items: [JSON] { verdicts.map { $0.json(content: content) } }
  /// What is known of the edit or candidate beside its verdicts.
  public var fields: [String: JSON] {
    [
      "run": .string("\(view.run.id)"), "subject": .string(subject),
      "content_withheld": .bool(!content), "rehearsal": .bool(view.rehearsal != nil),
      "story": .array(story.map { [.string($0.label), .string($0.text)] }),
    ]
  }
  /// Commands that lead on.
  public var hints: [String] {
    let quoted = verdicts.contains { !$0.quotes.isEmpty }
    return
      (quoted && !content
      ? ["belay gate explain \(subject) --run \(view.run.id) --content"] : []) + leads
  }

  /// The story, then each verdict with its figures and, with `content`, the places that it found.
  public func text(width: Int) -> String {
    var lines = view.heading(width: width)
    lines += Labelled.line("what", subject, width: width)
    for (label, text) in story { lines += Labelled.line(label, text, width: width) }
    if verdicts.isEmpty { lines.append("no gate has said anything of it yet") }
    // What was found comes first; gates that found nothing share a line.
    let quiet = verdicts.filter {
      $0.word == .pass && $0.gate != "race" && $0.quotes.isEmpty && GateWords.figures($0) == nil
    }
    let telling = verdicts.filter { !quiet.contains($0) }
    for verdict in telling {
      lines += Prose.wrap(
        "\(verdict.word.rawValue.uppercased()) \(verdict.gate): \(verdict.said)", width: width,
        indent: 2)
      if let words = GateWords.figures(verdict) {
        lines += Prose.wrap("  \(words)", width: width, indent: 4)
      } else if !verdict.figures.isEmpty {
        lines += Prose.parts(
          ["  figures"]
            + verdict.figures.sorted { $0.key < $1.key }.map {
              "\($0.key) \(Figure.fixed($0.value, abs($0.value) < 10 ? 3 : 1))"
            }, width: width, indent: 4)
      }
      if content {
        for quote in verdict.quotes.prefix(20) {
          lines += Prose.quote(
            DisplayWidth.cut(quote.printable(keepingLines: true), to: 400), width: width,
            prefix: "  | ")
        }
      } else if !verdict.quotes.isEmpty {
        lines.append(
          "  found at \(Figure.plural(verdict.quotes.count, "place")); --content quotes the proposer's text"
        )
      }
    }
    if !quiet.isEmpty {
      lines += Prose.wrap(
        "PASS \(quiet.map(\.gate).joined(separator: ", "))", width: width, indent: 5)
    }
    return Labelled.page(lines, width: width)
  }
}

extension NightView {
  /// All verdicts of the night, those on edits first, each with what it is about.
  var verdicts: [GateList.Row] {
    let ofEdits = world.pool.entries.flatMap { entry in
      entry.verdicts.map {
        GateList.Row(
          subject: "\(entry.id)",
          about: DisplayWidth.cut(entry.proposal.summary.printable(), to: 40),
          verdict: $0)
      }
    }
    let ofRaces = world.races.map { race in
      GateList.Row(
        subject: label(race.opening.candidate), about: "", verdict: verdict(of: race))
    }
    let ofChecks = Set(world.races.map(\.opening.candidate)).sorted().flatMap { candidate in
      checks(of: candidate).map {
        GateList.Row(subject: label(candidate), about: "", verdict: $0)
      }
    }
    return ofEdits + ofRaces + ofChecks
  }

  /// What the checks of a candidate's trials said, at once and later.
  func checks(of candidate: CandidateID) -> [GateVerdict] {
    let told = fold.inspections[candidate] ?? []
    let later = world.races.filter { $0.opening.candidate == candidate }.flatMap(\.verdicts)
    return told + later.filter { !told.contains($0) }
  }

  /// A race as a verdict.
  func verdict(of race: RaceRecord) -> GateVerdict {
    // One count: the pairs that the e-value rests on; later ones decided nothing.
    let live = fold.pairs.standing(race.opening, first: race.figures?.pairs ?? .max)
    var figures: [String: Double] = [
      "pairs": Double(live.pairs), "won": Double(live.won), "lost": Double(live.lost),
      "equal": Double(live.pairs - live.won - live.lost), "log_e": race.figures?.logE ?? live.logE,
      "log_bar": race.figures?.bar ?? RaceWords.logarithm(race.opening.rules.threshold),
    ]
    if !figures.values.allSatisfy(\.isFinite) { figures = figures.filter(\.value.isFinite) }
    let control = label(race.opening.control)
    let question =
      race.opening.question == .simpler
      ? "simpler and no worse than \(control)" : "better than \(control)"
    let said = race.figures.map { ": \(RaceWords.evidence($0))" } ?? ""
    let (word, sentence): (GateVerdict.Word, String) =
      switch race.state {
      case .adopted: (.pass, "\(question)\(said)")
      case .rolledBack:
        (.fail, "adopted as \(question) and taken back: the gain did not repeat itself")
      case .refused(let refusal):
        (.fail, "not shown to be \(question)\(said); \(RaceWords.reason(refusal))")
      case .open, .inspected, .waiting: (.undecided, "is it \(question)? The race is open\(said)")
      }
    return GateVerdict(gate: "race", word: word, figures: figures, sentence: sentence)
  }
}
