public import Base
internal import Climb
internal import Facts
public import Layout
internal import NightLog
public import NightReading
internal import Stats

/// The page of the morning: what the night found, how sure that is, what it cost, and what to do next.
///
/// It leads with a verdict and its interval, shows no figure that selected anything and no best of many, and
/// ends with commands.
public struct MorningPage: ReportPage {
  /// The name and version of its record.
  public static let schema = "belay.report/1"

  /// The night.
  public let view: NightView
  let verdict: NightVerdict
  let edits: [EditView]
  let calibration: [Calibration]

  /// The page of a night.
  public init(_ view: NightView) {
    self.view = view
    verdict = NightVerdict(view)
    edits = view.edits
    calibration = Calibration.table(edits)
  }

  /// What sealed tasks say of the night in a sentence; nil where none were asked.
  public var settled: String? {
    guard view.world.report?.vault != nil else { return nil }
    let does = verdict.word == .cannotTell ? "leaves it open" : "settles it"
    return "The vault \(does): \(verdict.sentence)"
  }

  /// Commands that lead on.
  public var hints: [String] { next }
  /// The one record.
  public var items: [JSON] { [.object(record)] }

  /// What to type next.
  var next: [String] {
    let run = view.run.id
    guard let report = view.world.report else { return view.nextCommands }
    let baseline = view.id(of: CandidateID(1))
    guard report.candidate != CandidateID(1), let champion = view.id(of: report.candidate),
      let baseline
    else { return ["belay hypotheses \(run)", "belay gate list \(run)"] }
    let after = view.aftermath
    var next = ["belay diff \(baseline) \(champion)"]
    if after.name != nil {
      next.append("belay checkout \(champion) DIR")
    } else if !after.isTakenBack {
      let said = after.lastCheck?.word
      if said == nil, verdict.word != .worse {
        next.append("belay verify \(champion) --trials 3")
      }
      if verdict.word != .worse, said == "confirmed" || (said == nil && verdict.word == .better) {
        next.append("belay promote \(champion) --as champion --reason '…'")
      }
    }
    return next + ["belay tree \(run)"]
  }

  /// Where edits got to, as steps.
  var funnel: [(count: Int, word: String)] {
    let world = view.world
    let raced = Set(world.races.flatMap(\.opening.edits))
    let adopted = Set(
      world.races.filter { $0.state == .adopted || $0.state == .rolledBack }
        .flatMap(\.opening.edits))
    let entries = world.pool.entries
    let kept = entries.count {
      $0.state != .blocked && $0.state != .vetoed && $0.state != .proposed
    }
    let screened = entries.count {
      view.trials(of: $0) > 0 || raced.contains($0.id) || $0.state == .dropped
    }
    return [
      (view.fold.handedIn, "handed in"), (kept, "valid"), (screened, "screened"),
      (raced.count, "raced"), (adopted.count, "adopted"),
      (world.edits(of: view.champion).count, "standing"),
    ]
  }

  /// `16 handed in -> 12 valid -> …`.
  package var funnelWords: String {
    funnel.map { "\(Figure.grouped($0.count)) \($0.word)" }.joined(separator: " -> ")
  }

  /// How often each gate said no, the commonest first.
  var gates: [(gate: String, count: Int)] {
    var counts: [String: Int] = [:]
    for entry in view.world.pool.entries {
      // Once for each edit: by the first that said no.
      if let verdict = entry.verdicts.first(where: { $0.word == .fail }) {
        counts[verdict.gate, default: 0] += 1
      }
      if entry.state == .vetoed { counts["veto", default: 0] += 1 }
    }
    for candidate in Set(view.world.races.map(\.opening.candidate)) {
      for verdict in view.checks(of: candidate) where verdict.word == .fail {
        counts[verdict.gate, default: 0] += 1
      }
    }
    for race in view.world.races {
      if case .refused(let refusal) = race.state {
        counts["race: \(refusal.rawValue)", default: 0] += 1
      }
      if race.state == .rolledBack { counts["race: rolled back", default: 0] += 1 }
    }
    let twice = view.fold.duplicates
    if twice > 0 { counts["duplicate", default: 0] += twice }
    return counts.map { (gate: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.gate) < ($0.count, $1.gate) }
  }

  /// What stands and is better by itself.
  var learned: [EditView] { edits.filter { $0.status == .supported } }
  /// What stands since it was adopted with others.
  var carriedAlong: [EditView] { edits.filter { $0.status == .bundled } }
  /// What its own trials speak against.
  var refuted: [EditView] { edits.filter { $0.status == .refuted } }
  /// What was given up, which proves nothing.
  var dropped: [EditView] { edits.filter { $0.status == .dropped } }

  private var record: [String: JSON] {
    var record = view.stateFields
    let report = view.world.report
    record["verdict"] = [
      "word": .string(verdict.word.rawValue), "sentence": .string(verdict.sentence),
      "headline": .string(verdict.headline),
      "condition": .string(verdict.condition), "advice": .string(verdict.advice),
      "certified": verdict.certified.map {
        ["at_least": .number($0.low), "level": .number($0.level)]
      } ?? .null,
    ]
    record["bound"] = .string(view.bound)
    record["cautions"] = .array(view.cautions.map(JSON.string))
    record["figures"] = report.map(figures) ?? .null
    record["vault_openings"] = .int(view.vaultOpenings)
    record["funnel"] = .object(
      Dictionary(
        funnel.map { ($0.word.replacing(" ", with: "_"), JSON.int($0.count)) },
        uniquingKeysWith: { $1 }))
    record["gates"] = .object(
      Dictionary(gates.map { ($0.gate, JSON.int($0.count)) }, uniquingKeysWith: { $1 }))
    record["learned"] = .array(learned.map { $0.json(content: false) })
    record["carried_along"] = .array(carriedAlong.map { $0.json(content: false) })
    record["dropped"] = .array(dropped.prefix(50).map { $0.json(content: false) })
    record["dropped_count"] = .int(dropped.count)
    record["refuted"] = .array(refuted.prefix(50).map { $0.json(content: false) })
    record["refuted_count"] = .int(refuted.count)
    record["calibration"] = .array(calibration.map(\.json))
    record["incidents"] = .array(
      view.incidents.suffix(20).map {
        [
          "at": .string("\($0.fact.at)"), "kind": .string($0.fact.kind), "detail": $0.fact.detail,
        ]
      })
    record["incident_count"] = .int(view.incidents.count)
    record["decisions"] = .array(view.fold.decisions.suffix(200).map { view.json(of: $0) })
    return record
  }

  private func figures(_ report: NightReport) -> JSON {
    func measured(_ score: Double?, _ interval: Interval?, _ trials: Int) -> JSON {
      guard let score else { return .null }
      return [
        "score": .number(score), "low": .number(interval?.low), "high": .number(interval?.high),
        "confidence": .double(0.9), "trials": .int(trials), "measured_on": "gate",
      ]
    }
    let vault = report.vault
    let interval = vault.flatMap(view.interval)
    return [
      "champion": .string(view.label(report.candidate)),
      "vault": vault.map {
        [
          "mean_difference": .number($0.mean), "low": .number(interval?.low),
          "high": .number(interval?.high), "confidence": .double(0.95), "method": "t",
          "tasks": .int($0.tasks.count), "families": .int($0.clusters(view.world.rules.families)),
          "trials": .int($0.trials),
          "champion": .number($0.champion), "baseline": .number($0.baseline),
          "better": .int($0.tasks.count { $0.difference > 0 }),
          "worse": .int($0.tasks.count { $0.difference < 0 }),
        ]
      } ?? .null,
      "unverified": .optional(report.unverified),
      "gate_fresh_champion": measured(report.score, report.interval, report.trials),
      "gate_fresh_baseline": measured(
        report.baseline?.score, report.baseline?.interval, report.baseline?.trials ?? 0),
      "gate_bracket": report.bracket.map {
        ["deflated": .number($0.low), "as_measured": .number($0.high)]
      } ?? .null,
      "drift": report.drift.map {
        [
          "candidate": .string(view.label($0.candidate)), "tasks": .int($0.tasks),
          "difference": .number($0.difference), "low": .number($0.interval.low),
          "high": .number($0.interval.high), "confidence": .double(0.95),
        ]
      } ?? .null,
      "adoptions": .int(report.adoptions),
      "rolled_back": .array(report.rolledBack.map { .string(view.label($0)) }),
      "pruned": .array(report.pruned.map { .string("\($0)") }),
      "stop": .string(report.stop.rawValue), "awaits_a_person": .bool(report.isAwaited),
    ]
  }
}
