package import Base
internal import Climb
internal import Facts
internal import NightLog
package import Layout
internal import Ledger

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
      "since": aftermath.json,
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
  package var word: String? {
    switch self {
    case .good: "good"
    case .bad: "bad"
    case .warning: "open"
    default: nil
    }
  }
}
