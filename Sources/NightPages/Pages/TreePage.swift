public import Base
internal import Climb
internal import Facts
public import Layout
internal import NightLog
public import NightReading

/// The lineage of a night: what was raced on top of what, with the edits that each candidate added.
public struct TreePage: ReportPage {
  /// The name and version of its records.
  public static let schema = "belay.tree/1"

  /// One candidate of the tree.
  struct Node: Sendable {
    let candidate: CandidateID
    let parent: CandidateID?
    let depth: Int
    let race: RaceRecord?
    let added: [EditID]
    let removed: [EditID]
    var isLast = false
    var lines: [Bool] = []
  }

  /// The night.
  public let view: NightView
  private let window: Window
  private let nodes: [Node]
  private let left: [EditView]
  private let known: [EditID: EditView]
  private let isBrief: Bool

  /// The tree of a night; only the way to `path` (in the lab's ids), and only so many steps from the baseline,
  /// where these are given; `isBrief` leaves out what the edits of each candidate are.
  public init(
    _ view: NightView, path: CandidateID? = nil, depth: Int? = nil,
    window: Window = Window(limit: 50), isBrief: Bool = false
  ) throws(BelayError) {
    self.view = view
    self.window = window
    self.isBrief = isBrief
    var nodes = Self.nodes(of: view)
    if let path {
      guard let target = view.candidate(labelled: path),
        nodes.contains(where: { $0.candidate == target })
      else {
        throw BelayError(
          .notFound, "\(path) was not raced in this night", place: "\(view.run.id)",
          hint: "belay tree \(view.run.id)")
      }
      var way: Set<CandidateID> = []
      var next: CandidateID? = target
      while let at = next, way.insert(at).inserted {
        next = nodes.first { $0.candidate == at }?.parent
      }
      nodes = nodes.filter { way.contains($0.candidate) }
    }
    if let depth { nodes = nodes.filter { $0.depth <= depth } }
    self.nodes = Self.drawn(nodes)
    let raced = Set(view.world.races.flatMap(\.opening.edits))
    let edits = view.edits
    left = path == nil ? edits.filter { !raced.contains($0.id) } : []
    known = Dictionary(uniqueKeysWithValues: edits.map { ($0.id, $0) })
  }

  private static func nodes(of view: NightView) -> [Node] {
    let world = view.world
    let baseline = CandidateID(1)
    // A candidate that was raced more than once stands where it was raced last.
    var races: [CandidateID: RaceRecord] = [:]
    for race in world.races { races[race.opening.candidate] = race }
    var children: [CandidateID: [RaceRecord]] = [:]
    for race in races.values {
      let base = view.fold.times[race.opening.number]?.base ?? baseline
      children[base == race.opening.candidate ? baseline : base, default: []].append(race)
    }
    var nodes = [
      Node(
        candidate: baseline, parent: nil, depth: 0, race: races[baseline],
        added: [], removed: [])
    ]
    var seen: Set<CandidateID> = [baseline]
    func grow(_ parent: CandidateID, _ depth: Int) {
      for race in (children[parent] ?? []).sorted(by: { $0.opening.number < $1.opening.number }) {
        let opening = race.opening
        guard seen.insert(opening.candidate).inserted else { continue }
        let base = Set(world.edits(of: parent))
        nodes.append(
          Node(
            candidate: opening.candidate, parent: parent,
            depth: depth, race: race, added: opening.edits.filter { !base.contains($0) },
            removed: base.subtracting(opening.edits).sorted()))
        grow(opening.candidate, depth + 1)
      }
    }
    grow(baseline, 1)
    return nodes
  }

  // Where lines run down at the left of each node.
  private static func drawn(_ nodes: [Node]) -> [Node] {
    var drawn = nodes
    var open: [Int: Bool] = [:]
    for place in drawn.indices.reversed() {
      let depth = drawn[place].depth
      drawn[place].isLast = !(open[depth] ?? false)
      drawn[place].lines = (1..<max(depth, 1)).map { open[$0] ?? false }
      open[depth] = true
      for deeper in open.keys where deeper > depth { open[deeper] = false }
    }
    return drawn
  }

  /// Whether candidates are not shown.
  public var isTruncated: Bool { window.isCut(nodes.count) || window.isCut(left.count) }
  /// Where the next page begins.
  public var next: String? { window.next(max(nodes.count, left.count)) }
  /// Whole counts.
  public var counts: [String: Int] {
    ["candidates": nodes.count, "races": view.world.races.count, "edits_never_raced": left.count]
  }
  /// What the edits are that no race saw, and the night's state.
  public var fields: [String: JSON] {
    [
      "run": .string("\(view.run.id)"), "state": .string(view.state.rawValue),
      "rehearsal": .bool(view.rehearsal != nil),
      "never_raced": .array(window.items(of: left).map { $0.json(content: false) }),
    ]
  }
  /// Commands that lead on.
  public var hints: [String] {
    let champion = view.id(of: view.champion)
    let baseline = view.id(of: CandidateID(1))
    guard let champion, let baseline, champion != baseline else {
      return ["belay hypotheses \(view.run.id)", "belay gate list \(view.run.id)"]
    }
    let run = "--run \(view.run.id)"
    return ["belay diff \(baseline) \(champion) \(run)", "belay gate explain \(champion) \(run)"]
      + (view.aftermath.name == nil ? [] : ["belay checkout \(champion) DIR"])
  }
  /// One record for each candidate, in the order of the tree.
  public var items: [JSON] { window.items(of: nodes).map(json(of:)) }

  private func json(of node: Node) -> JSON {
    [
      "candidate": .string(view.label(node.candidate)),
      "parent": .optional(node.parent.map { view.label($0) }),
      "generation": .optional(view.fold.track.line.firstIndex(of: node.candidate)),
      "state": .string(word(node)),
      "sign": .string(sign(node) == " " ? "" : sign(node)),
      "tone": .optional(Self.tone(sign(node))?.word),
      "champion": .bool(node.candidate == view.champion),
      "question": .optional(node.race?.opening.question.rawValue),
      "race": .optional(node.race?.opening.number),
      "pairs": .optional(node.race?.figures?.pairs),
      "log_e": .number(node.race?.figures?.logE), "log_bar": .number(node.race?.figures?.bar),
      "added": .array(node.added.map { .string("\($0)") }),
      "removed": .array(node.removed.map { .string("\($0)") }),
      "since": node.candidate == view.champion ? view.aftermath.json : .null,
      "edits": isBrief
        ? .null : .array(node.added.compactMap { known[$0]?.json(content: false) }),
    ]
  }

  private func word(_ node: Node) -> String {
    guard let race = node.race else { return "baseline" }
    return switch race.state {
    case .open: "racing"
    case .inspected: "checked"
    case .waiting: "waiting"
    case .adopted: "adopted"
    case .refused(let refusal): refusal.rawValue
    case .rolledBack: "rolled back"
    }
  }

  private func sign(_ node: Node) -> String {
    if node.candidate == view.champion { return "*" }
    guard let race = node.race else { return " " }
    return switch race.state {
    case .open, .inspected, .waiting: "?"
    case .adopted: "+"
    case .rolledBack: "x"
    case .refused(let refusal):
      [.inspection, .memorised, .rejected].contains(refusal) ? "o" : "~"
    }
  }

  /// The tree, drawn with plain characters.
  public func text(width: Int) -> String { text(width: width, ink: .plain) }

  /// The tree; with boxes and ticks where there are any.
  public func text(width: Int, ink: Ink) -> String {
    var lines = view.heading(width: width).map { ink.painted($0, .strong) }
    for node in window.items(of: nodes) {
      lines += drawing(of: node, width: width, ink: ink)
    }
    if let cut = window.sentence(nodes.count, "candidates", fewer: "--path, --depth") {
      lines += Prose.wrap(cut, width: width)
    }
    if nodes.count == 1 { lines.append("nothing was raced yet") }
    lines += others(width: width)
    let signs = [
      ("*", "champion"), ("+", "adopted"), ("~", "not better"),
      ("o", "refused by a check or a person"), ("x", "taken back"), ("?", "open"),
    ]
    lines += Prose.parts(
      signs.map { "\(Self.tick($0.0, ink)) \($0.1)" }, width: width
    ).map { ink.painted($0, .dim) }
    return Labelled.page(lines, width: width)
  }

  private static func tick(_ sign: String, _ ink: Ink) -> String {
    guard ink.isUnicode else { return sign }
    return ["*": "★", "+": "✓", "~": "≈", "o": "⊘", "x": "✗", "?": "…"][sign] ?? sign
  }

  private static func tone(_ sign: String) -> Tone? {
    switch sign {
    case "*", "+": .good
    case "~": .dim
    case "o", "x": .bad
    case "?": .warning
    default: nil
    }
  }

  private func drawing(of node: Node, width: Int, ink: Ink) -> [String] {
    let (bar, fork, corner) = ink.isUnicode ? ("│  ", "├─ ", "└─ ") : ("|  ", "|- ", "`- ")
    let trunk = node.lines.map { $0 ? bar : "   " }.joined()
    let branch = node.depth == 0 ? "" : trunk + (node.isLast ? corner : fork)
    let below = node.depth == 0 ? "" : trunk + (node.isLast ? "   " : bar)
    let hasChildren = nodes.contains { $0.parent == node.candidate }
    let inner = below + (hasChildren ? bar : "   ")
    let sign = sign(node)
    var head = "\(view.label(node.candidate)) \(Self.tick(sign, ink)) \(word(node))"
    if let place = view.place(of: node.candidate) { head += "  \(place)" }
    if node.race?.opening.question == .simpler { head += " (simpler)" }
    if let figures = node.race?.figures { head += "  \(RaceWords.evidence(figures))" }
    if node.candidate == view.champion {
      let said = view.aftermath.lastCheck.map { "verified: \($0.word.replacing("_", with: " "))" }
      let name = view.aftermath.name.map { "promoted as \($0)" }
      let end = view.aftermath.isTakenBack ? "promoted and taken back" : nil
      head += "  <- champion" + [said, name, end].compactMap { $0.map { ", \($0)" } }.joined()
    }
    let room = max(1, width - DisplayWidth.of(branch))
    head = DisplayWidth.cut(head.printable(), to: room)
    var lines = [
      ink.painted(branch, .dim) + (Self.tone(sign).map { ink.painted(head, $0) } ?? head)
    ]
    func add(_ text: String) {
      let text = DisplayWidth.cut(
        text.printable(), to: max(1, width - DisplayWidth.of(inner)))
      lines.append(ink.painted(inner, .dim) + text)
    }
    for id in node.added {
      guard let edit = known[id] else { continue }
      add("\(id) \(edit.word)  \(Labelled.quoted(edit.summary, to: 60))")
    }
    if !node.removed.isEmpty {
      let names = node.removed.map { "\($0)" }.joined(separator: " ")
      add("without \(names)")
    }
    return lines
  }

  // Proposals that no race saw, by what became of them.
  private func others(width: Int) -> [String] {
    guard !left.isEmpty else { return [] }
    var lines = ["", "never raced: \(Figure.plural(left.count, "edit"))"]
    let groups = Dictionary(grouping: left) { edit in
      edit.obstacle.map { $0.gate == edit.word ? edit.word : "\(edit.word) (\($0.gate))" }
        ?? edit.word
    }
    for (word, edits) in groups.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) })
      .prefix(12)
    {
      let named = edits.prefix(3).map { "\($0.id) \(Labelled.quoted($0.summary, to: 40))" }
      let more = edits.count > 3 ? ", and \(edits.count - 3) more" : ""
      lines += Prose.wrap(
        "  \(edits.count) \(word): \(named.joined(separator: ", "))\(more)", width: width, indent: 4
      )
    }
    let twice = view.fold.duplicates
    if twice > 0 { lines.append("  \(twice) more were refused as known already") }
    return lines
  }
}
