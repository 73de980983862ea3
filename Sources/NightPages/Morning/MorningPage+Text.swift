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
    // What sealed tasks said is not taken back by the tasks that chose the candidate.
    let isOpen = view.aftermath.name == nil && !view.aftermath.isTakenBack
    let said = (verdict.word == .worse && isOpen ? nil : view.advice) ?? verdict.advice
    let advice = said.isEmpty ? "" : "\(said.uppercasedFirst)."
    let doubts = view.doubts.map(\.text)
    return [
      Document.Section(
        "verdict", tone: tone,
        [.paragraph(verdict.headline)] + (vault.map { [.interval($0)] } ?? [])),
      Document.Section("changed", changedBlocks),
      Document.Section("trust", trust),
      Document.Section("caution", tone: .caution, [.list(Array(doubts.prefix(Self.mostDoubts)))]),
      Document.Section("advice", advice), Document.Section("since", [.list(view.aftermath.lines)]),
      Document.Section(verdict.word == .nothing ? "because" : "holds for", verdict.condition),
      Document.Section("figures", verdict.headline == verdict.sentence ? "" : verdict.sentence),
      Document.Section("gate", [.list(gateLines)]),
      Document.Section("bound", view.world.races.isEmpty ? "" : view.bound),
      Document.Section("also", [.list(Array(doubts.dropFirst(Self.mostDoubts)))]),
      Document.Section("ended", view.endWords ?? ""),
      Document.Section("money", money),
      Document.Section("funnel", [.steps(funnelSteps, after: ways)]),
      Document.Section("gates", [.tally(gateCounts, more: max(0, gates.count - 10))]),
      Document.Section("refuted", [.list(lines(of: refuted, "refuted"))]),
      Document.Section("dropped", [.list(lines(of: dropped, "dropped"))]),
      Document.Section("foretold", [.list(foretold)]),
      Document.Section("watch", [.list(watch)]),
      Document.Section("incidents", [.list(incidents)]),
      Document.Section("next", [.commands(next)]),
    ]
  }

  // More than these nobody weighs; the others stand further down.
  private static let mostDoubts = 3

  /// What the steps count, and what was raced and tried beside.
  private var ways: String {
    guard view.fold.handedIn > 0 else { return "" }
    var parts = ["edits"]
    if races > 0 { parts.append("in \(Figure.plural(races, "race"))") }
    let tried = view.world.assembled.count - 1
    return parts.joined(separator: " ")
      + (tried > 1
        ? "; \(Figure.grouped(tried)) mixes of them were put together, most for a trial or two on dev tasks"
        : "")
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

  /// Whether the result may be believed, source by source.
  private var trust: String {
    guard let report = view.world.report, report.candidate != CandidateID(1) else { return "" }
    var parts: [String] = []
    switch verdict.word {
    case .better: parts.append("Sealed tasks, which chose nothing: yes.")
    case .worse: parts.append("Sealed tasks, which chose nothing: no.")
    case .cannotTell: parts.append("Sealed tasks, which chose nothing: not settled.")
    case .unverified, .nothing, .none: parts.append("Sealed tasks: none were asked.")
    }
    if let fresh = view.freshDifference(CandidateID(1), report.candidate)?.difference.interval {
      let says = fresh.low > 0 ? "a gain" : fresh.high < 0 ? "a loss" : "not settled"
      parts.append("Fresh trials on the gate tasks, which chose it: \(says).")
    }
    let checks = view.checks(of: report.candidate)
    if !checks.isEmpty {
      let passed = checks.count { $0.word == .pass }
      let rest = [(GateVerdict.Word.undecided, "undecided"), (.fail, "failed")].compactMap {
        word, said in
        let count = checks.count { $0.word == word }
        return count > 0 ? "\(count) \(said)" : nil
      }
      parts.append(
        "Checks of its trials: \(passed) of \(checks.count) passed"
          + (rest.isEmpty ? "." : ", \(rest.joined(separator: ", "))."))
    }
    return parts.joined(separator: " ")
  }

  /// What fresh trials on the gate tasks say, beside a verdict of the vault.
  private var gateLines: [String] {
    guard let report = view.world.report, let score = report.score else { return [] }
    let name = view.label(report.candidate)
    guard let baseline = report.baseline, report.candidate != CandidateID(1) else {
      return [
        "\(name) \(Figure.percent(score)) over \(Figure.plural(report.trials, "fresh trial"))"
      ]
    }
    var line =
      "\(name) \(Figure.percent(score)) against \(Figure.percent(baseline.score)) of the baseline over "
      + "\(report.trials) and \(baseline.trials) fresh trials on the gate tasks"
    if report.vault != nil {
      if let fresh = view.freshDifference(CandidateID(1), report.candidate)?.difference {
        line +=
          ": \(Figure.points(fresh.mean)), 90% interval "
          + Figure.range(fresh.interval.low, fresh.interval.high, signed: true)
      } else if let bracket = report.bracket {
        line += ": \(Figure.points(bracket.high))"
      }
      line += "; these tasks chose the candidate, so that this overstates"
    }
    return [line] + simplified(report.candidate)
  }

  /// What the champion was made simpler from scored more or less by: other trials, and a race that said no worse.
  private func simplified(_ champion: CandidateID) -> [String] {
    guard
      let race = view.world.races.last(where: {
        $0.opening.candidate == champion && $0.opening.question == .simpler && $0.state == .adopted
      }), let before = view.fresh(race.opening.control), let after = view.fresh(champion)
    else { return [] }
    let pairs = view.fold.pairs.standing(race.opening, first: race.figures?.pairs ?? .max)
    func each(_ figure: FreshFigure) -> String {
      "\(Figure.percent(figure.mean.value)) over \(Figure.plural(figure.trials, "trial"))"
    }
    return [
      "\(view.label(champion)) is \(view.label(race.opening.control)) without what was needless. Fresh trials "
        + "gave \(each(before)) of that and \(each(after)) of this on the same tasks: other trials, which chance "
        + "moves. Trial against trial, in their race, it was "
        + RaceWords.pairs(pairs.pairs, won: pairs.won, lost: pairs.lost)
    ]
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

  /// What the champion has that the baseline has not: what is better by itself first, then what came along.
  private var changedBlocks: [Document.Block] {
    let standing = learned + carriedAlong
    guard !standing.isEmpty else { return [] }
    let shown = standing.prefix(8)
    let table = Document.Table(
      columns: [
        Document.Table.Column("edit"), Document.Table.Column("what", yields: true),
        Document.Table.Column(""), Document.Table.Column("worth", isFigure: true),
      ],
      rows: shown.map { edit in
        [
          "\(edit.id)", Labelled.quoted(edit.summary),
          edit.status == .supported ? "better alone" : "untested alone", edit.worth ?? "",
        ]
      },
      note: shown.contains { $0.effect != nil } ? worthNote(standing) : "")
    let more =
      standing.count > 8
      ? "and \(standing.count - 8) more: belay hypotheses \(view.run.id) --status standing" : ""
    return [.paragraph(makeupSentence), .table(table), .paragraph(more)]
  }

  private var makeupSentence: String {
    let all = learned.count + carriedAlong.count
    let head =
      "\(view.label(view.champion)) is the baseline \(view.label(CandidateID(1))) with "
      + Figure.plural(all, "edit")
    guard !carriedAlong.isEmpty else { return head + "." }
    let sizes = Set(carriedAlong.compactMap(\.bundle)).sorted().map { "\($0)" }
    let bundle =
      sizes.isEmpty ? "with others" : "in a bundle of \(sizes.joined(separator: " and "))"
    let who =
      learned.isEmpty
      ? (all == 1 ? "carried along" : "all carried along")
      : "\(learned.count) better alone, \(carriedAlong.count) carried along"
    return "\(head): \(who) \(bundle), alone untested."
  }

  private func worthNote(_ standing: [EditView]) -> String {
    let note =
      "Worth is what the pooled model believes of each by itself on dev tasks, ± one standard error: prior-based "
      + "and chosen from many, an expectation and no result."
    guard standing.count > 1,
      let whole = view.expectedGain(of: view.champion, over: CandidateID(1))
    else { return note }
    return note
      + " Of all together it expects \(Figure.points(whole.mean)) ± \(Figure.percent(whole.error)), which is not "
      + "their sum: edits help on the same tasks."
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
