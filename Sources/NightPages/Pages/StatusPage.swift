public import Base
internal import Climb
internal import Facts
public import Layout
internal import Stats

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

extension NightView {
  /// The first line or two of every screen of a night.
  package func heading(width: Int) -> [String] {
    Prose.parts(
      [
        "\(run.id) \(Labelled.quoted(name, to: 40))", state.rawValue.uppercased(),
        Figure.duration(milliseconds: Int(elapsed.inMs)),
        "suite \(run.suiteName)@\(run.fact.suite.short)",
        rehearsal.map { $0.uppercasedFirst } ?? "",
      ], width: width, indent: 2)
  }

  /// A decision with its time and what it is about.
  package func line(of decision: NightFold.Decision) -> String {
    var subject = decision.candidate.map { " \(label($0))" } ?? ""
    if let edit = decision.edit {
      subject = " \(edit)"
      if let entry = world.pool.entry(edit), !entry.proposal.summary.isEmpty {
        subject += " \(Labelled.quoted(entry.proposal.summary, to: 40))"
      }
    }
    return
      "\(Figure.clock(decision.at)) \(decision.word.uppercased())\(subject): \(decision.sentence)"
  }

  /// A decision as a record.
  package func json(of decision: NightFold.Decision) -> JSON {
    [
      "fact": .int(decision.number), "at": .string("\(decision.at)"),
      "decision": .string(decision.word),
      "candidate": .optional(decision.candidate.map { label($0) }),
      "edit": .optional(decision.edit.map { "\($0)" }), "sentence": .string(decision.sentence),
      "tone": .optional(decision.tone?.word),
    ]
  }

  /// What every page of a night says of its state.
  package var stateFields: [String: JSON] {
    let stops = world.rules.stops
    let funnel = world.funnel
    return [
      "run": .string("\(run.id)"), "name": .string(name), "suite": .string(run.suiteName),
      "suite_digest": .string(run.fact.suite.hex), "state": .string(state.rawValue),
      "phase": .string(world.phase.rawValue), "sentence": .string(stateSentence),
      "rehearsal": .bool(rehearsal != nil), "rehearsed_by": .optional(rehearsal),
      "process": [
        "pid": .int(Int(run.fact.owner.pid)), "host": .string(run.fact.owner.host),
        "alive": .optional(isAlive),
      ],
      "facts": .int(fold.count), "last_fact_at": .string("\(fold.lastAt)"),
      "started_at": .string("\(fold.openedAt)"), "elapsed_ms": .int(Int(elapsed.inMs)),
      "deadline": .optional(deadline.map { "\($0)" }),
      "expected_end": .optional(expectedEnd.map { "\($0)" }),
      "trials": [
        "run": .int(world.rollouts), "budget": .int(world.rules.rollouts),
        "in_flight": .int(world.inFlight.count), "slots": .int(world.rules.slots),
        "by_purpose": .object(
          fold.trials.mapValues {
            [
              "scored": .int($0.scored), "invalid": .int($0.invalid), "unfit": .int($0.unfit),
            ]
          }),
      ],
      "money": [
        "spent": spent.json, "by_role": .object(fold.money.mapValues(\.json)),
        "budget_usd": .number(stops.costUSD), "budget_tokens": .optional(stops.tokens),
      ],
      "pool": [
        "handed_in": .int(fold.handedIn), "edits": .int(funnel.proposed),
        "blocked": .int(funnel.blocked), "active": .int(funnel.active),
        "dropped": .int(funnel.dropped),
      ],
      "champion": .string(label(champion)), "horizon": .int(world.horizon),
      "baseline": .string(label(CandidateID(1))),
      "adoptions": .int(world.adoptions), "races": .array(openRaces.map(json(of:))),
      "awaiting": .array(awaiting.map { .string(label($0)) }),
      "last_decisions": .array(fold.decisions.suffix(5).reversed().map { json(of: $0) }),
    ]
  }

  private func json(of race: OpenRace) -> JSON {
    let opening = race.record.opening
    return [
      "race": .int(opening.number), "candidate": .string(label(opening.candidate)),
      "control": .string(label(opening.control)), "question": .string(opening.question.rawValue),
      "pairs": .int(race.pairs), "won": .int(race.won), "lost": .int(race.lost),
      "log_e": .number(race.logE), "log_bar": .number(race.bar), "words": .string(race.words),
      "awaits_a_person": .bool(race.isAwaited),
    ]
  }
}

extension NightFold.Decision {
  /// How it is coloured, wherever it is shown; what went wrong is bad.
  package var tone: Tone? {
    switch word {
    case "adopt": .good
    case "refuse", "drop", "block": .dim
    case "pause", "inspect", "roll-back": .bad
    case "ask", "doubt": .warning
    default: nil
    }
  }
}

extension Tone {
  /// The tone in records, where it has a meaning: good, bad or open.
  var word: String? {
    switch self {
    case .good: "good"
    case .bad: "bad"
    case .warning: "open"
    default: nil
    }
  }
}
