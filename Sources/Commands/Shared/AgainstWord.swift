internal import Base
internal import Climb
internal import Console
internal import Facts
internal import Ledger
internal import NightPages
internal import Platform

/// Another trial of the same task: by its id, or as `sibling` or `parent`.
enum AgainstWord {
  /// The trial that is meant.
  static func trial(_ word: String, of id: TrialID, _ reader: LedgerReader, _ clock: WallClock)
    throws
    -> TrialID
  {
    if let other = TrialID(word) { return other }
    let trial = try reader.trial(id).trial
    let fact = trial.fact
    switch word {
    case "sibling":
      let same = try reader.trials(
        TrialFilter(run: fact.run, candidate: fact.candidate, task: fact.task), limit: 1000)
      // One that ended otherwise tells most; else the next.
      let others = same.filter { $0.id != id }
      let different = others.first { $0.latest?.score != trial.latest?.score }
      guard let found = different ?? others.first(where: { $0.id > id }) ?? others.first else {
        throw BelayError(
          .notFound, "no other trial of this task by \(fact.candidate)", place: "\(id)",
          hint: "belay trace \(id) --against parent")
      }
      return found.id
    case "parent":
      let run = try reader.run(fact.run)
      guard run.fact.type == .night else {
        throw BelayError(
          .usage, "only a trial of a night has a parent", place: "\(id)",
          hint: "belay trace \(id) --against TRIAL")
      }
      let view = try NightView.read(reader, run: fact.run, clock: clock)
      guard let parent = Self.parent(of: fact.candidate, view) else {
        throw BelayError(
          .notFound, "\(fact.candidate) is the baseline, or nobody knows what it came from",
          place: "\(id)", hint: "belay tree \(fact.run)")
      }
      let trials = try reader.trials(
        TrialFilter(run: fact.run, candidate: parent, task: fact.task), limit: 1000)
      // The one with the same draw of the task, where there is one.
      guard let found = trials.first(where: { $0.fact.seed == fact.seed }) ?? trials.first else {
        throw BelayError(
          .notFound, "\(parent), its parent, has no trial of this task", place: "\(id)",
          hint: "belay trace \(id) --against sibling")
      }
      return found.id
    default:
      throw BelayError(
        .usage, "--against: expected t12, sibling or parent, got '\(word.printable())'",
        hint: "belay trace \(id) --against sibling")
    }
  }

  // What a candidate was raced to replace; of one that was never raced the baseline.
  private static func parent(of id: CandidateID, _ view: NightView) -> CandidateID? {
    guard let candidate = view.candidate(labelled: id), candidate != CandidateID(1) else {
      return nil
    }
    let race = view.world.races.last { $0.opening.candidate == candidate }
    let base = race.flatMap { view.fold.times[$0.opening.number]?.base } ?? CandidateID(1)
    return view.id(of: base == candidate ? CandidateID(1) : base)
  }
}
