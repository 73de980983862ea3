public import Base
internal import Climb
internal import Facts
public import Ledger
public import NightReading

/// Which other trial of its task a trial is set against, and why that one.
public struct Counterpart: Sendable, Hashable {
  /// The trial.
  public let trial: TrialID
  /// Whose it is and how it was chosen.
  public let reason: String

  /// A trial of the task, as far as the choice depends on it.
  struct Draw: Sendable, Hashable {
    let id: TrialID
    /// Its number in the order of dispatch.
    let order: Int
    /// Trials of one task with one seed see the same draw of it.
    let seed: UInt64
    /// What it was for; empty where nobody knows.
    let purpose: String
    /// Nil for one that is not scored, or not yet.
    let score: Double?
  }

  /// Another trial of the task by the same candidate in the same run: one that ended otherwise before others,
  /// one for the same purpose before others, then the nearest.
  public static func sibling(of id: TrialID, _ reader: LedgerReader, _ view: NightView?) throws
    -> Counterpart
  {
    let trial = try reader.trial(id).trial
    let candidate = trial.fact.candidate
    let own = try draws(trial, of: candidate, reader, view)
    guard let mine = own.first(where: { $0.id == id }),
      let found = sibling(mine, among: own)
    else {
      throw BelayError(
        .notFound, "no other trial of this task by \(candidate)", place: "\(id)",
        hint: "belay trace \(id) --against parent")
    }
    return Counterpart(
      trial: found.draw.id, reason: "another trial of \(candidate): \(found.why)")
  }

  /// A trial of the task by what the candidate was to replace: on the same draw where there is one, which
  /// in a race there is.
  public static func parent(of id: TrialID, _ reader: LedgerReader, _ view: NightView) throws
    -> Counterpart
  {
    let trial = try reader.trial(id).trial
    let candidate = trial.fact.candidate
    let parents = parents(of: candidate, view)
    guard !parents.isEmpty else {
      throw BelayError(
        .notFound, "\(candidate) is the baseline, or nobody knows what it came from",
        place: "\(id)", hint: "belay tree \(view.run.id)")
    }
    let own = try draws(trial, of: candidate, reader, view)
    let theirs = try parents.map { try draws(trial, of: $0.id, reader, view) }
    guard let mine = own.first(where: { $0.id == id }),
      let found = counterpart(of: mine, own: own, among: theirs)
    else {
      throw BelayError(
        .notFound,
        "\(parents[0].id), \(parents[0].words), has no trial of this task", place: "\(id)",
        hint: "belay trace \(id) --against sibling")
    }
    let parent = parents[found.parent]
    return Counterpart(
      trial: found.draw.id, reason: "\(parent.id), \(parent.words): \(found.why)")
  }

  /// A trial of the task by a named candidate of the night: on the same draw where there is one.
  public static func trial(
    of other: CandidateID, like id: TrialID, _ reader: LedgerReader, _ view: NightView
  ) throws -> Counterpart {
    let trial = try reader.trial(id).trial
    guard trial.fact.candidate != other else { return try sibling(of: id, reader, view) }
    let own = try draws(trial, of: trial.fact.candidate, reader, view)
    let theirs = try draws(trial, of: other, reader, view)
    guard let mine = own.first(where: { $0.id == id }),
      let found = counterpart(of: mine, own: own, among: [theirs])
    else {
      throw BelayError(
        .notFound, "\(other) has no trial of this task in \(view.run.id)", place: "\(id)",
        hint: "belay trace \(id) --against sibling")
    }
    return Counterpart(trial: found.draw.id, reason: "\(other): \(found.why)")
  }

  // What a candidate was raced against, the newest race first, and who was to be replaced; of one that was
  // never raced the baseline.
  private static func parents(of id: CandidateID, _ view: NightView) -> [(
    id: CandidateID, words: String
  )] {
    guard let candidate = view.candidate(labelled: id), candidate != CandidateID(1) else {
      return []
    }
    var found: [(id: CandidateID, words: String)] = []
    func add(_ other: CandidateID, _ words: String) {
      guard other != candidate, let id = view.id(of: other) else { return }
      if !found.contains(where: { $0.id == id }) { found.append((id, words)) }
    }
    for race in view.world.races.reversed() where race.opening.candidate == candidate {
      let number = race.opening.number
      add(race.opening.control, "its control in race \(number)")
      if let base = view.fold.times[number]?.base {
        add(base, "the incumbent when race \(number) began")
      }
    }
    if found.isEmpty { add(CandidateID(1), "the baseline") }
    return found
  }

  private static func draws(
    _ trial: TrialRecord, of candidate: CandidateID, _ reader: LedgerReader, _ view: NightView?
  ) throws -> [Draw] {
    try reader.trials(
      TrialFilter(run: trial.fact.run, candidate: candidate, task: trial.fact.task), limit: 1000
    ).map { other in
      Draw(
        id: other.id, order: other.fact.index, seed: other.fact.seed,
        purpose: view?.fold.purpose(ofTrial: other.fact.index) ?? "",
        score: other.isFinished ? other.latest?.score : nil)
    }
  }
}

// The rules by themselves.
extension Counterpart {
  static func sibling(_ mine: Draw, among own: [Draw]) -> (draw: Draw, why: String)? {
    let others = own.filter { $0.id != mine.id }.sorted { left, right in
      func rank(_ draw: Draw) -> [Int] {
        [
          draw.score == nil ? 1 : 0, draw.score == mine.score ? 1 : 0,
          draw.purpose == mine.purpose ? 0 : 1, abs(draw.order - mine.order), draw.order,
        ]
      }
      return rank(left).lexicographicallyPrecedes(rank(right))
    }
    guard let found = others.first else { return nil }
    let drawn = found.seed == mine.seed ? "the same draw of the task" : "another draw of the task"
    guard found.score != nil else { return (found, "the nearest, none is scored; \(drawn)") }
    return (
      found,
      (found.score == mine.score
        ? "the nearest, since none ended otherwise" : "the nearest that ended otherwise")
        + "; \(drawn)"
    )
  }

  /// The trial that one is set against, out of the trials of each parent, the first of whom counts most.
  static func counterpart(of mine: Draw, own: [Draw], among parents: [[Draw]])
    -> (parent: Int, draw: Draw, why: String)?
  {
    for (place, theirs) in parents.enumerated() {
      guard let same = best(theirs.filter { $0.seed == mine.seed }) else { continue }
      let purpose = same.purpose.isEmpty ? "" : ", its \(same.purpose) trial"
      return (place, same, "the same draw of the task\(purpose)")
    }
    // The n-th of its kind is set against the n-th of its kind.
    let seeds = visits(own, for: mine.purpose)
    for (place, theirs) in parents.enumerated() {
      let others = visits(theirs, for: mine.purpose)
      guard let visit = seeds.firstIndex(of: mine.seed), others.indices.contains(visit),
        let like = best(theirs.filter { $0.seed == others[visit] && $0.purpose == mine.purpose })
      else { continue }
      let kind = mine.purpose.isEmpty ? "trial" : "\(mine.purpose) trial"
      return (place, like, "another draw of the task, \(kind) \(visit + 1) of each on it")
    }
    for (place, theirs) in parents.enumerated() {
      let sorted = theirs.sorted { $0.order < $1.order }
      guard let any = sorted.first(where: { $0.score != nil }) ?? sorted.first else { continue }
      let purpose = any.purpose.isEmpty ? "" : ", its first \(any.purpose) trial of it"
      return (place, any, "another draw of the task\(purpose); none of its trials is like this one")
    }
    return nil
  }

  // Of several attempts at one draw the last that was scored.
  private static func best(_ draws: [Draw]) -> Draw? {
    let sorted = draws.sorted { $0.order < $1.order }
    return sorted.last { $0.score != nil } ?? sorted.last
  }

  // The draws that were seen for a purpose, in the order of dispatch.
  private static func visits(_ draws: [Draw], for purpose: String) -> [UInt64] {
    var seeds: [UInt64] = []
    for draw in draws.sorted(by: { $0.order < $1.order }) where draw.purpose == purpose {
      if !seeds.contains(draw.seed) { seeds.append(draw.seed) }
    }
    return seeds
  }
}
