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
  /// The headline.
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
    _ word: Word, _ sentence: String, condition: String = "", advice: String,
    certified: (low: Double, level: Double)? = nil
  ) {
    self.word = word
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
      word, says + certain,
      condition:
        "tasks like these \(vault.tasks.count), each tried \(Self.tries(vault)) on each side"
        + Self.circumstances(view),
      advice: Self.advice(word, champion) + Self.awaited(view),
      certified: bound.map { ($0.low, level) })
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
    self.init(
      .unverified, says,
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
