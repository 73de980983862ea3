internal import Base
internal import Climb
internal import Facts
internal import Layout
internal import NightReading
internal import Stats

/// What the morning page says first: how much better the champion is, how sure that is, and what it rests on.
struct NightVerdict: Sendable {
  enum Word: String, Sendable, CaseIterable {
    /// The vault says better, at the level that its openings leave.
    case better
    /// The vault says worse.
    case worse
    /// The vault leaves open which of the two is better.
    case cannotTell = "cannot_tell"
    /// Something was adopted, and no sealed task could be asked.
    case unverified
    /// Nothing stands that would be better than the baseline.
    case nothing
    /// The night has no report.
    case none
  }

  let word: Word
  /// It in a person's words: what the new harness does, the old one, the gain and its interval.
  let headline: String
  /// The same with names and what it rests on.
  let sentence: String
  /// What it is conditional on.
  let condition: String
  /// What to do.
  let advice: String
  /// The bound that holds at the level which the vault's openings leave; nil without a vault.
  let certified: (low: Double, level: Double)?

  init(_ view: NightView) {
    guard let report = view.world.report else {
      self.init(
        .none, "none yet: the night has no report. \(view.stateSentence.uppercasedFirst).",
        advice: view.state == .dead || view.state == .stopped
          ? "go on with belay run --resume \(view.run.id); no trial is paid twice" : "")
      return
    }
    let champion = view.label(report.candidate)
    guard report.candidate != CandidateID(1) else {
      self.init(
        .nothing,
        "nothing was found to be better than the baseline \(champion) beyond doubt, which stays.",
        condition: Self.doubt(view), advice: Self.advice(nothing: view))
      return
    }
    guard let vault = report.vault else {
      self.init(unverified: view, report)
      return
    }
    self.init(view, vault, champion)
  }

  private init(
    _ word: Word, _ sentence: String, headline: String? = nil, condition: String = "",
    advice: String, certified: (low: Double, level: Double)? = nil
  ) {
    self.word = word
    self.headline = headline ?? sentence
    self.sentence = sentence
    self.condition = condition
    self.advice = advice
    self.certified = certified
  }

  private init(_ view: NightView, _ vault: VaultFigures, _ champion: String) {
    let baseline = view.label(CandidateID(1))
    let audit = max(view.vaultOpenings, 1)
    let level = Thresholds.auditLevel(audit)
    let bound = vault.bound(confidence: 1 - level, families: view.world.rules.families)
    let interval = view.interval(of: vault)
    let word: Word =
      switch bound {
      case let bound? where bound.low > 0: .better
      case let bound? where bound.high < 0: .worse
      default: .cannotTell
      }
    let scores =
      "\(Figure.percent(vault.champion)) against \(Figure.percent(vault.baseline)), "
      + "\(Figure.points(vault.mean))\(interval == nil ? "" : ", 95% t interval") over "
      + view.sealedTasks(vault)
      + (interval.map { " \(Figure.range($0.low, $0.high, signed: true))" } ?? "")
    let says: String
    switch word {
    case .better: says = "\(champion) beats the baseline \(baseline) on the vault: \(scores)."
    case .worse:
      says = "\(champion) is worse than the baseline \(baseline) on the vault: \(scores)."
    default:
      says = "the vault cannot tell \(champion) from the baseline \(baseline): \(scores)."
    }
    let leaves =
      "at the level that its \(Self.ordinal(audit)) opening leaves "
      + "(\(Figure.fixed(level * 100, level < 0.001 ? 2 : 1))%)"
    var certain = ""
    if bound == nil {
      certain = " All sealed tasks are of one family, so that nothing is certain beyond it."
    } else if word == .better, let low = bound?.low {
      certain = " \(leaves.uppercasedFirst) at least \(Figure.points(low)) are certain."
    } else if word == .cannotTell, let interval, !interval.contains(0) {
      certain = " The 95% interval leaves 0 out; \(leaves) it does not."
    }
    self.init(
      word, says + certain, headline: Self.headline(word, view, vault, interval),
      condition:
        "tasks like these \(vault.tasks.count), each tried \(Self.tries(vault)) on each side"
        + Self.circumstances(view),
      advice: Self.advice(word, champion) + Self.awaited(view),
      certified: bound.map { ($0.low, level) })
  }

  /// What the vault says, in a person's words.
  private static func headline(
    _ word: Word, _ view: NightView, _ vault: VaultFigures, _ interval: Interval?
  ) -> String {
    func whole(_ share: Double) -> String { Figure.fixed(share * 100, 0) }
    let new = view.makeup.isEmpty ? "the new harness" : "the new harness (\(view.makeup))"
    let solves =
      "solves \(whole(vault.champion))% of \(view.sealedTasks(vault)), the old one "
      + "\(whole(vault.baseline))%"
    let size = "\(whole(abs(vault.mean))) points"
    let sure = interval.map { interval in
      let ends = word == .worse ? (-interval.high, -interval.low) : (interval.low, interval.high)
      return "95% interval \(whole(ends.0)) to \(whole(ends.1))"
    }
    switch word {
    case .better:
      return "\(new.uppercasedFirst) is better: it \(solves). A gain of \(size)"
        + (sure.map { ", \($0)." } ?? ".")
    case .worse:
      return "\(new.uppercasedFirst) is worse: it \(solves). A loss of \(size)"
        + (sure.map { ", \($0)." } ?? ".")
    default:
      let why =
        interval.map { $0.contains(0) ? "may be chance" : "is too little to be sure" }
        ?? "rests on one family of tasks"
      return
        "Whether \(new) is better cannot be told: it \(solves), and that difference \(why)"
        + (sure.map { " (\($0) points)." } ?? ".")
    }
  }

  private init(unverified view: NightView, _ report: NightReport) {
    let champion = view.label(report.candidate)
    let why = report.unverified ?? "no sealed task was asked"
    var says =
      "\(champion) \(report.isAwaited ? "would be" : "was") adopted over the baseline "
      + "\(view.label(CandidateID(1))); "
    says += "generalisation unverified: \(why)."
    if let bracket = report.bracket {
      says +=
        " On the gate tasks, which chose it, fresh trials put the gain between "
        + "\(Figure.points(bracket.low)) (deflated for that) and \(Figure.points(bracket.high)) (as "
        + "measured)."
    }
    let new = view.makeup.isEmpty ? "The new harness" : "The new harness (\(view.makeup))"
    self.init(
      .unverified, says,
      headline:
        "\(new) beat the old one on the tasks that chose it; generalisation unverified: \(why).",
      condition: "the gate tasks of this suite; nothing is known of other tasks"
        + Self.circumstances(view),
      advice: "verify \(champion) with fresh seeds and read its diff before it is promoted"
        + Self.awaited(view))
  }

  private static func awaited(_ view: NightView) -> String {
    view.world.report?.isAwaited == true
      ? "; nobody has approved its adoption, so that the night itself still stands at the baseline or at "
        + "what was approved" : ""
  }

  private static func circumstances(_ view: NightView) -> String {
    let models = Set((view.run.fact.conditions["models"].object ?? [:]).values.compactMap(\.string))
    let limits = ", under the limits of this run"
    return models.isEmpty
      ? limits : "; for \(models.sorted().joined(separator: ", ").printable())\(limits)"
  }

  private static func tries(_ vault: VaultFigures) -> String {
    let each = vault.trials / max(2 * vault.tasks.count, 1)
    return each == 1 ? "once" : "\(each) times"
  }

  private static func ordinal(_ number: Int) -> String {
    switch number {
    case 1: "first"
    case 2: "second"
    case 3: "third"
    default: "\(number)th"
    }
  }

  private static func advice(_ word: Word, _ champion: String) -> String {
    switch word {
    case .better: "promote \(champion), after reading its diff"
    case .worse: "keep the baseline; what was gained on gate tasks did not carry over"
    default:
      "do not promote on this alone: verify \(champion) with fresh seeds, or add sealed tasks"
    }
  }

  /// What it means that nothing was found.
  private static func doubt(_ view: NightView) -> String {
    let races = view.world.races.count
    let target = Figure.percent(view.world.rules.racing.target)
    return races == 0
      ? "no candidate came as far as a race"
      : "\(Figure.plural(races, "race")) on the gate tasks, which look for gains of \(target) pp and "
        + "more; a smaller one may have been missed"
  }

  private static func advice(nothing view: NightView) -> String {
    view.world.races.isEmpty
      ? "see why edits fell: belay gate list \(view.run.id)"
      : "try other proposers or more trials; belay plan says what a budget can find"
  }
}
