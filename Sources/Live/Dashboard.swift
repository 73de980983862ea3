public import Base
public import Calls
internal import Climb
internal import Facts
internal import Layout
public import NightReading
internal import Stats

/// What the dashboard shows of a night, as it is by now: lines that are safe to print, with what they lead to.
public struct Dashboard: Sendable, Hashable {
  /// One line of a panel.
  struct Row: Sendable, Hashable {
    var text: String
    var tone: Tone?
    /// What it leads to; nil for a line that leads nowhere.
    var page: LivePage?
    /// The candidate or edit that it is about; nil when it is about neither.
    var subject: String?
    /// Whether it tells of something that went wrong.
    var isFault = false
    /// Where it stands in each order of its panel but the first, lowest first; none stand at the end.
    var places: [Double] = []
  }

  /// The panels, in the order of the tab key.
  enum Panel: Int, Sendable, Hashable, CaseIterable {
    case races, activity, decisions

    var title: String {
      switch self {
      case .races: "candidates in flight"
      case .activity: "trials under way (idle)"
      case .decisions: "last decisions"
      }
    }

    /// The orders that its rows can stand in, the first being how they come.
    var orders: [String] {
      switch self {
      case .races: ["as they began", "nearest to an end first"]
      case .activity: ["idle longest first", "under way longest first", "by trial"]
      case .decisions: ["newest first", "oldest first"]
      }
    }
  }

  /// The night's run.
  public let run: RunID
  let headline: [String]
  let state: NightView.State
  let figures: [String]
  let progress: Progress
  let races: [Row]
  let activity: [Row]
  let decisions: [Row]
  /// Who began and who is handed over, in the lab's ids.
  let ends: [String]
  /// Who was put together to be raced, in the lab's ids and in the order of their races, the baseline first.
  let candidates: [CandidateID]
  /// Whether nothing will come any more: what was decided is all that is left to be looked through.
  let isOver: Bool

  /// How far the night has come.
  struct Progress: Sendable, Hashable {
    let done: Int
    let most: Int
    let slots: String
    /// Trials a minute, and dollars an hour, over equal parts of the night.
    let pace: [Double]
    let cost: [Double]
  }

  /// Why nothing will come any more.
  var ending: String {
    switch state {
    case .finished: "the night is over"
    case .stopped: "the night was stopped"
    case .dead: "the night's process is gone"
    case .running, .paused, .elsewhere: "the night goes on"
    }
  }

  func rows(_ panel: Panel) -> [Row] {
    switch panel {
    case .races: races
    case .activity: activity
    case .decisions: decisions
    }
  }

  /// What the night comes to by now; `activity` is what its trials do.
  public init(_ view: NightView, activity: [TrialActivity] = []) {
    run = view.run.id
    state = view.state
    isOver = view.isOver
    headline = Self.headline(view)
    figures = Self.figures(view)
    ends = [CandidateID(1), view.champion].compactMap { view.id(of: $0) }.map { "\($0)" }
    let world = view.world
    var seen: Set<CandidateID> = []
    candidates = ([CandidateID(1)] + world.races.map(\.opening.candidate)).compactMap {
      view.id(of: $0)
    }.filter { seen.insert($0).inserted }
    progress = Progress(
      done: world.rollouts, most: world.report == nil ? world.horizon : world.rollouts,
      slots: view.isOver ? "" : "slots \(world.inFlight.count)/\(world.rules.slots)",
      pace: Self.pace(view) { Double($0.trials) }, cost: Self.pace(view) { $0.costUSD })
    races = Self.races(view)
    self.activity = Self.activity(view, activity)
    decisions = view.fold.decisions.suffix(500).reversed().enumerated().map { place, decision in
      let subject = decision.edit.map { "\($0)" } ?? decision.candidate.map { view.label($0) }
      return Row(
        text: view.line(of: decision).printable(), tone: decision.tone,
        page: subject.map { .subject($0) }, subject: subject, isFault: decision.tone == .bad,
        places: [-Double(place)])
    }
  }

  private static func headline(_ view: NightView) -> [String] {
    let most = view.world.rules.stops.costUSD.map { " of \(Figure.dollars($0))" } ?? ""
    // What matters most stands first: a narrow screen leaves out what comes last.
    var parts = [
      "\(view.run.id) \(Labelled.quoted(view.name, to: 20))",
      "\(view.state.rawValue.uppercased()) \(Figure.duration(milliseconds: Int(view.elapsed.inMs)))",
      view.rehearsal == nil ? "" : "REHEARSAL",
      view.spent.brief + most,
    ]
    if let end = view.expectedEnd { parts.append("ends ~\(Figure.clock(end))") }
    if let deadline = view.deadline { parts.append("deadline \(Figure.clock(deadline))") }
    return parts
  }

  private static func figures(_ view: NightView) -> [String] {
    func score(_ candidate: CandidateID) -> String {
      guard let fresh = view.fresh(candidate) else { return "no fresh trial yet" }
      return
        "gate \(Figure.percent(fresh.mean.value)) "
        + "\(Figure.range(fresh.mean.interval.low, fresh.mean.interval.high)) 90%"
    }
    let baseline = CandidateID(1)
    var first = "baseline \(view.label(baseline)) \(score(baseline))"
    if view.champion != baseline {
      let paired = view.freshDifference(baseline, view.champion)
      first =
        "champion \(view.label(view.champion)) \(score(view.champion))   \(first)"
        + (paired.map { "   \(Figure.points($0.difference.mean)) by fresh trials" } ?? "")
    }
    let vault: String
    if let report = view.world.report {
      vault =
        report.vault.map { vault in
          let interval = view.interval(of: vault).map {
            " \(Figure.range($0.low, $0.high, signed: true)) 95%"
          }
          return "vault \(Figure.points(vault.mean))\(interval ?? ""), the last word"
        } ?? "vault not opened: \(report.unverified ?? "unknown")"
    } else {
      vault = "vault sealed"
    }
    let funnel = view.world.funnel
    let pool =
      "edits \(funnel.proposed): \(funnel.active) carried, \(funnel.dropped) dropped, "
      + "\(funnel.blocked) blocked   races \(funnel.raced): "
      + Figure.plural(funnel.adopted, "adoption")
    var lines = [first, vault, pool]
    lines.append("state: \(view.stateSentence)")
    if let last = view.incidents.last {
      let said = last.fact.detail["sentence"].string ?? last.fact.detail["reason"].string ?? ""
      lines.append(
        "incidents \(view.incidents.count), the last \(Figure.clock(last.fact.at)) "
          + "\(last.fact.kind) \(said)")
    }
    return lines.map { $0.printable() }
  }

  private static func races(_ view: NightView) -> [Row] {
    let open = view.openRaces.map { race -> Row in
      let opening = race.record.opening
      let label = view.label(opening.candidate)
      let share = min(max(race.logE / max(race.bar, 0.01), 0), 1)
      let bar = String(repeating: "#", count: Int(share * 8))
      let rest = String(repeating: "-", count: 8 - bar.count)
      let edits = opening.edits.count
      var text =
        "\(label) < \(view.label(opening.control))  \(Figure.plural(edits, "edit"))  "
        + "\(race.pairs) pairs  e \(RaceWords.eValue(race.logE))/\(RaceWords.eValue(race.bar)) "
        + "\(bar)\(rest)  \(race.words)"
      let waits = race.isAwaited && view.world.report == nil
      if waits {
        text += "  WAITS: \(CommandPlace.placed("belay approve \(label)"))"
      } else if race.isAwaited {
        text += "  nobody approved it"
      }
      return Row(
        text: text.printable(), tone: waits ? .warning : nil, page: .subject(label),
        subject: label, places: [-share])
    }
    var rows = open
    for order in view.world.openProposals {
      rows.append(
        Row(
          text: "\(Figure.plural(order.count, "edit")) asked of \(order.proposer)".printable(),
          tone: .dim))
    }
    let judged = view.world.openReflections
    if !judged.isEmpty {
      rows.append(
        Row(text: "\(Figure.plural(judged.count, "edit")) being looked at", tone: .dim))
    }
    for candidate in view.world.openInspections {
      let label = view.label(candidate)
      rows.append(
        Row(
          text: "the trials of \(label) are being checked", page: .subject(label), subject: label))
    }
    if rows.isEmpty {
      rows = [Row(text: view.isOver ? "the night is over" : view.phaseWords, tone: .dim)]
    }
    return view.isOver && open.isEmpty ? rows.suffix(1) : rows
  }

  private static func activity(_ view: NightView, _ activity: [TrialActivity]) -> [Row] {
    guard !view.isOver else { return [Row(text: "no trial is under way", tone: .dim)] }
    let known = Dictionary(activity.map { ($0.index, $0) }, uniquingKeysWith: { $1 })
    let rows = view.world.inFlight.map { order -> (idle: Int64, row: Row) in
      let doing = known[order.id.number]
      // Who watches may steer: which gate or sealed task it is stays unsaid.
      let rules = view.world.rules.tasks
      let task = rules.indices.contains(order.task) ? rules[order.task] : nil
      let name =
        task.flatMap { view.tells($0.split) ? DisplayWidth.cut($0.name.printable(), to: 30) : nil }
        ?? (task?.split).anonymousTask
      let idle = doing.map { view.now.milliseconds - $0.lastAt.milliseconds } ?? 0
      let long = doing.map { Int(view.now.milliseconds - $0.dispatchedAt.milliseconds) }
      let what = doing.map { $0.isAsking ? "asking" : $0.calls > 0 ? "working" : "starting" } ?? "-"
      let label = view.id(of: order.candidate).map { "\($0)" } ?? "?"
      let isLong = idle > 120_000
      let text =
        "\(doing.map { "\($0.trial)" } ?? "-") \(label) \(order.purpose.word)  \(what) "
        + "\(Figure.duration(milliseconds: long))  idle "
        + (doing == nil ? Figure.missing : Figure.duration(milliseconds: Int(max(idle, 0))))
        + "\(isLong ? " !" : "")  \(name)"
      return (
        idle,
        Row(
          text: text, tone: isLong ? .warning : nil,
          page: doing.map { .trace($0.trial) }, subject: label, isFault: isLong,
          places: doing.map { [-Double(long ?? 0), Double($0.trial.number)] } ?? [])
      )
    }
    if rows.isEmpty { return [Row(text: "no trial is under way", tone: .dim)] }
    // What stands still longest stands first.
    return rows.enumerated().sorted { ($1.element.idle, $0.offset) < ($0.element.idle, $1.offset) }
      .map(\.element.row)
  }

  // The growth of something over equal parts of the night's time.
  private static func pace(_ view: NightView, _ value: (NightTrack.Mile) -> Double) -> [Double] {
    let miles = view.fold.track.miles
    let start = view.fold.openedAt.milliseconds
    let span = view.fold.lastAt.milliseconds - start
    guard miles.count > 4, span > 1000 else { return [] }
    let parts = 12
    var ends = [Double](repeating: 0, count: parts)
    for mile in miles {
      let part = min(Int((mile.at.milliseconds - start) * Int64(parts) / span), parts - 1)
      ends[part] = max(ends[part], value(mile))
    }
    var last = 0.0
    return ends.map { end in
      let now = max(end, last)
      defer { last = now }
      return (now - last) / (Double(span) / Double(parts) / 60_000)
    }
  }
}
