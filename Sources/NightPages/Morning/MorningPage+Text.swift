internal import Base
internal import Climb
internal import Facts
public import Layout
internal import NightLog
internal import NightReading
internal import Stats

extension MorningPage {
  /// The page for a terminal.
  public func text(width: Int) -> String { document.text(width: width) }

  /// The page as a value, from which every form of it is written.
  public var document: Document {
    let end = view.world.report != nil ? " to \(Figure.minute(view.fold.lastAt))" : ""
    return Document(
      title: "Report on \(view.run.id) \(Labelled.quoted(view.name, to: 40))",
      parts: [
        "\(Figure.minute(view.fold.openedAt))\(end)",
        view.state == .finished ? "finished" : view.state.rawValue.uppercased(),
        "suite \(view.run.suiteName)@\(view.run.fact.suite.short)",
      ], notice: view.rehearsal?.uppercasedFirst, sections: sections)
  }

  private var sections: [Document.Section] {
    let said = view.advice ?? verdict.advice
    let advice = said.isEmpty ? "" : "\(said.uppercasedFirst)."
    return [
      Document.Section(
        "verdict", tone: tone,
        [.paragraph(verdict.sentence)] + (vault.map { [.interval($0)] } ?? [])),
      Document.Section("advice", advice), Document.Section("since", [.list(view.aftermath.lines)]),
      Document.Section(verdict.word == .nothing ? "because" : "holds for", verdict.condition),
      Document.Section("caution", tone: .caution, [.list(view.cautions)]),
      Document.Section("gate", [.list(gateLines)]),
      Document.Section("bound", view.world.races.isEmpty ? "" : view.bound),
      Document.Section("ended", view.endWords ?? ""),
      Document.Section("money", money),
      Document.Section("funnel", [.steps(funnelSteps, after: Figure.plural(races, "race"))]),
      Document.Section("gates", [.tally(gateCounts, more: max(0, gates.count - 10))]),
      Document.Section("learned", learnedBlocks),
      Document.Section("carried", carriedBlocks),
      Document.Section("refuted", [.list(lines(of: refuted, "refuted"))]),
      Document.Section("dropped", [.list(lines(of: dropped, "dropped"))]),
      Document.Section("foretold", [.list(foretold)]),
      Document.Section("watch", [.list(watch)]),
      Document.Section("incidents", [.list(incidents)]),
      Document.Section("next", [.commands(next)]),
    ]
  }

  private var races: Int { view.world.races.count }

  private var tone: Document.Tone {
    switch verdict.word {
    case .better: .good
    case .worse: .bad
    case .cannotTell, .unverified, .nothing, .none: .open
    }
  }

  /// The vault's difference, where it was opened.
  private var vault: Document.Interval? {
    guard let vault = view.world.report?.vault, let interval = view.interval(of: vault) else {
      return nil
    }
    return Document.Interval(
      label: "Champion less baseline on sealed tasks", mean: vault.mean, low: interval.low,
      high: interval.high)
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
    Figure.range(interval.low, interval.high)
  }

  private var money: String {
    let roles =
      Money.roles.filter { view.fold.money[$0] != nil }
      + view.fold.money.keys.filter { !Money.roles.contains($0) }.sorted()
    let parts = roles.compactMap { role in
      view.fold.money[role].map { "\(Money.players(role)) \($0.words)" }
    }
    let cap = view.world.rules.stops.costUSD.map { " of \(Figure.dollars($0))" } ?? ""
    let kinds = view.fold.trials.sorted { $0.key < $1.key }
      .map { "\($0.key) \(Figure.grouped($0.value.scored))" }
    let all = view.fold.trials.values.reduce(0) { $0 + $1.scored }
    return "\(view.spent.words)\(cap)"
      + (parts.isEmpty ? "" : " (\(parts.joined(separator: "; ")))")
      + ". \(Figure.grouped(all)) judged trials"
      + (kinds.isEmpty ? "." : ": \(kinds.joined(separator: ", ")).")
  }

  private var funnelSteps: [Document.Count] {
    funnel.map { Document.Count($0.count, $0.word) }
  }

  private var gateCounts: [Document.Count] {
    gates.prefix(10).map { Document.Count($0.count, $0.gate) }
  }

  /// The edits that stand and are better by themselves, with what the pooled model makes of each.
  private var learnedBlocks: [Document.Block] { blocks(of: learned, "supported") }

  /// The edits that stand since they were adopted with others.
  private var carriedBlocks: [Document.Block] {
    guard !carriedAlong.isEmpty else { return [] }
    let sizes = Set(carriedAlong.compactMap(\.bundle)).sorted().map { "\($0)" }
    let bundle =
      sizes.isEmpty ? "with others" : "in a bundle of \(sizes.joined(separator: " and "))"
    return [.paragraph("Adopted \(bundle); alone each is untested:")]
      + blocks(of: carriedAlong, "bundled")
  }

  private func blocks(of edits: [EditView], _ status: String) -> [Document.Block] {
    let shown = edits.prefix(8)
    let table = Document.Table(
      columns: [
        Document.Table.Column("edit"), Document.Table.Column("what", yields: true),
        Document.Table.Column("by", yields: true), Document.Table.Column("worth", isFigure: true),
      ],
      rows: shown.map { edit in
        ["\(edit.id)", Labelled.quoted(edit.summary), edit.entry.proposal.author, edit.worth ?? ""]
      },
      note: shown.contains { $0.effect != nil }
        ? "Worth is what the pooled model believes of each by itself on dev tasks, ± one standard error: "
          + "prior-based and chosen from many, an expectation and no result." : "")
    let more =
      edits.count > 8
      ? "and \(edits.count - 8) more: belay hypotheses \(view.run.id) --status \(status)" : ""
    return [.table(table), .paragraph(more)]
  }

  private func lines(of edits: [EditView], _ status: String) -> [String] {
    let order = edits.sorted { ($1.trials, $0.id) < ($0.trials, $1.id) }
    var lines = order.prefix(6).map { edit in
      "\(edit.id) \(Labelled.quoted(edit.summary)): \(edit.fate)"
        + (edit.worth.map { " (\($0) by itself on dev tasks, ± one standard error)" } ?? "")
    }
    if edits.count > 6 {
      lines.append(
        "and \(edits.count - 6) more: belay hypotheses \(view.run.id) --status \(status)")
    }
    return lines
  }

  private var foretold: [String] {
    calibration.filter { $0.checked > 0 || $0.gainForetold != nil }.prefix(5).map { row in
      var parts = ["\(row.author): \(row.checked) of \(row.foretold) foretold tasks checked"]
      if row.checked > 0 {
        parts.append(
          "\(row.seen) seen, \(row.missed) not so, \(row.undecided) undecided; Brier "
            + "\(Figure.fixed(row.brier, 2)) (a coin 0.25)"
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
