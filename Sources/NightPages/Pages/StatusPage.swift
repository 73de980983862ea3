public import Base
internal import Climb
public import Layout
internal import NightLog
public import NightReading

/// Where a night stands, on one screen.
public struct StatusPage: ReportPage {
  /// The name and version of its record.
  public static let schema = "belay.status/1"

  /// The night.
  public let view: NightView

  /// The screen of a night.
  public init(_ view: NightView) { self.view = view }

  /// Commands that lead on.
  public var hints: [String] { view.nextCommands }

  /// The one record.
  public var items: [JSON] { [.object(view.stateFields)] }

  /// The screen.
  public func text(width: Int) -> String { Labelled.page(lines(width: width), width: width) }

  func lines(width: Int, decisions: Int = 5) -> [String] {
    let world = view.world
    var lines = view.heading(width: width)
    lines += Labelled.line("state", view.stateSentence, width: width)
    lines += Labelled.parts("budget", budget, width: width)
    lines += Labelled.line("pool", pool, width: width)
    let adoptions = Figure.plural(world.adoptions, "adoption")
    lines += Labelled.line(
      "champion",
      view.champion == CandidateID(1)
        ? "the baseline, \(view.label(view.champion))"
        : "\(view.label(view.champion)) after \(adoptions), from "
          + "\(view.label(CandidateID(1)))",
      width: width)
    lines += Labelled.list("since", view.aftermath.lines, width: width)
    lines += Labelled.list("races", races, width: width)
    var waiting = view.awaiting.map { "\(view.label($0)) waits for a person's yes or no" }
    waiting += world.openProposals.map {
      "\(Figure.plural($0.count, "edit")) asked of \($0.proposer)"
    }
    if !world.openReflections.isEmpty {
      waiting.append("\(Figure.plural(world.openReflections.count, "edit")) being looked at")
    }
    waiting += world.openInspections.map { "the trials of \(view.label($0)) being checked" }
    if view.state == .finished { waiting = [] }
    lines += Labelled.list("waiting", waiting, width: width)
    let last = view.fold.decisions.suffix(decisions).reversed().map { view.line(of: $0) }
    lines += Labelled.list("last", Array(last), width: width)
    if !view.nextCommands.isEmpty {
      lines += Labelled.parts("next", view.nextCommands, width: width)
    }
    return lines
  }

  private var races: [String] {
    let open = view.openRaces
    guard open.isEmpty else {
      return open.map { race in
        let opening = race.record.opening
        let question = opening.question == .simpler ? "no worse than" : "better than"
        return "\(view.label(opening.candidate)), \(question) \(view.label(opening.control))? "
          + "\(race.words): e-value \(RaceWords.eValue(race.logE)) of "
          + "\(RaceWords.eValue(race.bar)) asked, "
          + RaceWords.pairs(race.pairs, won: race.won, lost: race.lost)
      }
    }
    let funnel = view.world.funnel
    return funnel.raced == 0
      ? []
      : [
        "none open; \(Figure.plural(funnel.raced, "race")) begun, \(funnel.adopted) of them ended in an adoption"
      ]
  }

  private var pool: String {
    guard view.fold.handedIn > 0 else { return "no edit has come in yet" }
    let edits = view.edits
    // Every edit once, by what became of it.
    let kinds: [(word: String, holds: (EditView) -> Bool)] = [
      ("in the champion", { $0.status.isStanding }),
      ("being tried", { $0.status == .open && $0.word == "screened" && !view.isOver }),
      (
        "tried without a clear effect",
        { $0.status == .open && $0.word == "screened" && view.isOver }
      ),
      ("not tried", { $0.status == .open && $0.word != "screened" }),
      ("refuted", { $0.status == .refuted }), ("dropped", { $0.status == .dropped }),
      ("blocked", { $0.status == .blocked }),
    ]
    let counts = kinds.map { kind in (kind.word, edits.count(where: kind.holds)) }
    var text =
      "\(Figure.plural(edits.count, "edit")): "
      + counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    let twice = view.fold.duplicates
    if twice > 0 {
      text += "; \(view.fold.handedIn) were handed in, \(twice) of them known already"
    }
    return text
  }

  private var budget: [String] {
    let world = view.world
    let stops = world.rules.stops
    var parts = [
      "trials \(Figure.grouped(world.rollouts)) of \(Figure.grouped(world.rules.rollouts))"
    ]
    if world.report == nil, world.horizon < world.rules.rollouts {
      parts.append("other limits end it at about \(Figure.grouped(world.horizon))")
    }
    let spent = view.spent
    parts.append(
      "money \(spent.words)" + (stops.costUSD.map { " of \(Figure.dollars($0))" } ?? ""))
    if let tokens = stops.tokens {
      parts.append("tokens \(Figure.count(spent.tokens)) of \(Figure.count(tokens))")
    }
    if let edits = stops.proposals {
      parts.append("edits handed in \(view.fold.handedIn) of \(edits)")
    }
    if let deadline = view.deadline { parts.append("deadline \(Figure.clock(deadline))") }
    if let end = view.expectedEnd {
      parts.append("trials used up about \(Figure.clock(end)) at this rate")
    }
    return parts
  }
}
