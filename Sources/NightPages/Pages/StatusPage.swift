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
          + "\(RaceWords.eValue(race.bar)) asked, \(Figure.plural(race.pairs, "pair")), "
          + "\(race.won) won and \(race.lost) lost"
      }
    }
    let funnel = view.world.funnel
    return funnel.raced == 0
      ? []
      : ["none open; \(funnel.raced) begun, \(Figure.plural(funnel.adopted, "adoption")) of them"]
  }

  private var pool: String {
    let funnel = view.world.funnel
    guard view.fold.handedIn > 0 else { return "no edit has come in yet" }
    var text = "\(Figure.plural(funnel.proposed, "edit")): \(funnel.active) carried"
    if funnel.dropped > 0 { text += ", \(funnel.dropped) dropped" }
    if funnel.blocked > 0 { text += ", \(funnel.blocked) blocked" }
    let unread = funnel.proposed - funnel.active - funnel.dropped - funnel.blocked
    if unread > 0 { text += ", \(unread) not looked at yet" }
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
