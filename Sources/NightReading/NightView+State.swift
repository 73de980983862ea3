public import Base
package import Climb
internal import Facts
internal import Layout
internal import NightLog
internal import Stats

extension NightView {
  /// How a night is, for those who watch.
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// Its process is at work.
    case running
    /// Its process is at work, and begins nothing until a person looks.
    case paused
    /// It ended with a report.
    case finished
    /// It was stopped before its end; it can be resumed.
    case stopped
    /// Its process is gone without a word; it can be resumed.
    case dead
    /// Its process runs on another machine, which nobody asked.
    case elsewhere
  }

  /// How it is.
  public var state: State {
    if world.report != nil { return .finished }
    if hasEnded { return .stopped }
    guard let isAlive else { return .elsewhere }
    if !isAlive { return .dead }
    return world.pauseReason != nil && world.report == nil ? .paused : .running
  }

  /// The state in a sentence.
  package var stateSentence: String {
    let ago = Figure.duration(milliseconds: Int(now.since(fold.lastAt).inMs))
    switch state {
    case .finished:
      return "finished: \(endWords ?? "")"
    case .stopped:
      let why = run.end?.summary["reason"].string.map { ": \($0)" } ?? ""
      return "stopped before its end (\(run.end?.ending.rawValue ?? "unknown")\(why))"
    case .dead:
      return "dead: its process \(run.fact.owner.pid) is gone without a word; its last fact is "
        + "\(ago) old"
    case .elsewhere:
      return "runs on \(run.fact.owner.host), and whether it lives cannot be seen from here; its "
        + "last fact is \(ago) old"
    case .paused:
      return "paused: \(world.pauseReason ?? fold.heldBecause ?? "a person has to look")"
    case .running: return "\(phaseWords); last fact \(ago) ago"
    }
  }

  /// What ended it, in words; nil before its report.
  package var endWords: String? {
    world.report.map {
      RaceWords.stop($0.stop, run: world.rollouts, world.rules)
    }
  }

  /// The phase in words.
  package var phaseWords: String {
    switch world.phase {
    case .piloting: "measuring the baseline on dev tasks"
    case .proposing: "waiting for the first edits"
    case .climbing:
      openRaces.isEmpty
        ? "screening edits on dev tasks" : "racing candidates on gate tasks, and screening edits"
    case .closing: "measuring what is handed over"
    case .paused: "waiting for a person"
    case .over: "over"
    }
  }

  /// The time at which the night has to end; nil without a deadline.
  package var deadline: Timestamp? {
    world.rules.stops.deadlineSeconds.map {
      Timestamp(milliseconds: fold.openedAt.milliseconds + Int64($0 * 1000))
    }
  }

  /// When the trials will be used up, at the rate until now; nil when nothing can be said.
  package var expectedEnd: Timestamp? {
    guard state == .running, world.rollouts >= 20, world.phase != .closing else { return nil }
    let used = Double(fold.lastAt.milliseconds - fold.openedAt.milliseconds)
    guard used > 0, world.horizon > world.rollouts else { return nil }
    let left = used / Double(world.rollouts) * Double(world.horizon - world.rollouts)
    let end = Timestamp(milliseconds: now.milliseconds + Int64(left))
    return deadline.map { min($0, end) } ?? end
  }

  /// A race that is under way or awaits an answer.
  package struct OpenRace: Sendable {
    /// What the night records of it.
    package let record: RaceRecord
    /// Pairs that came back whole.
    package let pairs: Int
    /// Of those, how many the candidate won.
    package let won: Int
    /// And how many it lost.
    package let lost: Int
    /// The logarithm of the e-value.
    package let logE: Double
    /// The logarithm of the e-value that adopts.
    package let bar: Double
    /// Whether a person has to answer, and did not yet.
    package let isAwaited: Bool

    /// What that says, in words.
    package var words: String { RaceWords.leaning(logE: logE, bar: bar, pairs: pairs) }
  }

  /// The races that are not over.
  package var openRaces: [OpenRace] {
    // Until the night comes to act on it, an answer leaves the race as it was.
    let asked = Set(world.openQuestions)
    return world.races.compactMap { record in
      let isAwaited = asked.contains(record.opening.candidate)
      switch record.state {
      case .open, .inspected, .waiting: break
      case .adopted, .refused, .rolledBack: return nil
      }
      // One count: the pairs that the e-value rests on.
      let live = fold.pairs.standing(record.opening, first: record.figures?.pairs ?? .max)
      let bar = RaceWords.logarithm(record.opening.rules.threshold)
      guard let figures = record.figures else {
        return OpenRace(
          record: record, pairs: live.pairs, won: live.won, lost: live.lost, logE: live.logE,
          bar: bar, isAwaited: isAwaited)
      }
      return OpenRace(
        record: record, pairs: figures.pairs, won: live.won, lost: live.lost, logE: figures.logE,
        bar: figures.bar, isAwaited: isAwaited)
    }
  }

  /// The candidates that wait for a person's yes; none once the night is over, when there is nobody left to tell.
  public var awaiting: [CandidateID] {
    world.report != nil
      ? [] : openRaces.filter(\.isAwaited).map(\.record.opening.candidate)
  }

  /// What a person may type next.
  package var nextCommands: [String] {
    let id = run.id
    switch state {
    case .dead, .stopped: return ["belay run --resume \(id)", "belay report \(id)"]
    case .finished:
      let checkout = aftermath.name == nil ? nil : self.id(of: champion)
      return ["belay report \(id)"] + (checkout.map { ["belay checkout \($0) DIR"] } ?? [])
    case .paused: return ["belay resume --run \(id)", "belay log \(id)"]
    case .running, .elsewhere:
      let waiting = awaiting.compactMap { self.id(of: $0) }
      return waiting.map { "belay approve \($0)" } + ["belay watch \(id)", "belay report \(id)"]
    }
  }
}

extension NightView {
  /// What to do about the champion now that something was done about it; nil while nothing was.
  package var advice: String? {
    guard let champion = id(of: champion) else { return nil }
    if let name = aftermath.name {
      return "nothing is left to decide: \(champion) is promoted as \(name)"
    }
    if aftermath.isTakenBack {
      return "it is no longer in use: \(champion) was promoted, and another one is in its place"
    }
    guard let check = aftermath.lastCheck else { return nil }
    return switch check.word {
    case "confirmed":
      "promote \(champion), after reading its diff: fresh seeds confirmed it"
        + (check.record["chosen_on_these_tasks"].bool == true
          ? ", though on the tasks that chose it" : "")
    case "worse": "keep the baseline: with fresh seeds \(champion) was worse"
    case "not_confirmed":
      "do not promote \(champion) on this alone: with fresh seeds its gain was not confirmed"
    default: nil
    }
  }
}

extension Duration {
  /// The whole milliseconds in it.
  package var inMs: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
