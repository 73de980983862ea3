public import Base
internal import Stats

/// A pair that a race was fed: two trials of one task with the same draw.
public struct RacePair: Sendable, Hashable, Codable {
  /// Which gate task, counted among these.
  public let place: Int
  /// The candidate's trial, by its number in the night.
  public let candidate: TrialID
  /// The control's trial, by its number in the night.
  public let control: TrialID
  /// The candidate's score less the control's.
  public let difference: Double
}

/// A difference in the mean score, with its standard error.
public struct MeanGain: Sendable, Hashable, Codable {
  /// The mean.
  public let mean: Double
  /// Its standard error.
  public let standardError: Double

  /// A difference.
  public init(mean: Double, standardError: Double) {
    self.mean = mean
    self.standardError = standardError
  }
}

/// What a race that says yes rests on, fixed in the moment when it said so: which trials come in later, and in
/// which order, changes nothing of it.
public struct RaceEvidence: Sendable, Hashable, Codable {
  /// The pairs, in dispatch order.
  @Packed public private(set) var pairs: [RacePair]
  /// The names of the gate tasks, by the pairs' places.
  public let tasks: [String]
  /// What the pooled model believes of the gain on dev tasks.
  public let dev: MeanGain
  /// The gain on gate tasks; nil before two pairs.
  public let gate: MeanGain?

  /// The differences on each gate task, in dispatch order.
  public var differences: [String: [Double]] {
    pairs.reduce(into: [:]) { $0[tasks[$1.place], default: []].append($1.difference) }
  }
}

extension World {
  /// What a race rests on now.
  func evidence(of contest: Contest) -> RaceEvidence {
    let (mean, error) = model.gain(
      of: pool.features(of: contest.opening.edits),
      over: pool.features(of: edits(of: contest.control)))
    let race = contest.race
    let measured = race.estimate.flatMap { mean in
      race.standardError.map { MeanGain(mean: mean, standardError: $0) }
    }
    return RaceEvidence(
      pairs: contest.fed, tasks: gate.map { rules.tasks[$0].name },
      dev: MeanGain(mean: mean, standardError: error), gate: measured)
  }
}
