internal import Base
internal import Climb
internal import Facts
internal import Layout
internal import Stats

extension MorningPage {
  /// A part of the page: a word and what there is to say under it.
  struct Section: Sendable {
    let title: String
    let lines: [String]
    var isCommands = false
  }

  /// The page for a terminal.
  public func text(width: Int) -> String {
    var lines = Prose.parts(title, width: width, indent: 2)
    for section in sections where !section.lines.isEmpty {
      lines +=
        section.isCommands
        ? Labelled.parts(section.title, section.lines, width: width)
        : Labelled.list(section.title, section.lines, width: width)
    }
    return Labelled.page(lines, width: width)
  }

  /// The page as Markdown.
  public var markdown: String {
    var out = "# \(Self.escaped(title.filter { !$0.isEmpty }.joined(separator: ", ")))\n"
    for section in sections where !section.lines.isEmpty {
      out += "\n## \(section.title.uppercasedFirst)\n\n"
      for line in section.lines {
        out += section.isCommands ? "- `\(line.printable())`\n" : "- \(Self.escaped(line))\n"
      }
    }
    return out
  }

  // What a proposer wrote must be no markup: neither links nor HTML.
  private static func escaped(_ text: String) -> String {
    var out = ""
    for character in text.printable() {
      if "\\`*_{}[]<>()#|!&~".contains(character) { out.append("\\") }
      out.append(character)
    }
    return out
  }

  private var title: [String] {
    let end = view.world.report != nil ? " -> \(Figure.minute(view.fold.lastAt))" : ""
    return [
      "Report", "\(view.run.id) \(Labelled.quoted(view.name, to: 40))",
      "\(Figure.minute(view.fold.openedAt))\(end)",
      view.state == .finished ? "finished" : view.state.rawValue.uppercased(),
      "suite \(view.run.suiteName)@\(view.run.fact.suite.short)",
      view.rehearsal?.uppercasedFirst ?? "",
    ]
  }

  var sections: [Section] {
    [
      Section(title: "verdict", lines: [verdict.sentence]),
      Section(
        title: "advice", lines: verdict.advice.isEmpty ? [] : ["\(verdict.advice.uppercasedFirst)."]
      ),
      Section(
        title: verdict.word == .nothing ? "because" : "holds for",
        lines: verdict.condition.isEmpty ? [] : [verdict.condition]),
      Section(title: "caution", lines: view.cautions),
      Section(title: "gate", lines: gateLines),
      Section(title: "bound", lines: view.world.races.isEmpty ? [] : [view.bound]),
      Section(title: "ended", lines: view.world.report.map { [RaceWords.stop($0.stop)] } ?? []),
      Section(title: "money", lines: [money]),
      Section(title: "funnel", lines: [funnelLine]),
      Section(title: "gates", lines: gates.isEmpty ? [] : [gateCounts]),
      Section(title: "learned", lines: learnedLines),
      Section(title: "refuted", lines: refutedLines),
      Section(title: "foretold", lines: foretold),
      Section(title: "watch", lines: watch),
      Section(title: "incidents", lines: incidents),
      Section(title: "next", lines: next, isCommands: true),
    ]
  }

  /// The bracket on the gate tasks, beside a verdict of the vault.
  private var gateLines: [String] {
    guard let report = view.world.report, let score = report.score else { return [] }
    var line =
      "\(view.label(report.candidate)) \(Figure.percent(score))"
      + (report.interval.map { " \(plain($0))" } ?? "")
    if let baseline = report.baseline, report.candidate != CandidateID(1) {
      line +=
        " against \(Figure.percent(baseline.score)) \(plain(baseline.interval)) of the baseline"
    }
    line +=
      " with \(Figure.plural(report.trials, "fresh trial")), 90% intervals on these tasks alone"
    if let bracket = report.bracket, report.vault != nil {
      line +=
        "; a gain between \(Figure.points(bracket.low)) (deflated) and "
        + "\(Figure.points(bracket.high)), these tasks having chosen the candidate"
    }
    return [line]
  }

  private func plain(_ interval: Interval) -> String {
    "[\(Figure.percent(interval.low)), \(Figure.percent(interval.high))]"
  }

  private var money: String {
    let names = ["trial": "task agents", "propose": "proposers", "judge": "judges"]
    let roles =
      ["trial", "propose", "judge"].filter { view.fold.money[$0] != nil }
      + view.fold.money.keys.filter { names[$0] == nil }.sorted()
    let parts = roles.map { "\(names[$0] ?? $0) \((view.fold.money[$0] ?? Money()).words)" }
    let cap = view.world.rules.stops.costUSD.map { " of \(Figure.dollars($0))" } ?? ""
    let kinds = view.fold.trials.sorted { $0.key < $1.key }
      .map { "\($0.key) \(Figure.grouped($0.value.scored))" }
    let all = view.fold.trials.values.reduce(0) { $0 + $1.scored }
    return "\(view.spent.words)\(cap)"
      + (parts.isEmpty ? "" : " (\(parts.joined(separator: "; ")))")
      + ". \(Figure.grouped(all)) judged trials"
      + (kinds.isEmpty ? "." : ": \(kinds.joined(separator: ", ")).")
  }

  private var funnelLine: String {
    "edits: " + funnel.map { "\($0.count) \($0.word)" }.joined(separator: " -> ")
      + "; \(Figure.plural(view.world.races.count, "race"))"
  }

  private var gateCounts: String {
    let shown = gates.prefix(10).map { "\($0.gate) \($0.count)" }.joined(separator: "   ")
    return gates.count > 10 ? "\(shown)   and \(gates.count - 10) more kinds" : shown
  }

  private static let priorBased = "on dev tasks by the pooled model (prior-based, an expectation)"

  private func line(of edit: EditView, _ sign: String) -> String {
    var text =
      "\(sign) \(edit.id) \(Labelled.quoted(edit.summary)) by \(edit.entry.proposal.author)"
    if let effect = edit.effect {
      text +=
        ": about \(Figure.points(effect.mean)) ± \(Figure.percent(effect.error)) \(Self.priorBased)"
    }
    return text
  }

  private var learnedLines: [String] {
    var lines = learned.prefix(8).map { line(of: $0, "+") }
    if learned.count > 8 { lines.append("and \(learned.count - 8) more: belay hypotheses") }
    return lines
  }

  private var refutedLines: [String] {
    let order = refuted.sorted { ($1.trials, $0.id) < ($0.trials, $1.id) }
    var lines = order.prefix(6).map { edit in
      let why = edit.obstacle?.sentence ?? ""
      return "- \(edit.id) \(Labelled.quoted(edit.summary)): \(edit.word)"
        + (why.isEmpty ? "" : ": \(DisplayWidth.cut(why.printable(), to: 120))")
    }
    if refuted.count > 6 {
      lines.append(
        "and \(refuted.count - 6) more: belay hypotheses \(view.run.id) --status refuted")
    }
    return lines
  }

  private var foretold: [String] {
    calibration.filter { $0.checked > 0 || $0.gainForetold != nil }.prefix(5).map { row in
      var parts = ["\(row.author): \(row.checked) of \(row.foretold) foretold tasks checked"]
      if row.checked > 0 {
        parts.append(
          "\(row.seen) seen, \(row.missed) not so, Brier \(Figure.fixed(row.brier, 2)) (a coin 0.25)"
        )
      }
      if let foretold = row.gainForetold, let seen = row.gainSeen {
        parts.append("gains foretold \(Figure.points(foretold)), believed \(Figure.points(seen))")
      }
      return parts.joined(separator: "; ")
    }
  }

  private var watch: [String] {
    guard let vault = view.world.report?.vault else { return [] }
    let worse = vault.tasks.count { $0.difference < 0 }
    guard worse > 0 else { return [] }
    return ["worse on \(worse) of \(vault.tasks.count) sealed tasks; which ones stays sealed"]
  }

  private var incidents: [String] {
    var lines = view.incidents.suffix(5).map { event in
      let detail = event.fact.detail
      let said = detail["sentence"].string ?? detail["reason"].string ?? detail.text()
      return "\(Figure.clock(event.fact.at)) \(event.fact.kind): "
        + DisplayWidth.cut(said.printable(), to: 120)
    }
    if view.incidents.count > 5 {
      lines.insert("\(view.incidents.count) in all: belay log \(view.run.id)", at: 0)
    }
    if view.fold.resumptions > 0 {
      lines.append(
        "went on \(Figure.plural(view.fold.resumptions, "time")) after a stop or a pause")
    }
    return lines
  }
}
