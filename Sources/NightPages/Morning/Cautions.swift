internal import Base
internal import Climb
internal import Facts
internal import Layout
internal import NightReading
internal import Stats

/// A reason for doubt in a night's result.
struct Caution: Sendable, Hashable {
  /// How much it takes away.
  enum Weight: Int, Sendable, Hashable, Comparable {
    /// It is good to know.
    case light
    /// It bears on what is done next.
    case middling
    /// It bears on whether the verdict may be believed.
    case heavy

    static func < (one: Weight, other: Weight) -> Bool { one.rawValue < other.rawValue }
  }

  let weight: Weight
  let text: String
}

extension NightView {
  /// What speaks against trusting the night's result, the gravest first; a rehearsal before all.
  var cautions: [String] {
    (rehearsal.map { ["\($0): it shows that the machinery works, and nothing of a real model"] }
      ?? [])
      + doubts.map(\.text)
  }

  /// The same without the rehearsal, which every page says at its head.
  var doubts: [Caution] {
    var found: [Caution] = []
    func add(_ weight: Caution.Weight, _ texts: [String]) {
      found += texts.map { Caution(weight: weight, text: $0) }
    }
    if run.fact.settings["audited"].bool == false {
      add(.heavy, ["the suite was not put to the test before this night (--skip-audit)"])
    }
    if let report = world.report {
      add(.heavy, unkept(report))
      found += cautions(of: report)
      found += changes(of: report.candidate)
    }
    add(.middling, openChecks + doubtfulEdits)
    add(.light, byHeart)
    let counts = fold.trials.values
    let broken = counts.reduce(0) { $0 + $1.invalid }
    let all = broken + counts.reduce(0) { $0 + $1.scored + $1.unfit }
    if all >= 20, broken * 20 > all {
      add(
        .middling,
        [
          "\(Figure.percent(Double(broken) / Double(all)))% of the attempts broke for reasons not their own"
        ])
    }
    let unknown = spent.unknown
    if unknown > 0, spent.known > 0 {
      add(.light, ["what \(Figure.grouped(unknown)) parts of the night cost is unknown"])
    }
    if !world.rules.isOfThisEdition {
      add(
        .light,
        [
          "another version of Belay decided this night: its report stands as recorded, and what is worked out anew"
            + " from its facts (states of edits, beliefs) may differ from what it saw"
        ])
    }
    // Of equal weight as they came.
    return found.enumerated().sorted {
      ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset)
    }.map(\.element)
  }

  private func cautions(of report: NightReport) -> [Caution] {
    var found: [Caution] = []
    if let vault = report.vault {
      let openings = max(vaultOpenings, 1)
      if openings >= 5 {
        found.append(
          Caution(
            weight: .heavy,
            text:
              "the vault has been opened \(openings) times: it is used up; move it to dev and seal new tasks"
          ))
      } else if openings > 1 {
        found.append(
          Caution(
            weight: .middling,
            text: "the vault has been opened \(openings) of the 5 times that it can bear"))
      }
      if vault.tasks.count < 20, let interval = interval(of: vault) {
        found.append(
          Caution(
            weight: .light,
            text: "with \(vault.tasks.count) sealed tasks only a gain above about "
              + "\(Figure.percent(interval.halfWidth)) pp can be told from none"))
      }
    }
    if let drift = report.drift, !drift.interval.contains(0) {
      found.append(
        Caution(
          weight: .heavy,
          text:
            "the model or its surroundings changed: \(label(drift.candidate)) itself solves "
            + "\(Figure.points(drift.difference)) more since its first trials are too old to count "
            + "(95% \(Figure.points(drift.interval.low)) to \(Figure.points(drift.interval.high)), "
            + "\(drift.tasks) tasks); races and the vault compare trials of one time, sums over the night do not"
        ))
    }
    if !report.rolledBack.isEmpty {
      let names = report.rolledBack.map { label($0) }.joined(separator: ", ")
      found.append(
        Caution(
          weight: .middling,
          text: "taken back after their adoption, since the gain did not repeat itself: \(names)"))
    }
    return found
  }

  /// Says that what dev tasks promised did not come, where more than chance lies between the two.
  private func unkept(_ report: NightReport) -> [String] {
    guard report.candidate != CandidateID(1),
      let dev = expectedGain(of: report.candidate, over: CandidateID(1))
    else { return [] }
    let place: String
    let came: (mean: Double, error: Double)
    if let vault = report.vault {
      guard let interval = interval(of: vault) else { return [] }
      came = (vault.mean, interval.halfWidth / EditView.apart)
      place = sealedTasks(vault)
    } else if let fresh = freshDifference(CandidateID(1), report.candidate)?.difference,
      let error = fresh.standardError
    {
      came = (fresh.mean, error)
      place = "fresh trials on the gate tasks"
    } else {
      return []
    }
    guard Self.isUnkept(dev, came) else { return [] }
    return [
      "dev tasks promised \(Figure.points(dev.mean)), as the pooled model believes, and \(place) gave "
        + "\(Figure.points(came.mean)): further apart than chance puts them, so that some of the gain on dev tasks "
        + "is fitted to them"
    ]
  }

  /// Whether a promise lies above what came by more than both errors explain, at 95 %.
  static func isUnkept(
    _ promise: (mean: Double, error: Double), _ came: (mean: Double, error: Double)
  ) -> Bool {
    let error = (promise.error * promise.error + came.error * came.error).squareRoot()
    return promise.mean - came.mean > EditView.apart * error
  }

  /// Adopted edits that a check was not sure of.
  private var doubtfulEdits: [String] {
    world.edits(of: champion).compactMap { id in
      guard let entry = world.pool.entry(id) else { return nil }
      let open = entry.verdicts.filter { $0.word == .undecided }.map(\.gate)
      guard entry.prior > 1 || !open.isEmpty else { return nil }
      let gates = Set(open).sorted().joined(separator: ", ")
      return "\(id) \(Labelled.quoted(entry.proposal.summary, to: 40)) is adopted although "
        + (gates.isEmpty ? "its reviewers were in doubt" : "these checks were undecided: \(gates)")
    }
  }

  /// Checks of what was adopted that could not be sure.
  private var openChecks: [String] {
    var found: [String] = []
    for race in world.races where race.state == .adopted {
      let name = label(race.opening.candidate)
      let open = checks(of: race.opening.candidate).filter { $0.word == .undecided }
      if let train = open.first(where: { $0.gate == "train-only" }) {
        found.append(
          "how much of what \(name) gains on dev tasks carries over was open when it was adopted"
            + (GateWords.figures(train).map { ": \($0)" } ?? ""))
      }
      let others = open.map(\.gate).filter { $0 != "train-only" }
      if !others.isEmpty {
        found.append(
          "\(name) was adopted although these checks of its trials were undecided: "
            + others.joined(separator: ", "))
      }
    }
    return found
  }

  /// What was refused because it knew tasks by heart.
  private var byHeart: [String] {
    let known = world.races.filter { $0.state == .refused(.memorised) }
      .map { label($0.opening.candidate) }
    guard !known.isEmpty else { return [] }
    return [
      "\(known.joined(separator: ", ")) gained on tasks and not on their twins and was refused: some edits were "
        + "made for single tasks"
    ]
  }

  /// Time-outs and costs of the champion's trials against the baseline's.
  private func changes(of champion: CandidateID) -> [Caution] {
    guard champion != CandidateID(1) else { return [] }
    var found: [Caution] = []
    if let mine = id(of: champion), let theirs = id(of: CandidateID(1)),
      let after = tallies[mine], let before = tallies[theirs], after.finished >= 20,
      before.finished >= 20
    {
      func share(_ tally: Tally, _ outcome: Outcome) -> Double {
        Double(tally.byOutcome[outcome] ?? 0) / Double(tally.finished)
      }
      for (outcome, word) in [(Outcome.limit, "trials that met a limit"), (.refusal, "refusals")] {
        let (old, new) = (share(before, outcome), share(after, outcome))
        if new - old > 0.02 {
          found.append(
            Caution(
              weight: .middling,
              text: "\(word) are up: \(Figure.percent(old))% -> \(Figure.percent(new))%"))
        }
      }
    }
    // Trials of the same tasks, as the leaderboard has them: sums over the night mix different ones.
    if let old = fresh(CandidateID(1))?.cost?.value, let new = fresh(champion)?.cost?.value,
      old > 0,
      new > old * 1.1
    {
      found.append(
        Caution(
          weight: .middling,
          text: "a trial costs \(Figure.percent(new / old - 1, signed: true))% "
            + "(\(Figure.dollars(old)) -> \(Figure.dollars(new)), fresh trials on the gate tasks)"))
    }
    return found
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
