internal import Base
internal import Climb
internal import Facts
internal import Layout
internal import NightReading
internal import Stats

extension NightView {
  /// What speaks against trusting the night's result, the gravest first.
  var cautions: [String] {
    var found: [String] = []
    if let rehearsal {
      found.append("\(rehearsal): it shows that the machinery works, and nothing of a real model")
    }
    if !world.rules.isOfThisEdition {
      found.append(
        "another version of Belay decided this night: its report stands as recorded, and what is worked out anew"
          + " from its facts (states of edits, beliefs) may differ from what it saw")
    }
    if run.fact.settings["audited"].bool == false {
      found.append("the suite was not put to the test before this night (--skip-audit)")
    }
    if let report = world.report {
      found += cautions(of: report)
      found += changes(of: report.candidate)
    }
    found += doubts
    found += openChecks
    let counts = fold.trials.values
    let broken = counts.reduce(0) { $0 + $1.invalid }
    let all = broken + counts.reduce(0) { $0 + $1.scored + $1.unfit }
    if all >= 20, broken * 20 > all {
      found.append(
        "\(Figure.percent(Double(broken) / Double(all)))% of the attempts broke for reasons not their own"
      )
    }
    let unknown = spent.unknown
    if unknown > 0, spent.known > 0 {
      found.append("what \(Figure.grouped(unknown)) parts of the night cost is unknown")
    }
    return found
  }

  private func cautions(of report: NightReport) -> [String] {
    var found: [String] = []
    if let vault = report.vault {
      let openings = max(vaultOpenings, 1)
      if openings > 1 {
        found.append(
          openings >= 5
            ? "the vault has been opened \(openings) times: it is used up; move it to dev and seal new tasks"
            : "the vault has been opened \(openings) of the 5 times that it can bear")
      }
      if vault.tasks.count < 20, let interval = interval(of: vault) {
        found.append(
          "with \(vault.tasks.count) sealed tasks only a gain above about "
            + "\(Figure.percent(interval.halfWidth)) pp can be told from none")
      }
    }
    if let drift = report.drift, !drift.interval.contains(0) {
      found.append(
        "the model or its surroundings changed: \(label(drift.candidate)) itself solves "
          + "\(Figure.points(drift.difference)) more since its first trials are too old to count "
          + "(95% \(Figure.points(drift.interval.low)) to \(Figure.points(drift.interval.high)), "
          + "\(drift.tasks) tasks); races and the vault compare trials of one time, sums over the night do not"
      )
    }
    if !report.rolledBack.isEmpty {
      let names = report.rolledBack.map { label($0) }.joined(separator: ", ")
      found.append(
        "taken back after their adoption, since the gain did not repeat itself: \(names)")
    }
    let hopes = world.races.filter { $0.state == .adopted && $0.opening.question == .better }
      .map(\.opening.expected)
    if let bracket = report.bracket, let hope = hopes.last, hopes.count == 1,
      hope - bracket.high > 0.05
    {
      found.append(
        "dev tasks promised far more than gate tasks gave: some of the gain is fitted to dev tasks")
    }
    return found
  }

  /// Adopted edits that a check was not sure of.
  private var doubts: [String] {
    world.edits(of: champion).compactMap { id in
      guard let entry = world.pool.entry(id) else { return nil }
      let open = entry.verdicts.filter { $0.word == .undecided }.map(\.gate)
      guard entry.prior > 1 || !open.isEmpty else { return nil }
      let gates = Set(open).sorted().joined(separator: ", ")
      return "\(id) \(Labelled.quoted(entry.proposal.summary, to: 40)) is adopted although "
        + (gates.isEmpty ? "its reviewers were in doubt" : "these checks were undecided: \(gates)")
    }
  }

  /// Checks of what was adopted that could not be sure, and what was refused because it knew tasks by heart.
  private var openChecks: [String] {
    var found: [String] = []
    for race in world.races where race.state == .adopted {
      let name = label(race.opening.candidate)
      let open = checks(of: race.opening.candidate).filter { $0.word == .undecided }
      if let train = open.first(where: { $0.gate == "train-only" }) {
        found.append(
          "much of what \(name) gains on dev tasks does not carry over"
            + (GateWords.figures(train).map { ": \($0)" } ?? ""))
      }
      let others = open.map(\.gate).filter { $0 != "train-only" }
      if !others.isEmpty {
        found.append(
          "\(name) was adopted although these checks of its trials were undecided: "
            + others.joined(separator: ", "))
      }
    }
    let known = world.races.filter { $0.state == .refused(.memorised) }
      .map { label($0.opening.candidate) }
    if !known.isEmpty {
      found.append(
        "\(known.joined(separator: ", ")) gained on tasks and not on their twins and was refused: "
          + "some edits were made for single tasks")
    }
    return found
  }

  /// Time-outs and costs of the champion's trials against the baseline's.
  private func changes(of champion: CandidateID) -> [String] {
    guard champion != CandidateID(1), let mine = id(of: champion),
      let theirs = id(of: CandidateID(1)),
      let after = tallies[mine], let before = tallies[theirs], after.finished >= 20,
      before.finished >= 20
    else { return [] }
    var found: [String] = []
    func share(_ tally: Tally, _ outcome: Outcome) -> Double {
      Double(tally.byOutcome[outcome] ?? 0) / Double(tally.finished)
    }
    for (outcome, word) in [(Outcome.limit, "trials that met a limit"), (.refusal, "refusals")] {
      let (old, new) = (share(before, outcome), share(after, outcome))
      if new - old > 0.02 {
        found.append("\(word) are up: \(Figure.percent(old))% -> \(Figure.percent(new))%")
      }
    }
    if let old = Self.each(before), let new = Self.each(after), old > 0, new > old * 1.1 {
      found.append(
        "a trial costs \(Figure.percent(new / old - 1, signed: true))% "
          + "(\(Figure.dollars(old)) -> \(Figure.dollars(new)))")
    }
    return found
  }

  private static func each(_ tally: Tally) -> Double? {
    tally.costKnown > 0 ? tally.costSum / Double(tally.costKnown) : nil
  }

  /// What the adoptions of the night were promised.
  var bound: String {
    switch world.rules.mode {
    case .strict:
      "strict: at most a fifth of the night's adoptions are expected to be false, whatever their number"
    case .standard:
      "standard: a candidate that is no better is adopted in one case of ten at most; nothing bounds the "
        + "night as a whole but the vault"
    }
  }
}
