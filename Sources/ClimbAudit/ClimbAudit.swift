public import Climbs
internal import Glibc
internal import Stats

/// What a claimed climb is worth: how much of it is noise, what a gate would have kept, how far it is overstated.
///
/// Pure: the same climb and noise give the same audit.
public struct ClimbAudit: Sendable {
  /// The climb as it was claimed.
  public let climb: ClaimedClimb
  /// Its noise; nil when it cannot be told.
  public let noise: ClimbNoise?
  /// One judgement for every step that was kept.
  public let keeps: [KeepJudgement]
  /// The step that everything began with.
  public let baseline: Int?
  /// How much better the claimed step scored than the baseline.
  public let claimed: Double?
  /// What is to be believed of that, with its standard error; nil without noise.
  public let believed: (gain: Double, error: Double)?
  /// What the best of so many equal attempts scores above the first by noise alone, about.
  public let byNoiseAlone: Double?

  /// Judges a climb; `noise` is the standard deviation of one run, `tasks` the number that a score is a mean of.
  public init(_ climb: ClaimedClimb, noise given: Double? = nil, tasks: Int? = nil) {
    self.climb = climb
    let noise = ClimbNoise.of(climb, given: given, tasks: tasks)
    self.noise = noise
    let bases = Self.bases(climb)
    baseline =
      climb.steps.firstIndex { $0.fate == .baseline && $0.score != nil }
      ?? climb.steps.firstIndex { $0.score != nil }
    var keeps: [KeepJudgement] = []
    var dry = 0
    for (index, step) in climb.steps.enumerated() where step.score != nil && step.fate != .baseline
    {
      dry += 1
      guard step.fate == .kept, let base = bases[index] else { continue }
      if let keep = KeepJudgement.judge(climb, step: index, base: base, dry: dry, noise: noise) {
        keeps.append(keep)
      }
      dry = 0
    }
    if let baseline, let claim = climb.claimed, let last = climb.steps[claim].score,
      let first = climb.steps[baseline].score
    {
      claimed = climb.gain(last, over: first)
    } else {
      claimed = nil
    }
    let belief = noise.map { Belief(climb, $0, bases) }
    for index in keeps.indices { keeps[index].shrunk = belief?.gain(of: keeps[index].step) }
    self.keeps = keeps
    believed = belief.flatMap { $0.total(upTo: climb.claimed, bases) }
    let tries = climb.steps.count { $0.score != nil }
    byNoiseAlone = noise.map { Self.bestOf(tries) * $0.deviation }
  }

  // What each step was made from: what the files say, else the last that was kept before it.
  private static func bases(_ climb: ClaimedClimb) -> [Int: Int] {
    var bases: [Int: Int] = [:]
    var incumbent: Int?
    for (index, step) in climb.steps.enumerated() where step.score != nil {
      if let base = step.base ?? incumbent, base < index, climb.steps[base].score != nil {
        bases[index] = base
      }
      if step.fate == .kept || step.fate == .baseline || incumbent == nil { incumbent = index }
    }
    return bases
  }

  /// The expected largest of so many standard normal numbers, by Blom's approximation.
  static func bestOf(_ count: Int) -> Double {
    guard count > 1 else { return 0 }
    return Normal.quantile((Double(count) - 0.375) / (Double(count) + 0.25))
  }

  /// The keeps of a kind.
  public func count(_ word: KeepJudgement.Word) -> Int { keeps.count { $0.word == word } }

  /// Whether the believed climb is above 0 as far as anybody can tell.
  var isSettled: Bool { believed.map { $0.gain > KeepJudgement.edge * $0.error } ?? false }

  // The believed gain; where that may be nothing, the claimed one.
  private var worthSettling: Double? { isSettled ? believed?.gain : claimed }

  /// Runs of both the first and the last, each with seeds of its own, after which the believed climb would
  /// show at the gate's bar; nil where it cannot be told or nothing is believed.
  public var runsToSettle: Int? {
    guard let noise, let gain = worthSettling, gain > 0 else { return nil }
    let z = AggregateEvidence.z(for: Thresholds.standard(dry: 1))
    let runs = pow(z * noise.deviation * 2.0.squareRoot() / gain, 2)
    return runs < 1e6 ? max(2, Int(runs.rounded(.up))) : nil
  }

  /// Pairs of trials on tasks after which the believed climb would show at the gate's bar.
  public var pairsToSettle: Int? {
    guard climb.isShare, climb.steps.contains(where: { !$0.trials.isEmpty }),
      let gain = worthSettling, gain > 0.001
    else { return nil }
    return max(20, Race.pairs(toSee: gain, threshold: Thresholds.standard(dry: 1)))
  }
}
