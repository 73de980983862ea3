internal import Climbs
internal import Glibc
internal import Stats

/// What can be said of one step that a climb kept.
public struct KeepJudgement: Sendable, Hashable {
  /// What it is.
  public enum Word: String, Sendable, Hashable, CaseIterable {
    /// Belay's gate would have adopted it on the same evidence.
    case survives
    /// More than noise, less than a gate asks for.
    case undecided
    /// Within what the noise alone does.
    case noise
    /// It scored no better than what it replaced.
    case noGain = "no_gain"
    /// The files do not have what it takes.
    case unknown
  }

  /// The step.
  public let step: Int
  /// The one that it was compared with.
  public let base: Int
  /// How much better it scored.
  public let gain: Double
  /// The standard deviation of the difference between two runs of the same thing.
  public let deviation: Double?
  /// Pairs of trials of the same tasks, where there are any.
  public let pairs: Int?
  /// The evidence that it is better, on the natural logarithm's scale.
  public let logE: Double?
  /// The e-value that the gate asks for at this point of a night.
  public let threshold: Double
  /// The word.
  public let word: Word
  /// The gain pulled towards 0 by how much of such gains is noise.
  public internal(set) var shrunk: Double?

  /// Whether it is smaller than what two runs of the same thing differ by.
  public var isBelowNoise: Bool? { deviation.map { gain < $0 } }
}

extension KeepJudgement {
  // One-sided, at 5%.
  static let edge = Normal.quantile(0.95)

  /// Judges a step against its base; `dry` steps were judged since the last one that was kept, this one included.
  static func judge(
    _ climb: ClaimedClimb, step: Int, base: Int, dry: Int, noise: ClimbNoise?
  ) -> KeepJudgement? {
    guard let score = climb.steps[step].score, let before = climb.steps[base].score else {
      return nil
    }
    let gain = climb.gain(score, over: before)
    let threshold = Thresholds.standard(dry: dry)
    if climb.isShare, let race = Paired(climb, step, base, threshold) {
      // The night's own gate saw these pairs in their order, without those that were no evidence.
      if let gate = climb.steps[step].gate {
        return KeepJudgement(
          step: step, base: base, gain: race.gain, deviation: race.deviation, pairs: gate.pairs,
          logE: gate.logE, threshold: exp(gate.bar),
          word: word(race.gain, race.deviation, survives: gate.logE >= gate.bar))
      }
      return KeepJudgement(
        step: step, base: base, gain: race.gain, deviation: race.deviation, pairs: race.pairs,
        logE: race.logE, threshold: threshold,
        word: word(race.gain, race.deviation, survives: race.isAdopted))
    }
    let deviation = noise.map { noise in
      hypot(noise.deviation(of: step), noise.deviation(of: base))
    }
    let logE = deviation.flatMap { $0 > 0 ? AggregateEvidence.logE(z: gain / $0) : nil }
    return KeepJudgement(
      step: step, base: base, gain: gain, deviation: deviation, pairs: nil, logE: logE,
      threshold: threshold,
      word: word(gain, deviation, survives: logE.map { $0 >= log(threshold) } ?? false))
  }

  private static func word(_ gain: Double, _ deviation: Double?, survives: Bool) -> Word {
    if gain <= 0 { return .noGain }
    guard let deviation else { return .unknown }
    if survives { return .survives }
    return gain < edge * deviation ? .noise : .undecided
  }
}

/// The e-process over pairs of trials of the same tasks.
private struct Paired {
  let pairs: Int
  let logE: Double
  let isAdopted: Bool
  let gain: Double
  let deviation: Double

  init?(_ climb: ClaimedClimb, _ step: Int, _ base: Int, _ threshold: Double) {
    let mine = climb.steps[step].trials
    let theirs = climb.steps[base].trials
    let tasks = mine.keys.filter { theirs[$0] != nil }.sorted()
    var race = Race(Race.Rules(threshold: threshold, patience: .infinity))
    var differences: [Double] = []
    let sign = climb.lowerIsBetter ? -1.0 : 1.0
    let rounds = tasks.map { min(mine[$0]?.count ?? 0, theirs[$0]?.count ?? 0) }.max() ?? 0
    for round in 0..<rounds {
      for task in tasks {
        guard let mine = mine[task], let theirs = theirs[task], round < mine.count,
          round < theirs.count
        else { continue }
        _ = race.add(
          candidate: sign * mine[round], control: sign * theirs[round],
          controlMean: sign * theirs.reduce(0, +) / Double(theirs.count))
        differences.append(sign * (mine[round] - theirs[round]))
      }
    }
    guard differences.count > 1 else { return nil }
    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / count
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    pairs = differences.count
    logE = race.evidence.logE
    // All of the evidence at once: in which order the tasks were run nobody knows.
    isAdopted = pairs >= race.rules.fewestToAdopt && logE >= log(threshold)
    gain = mean
    // Two equal lists of results are no certainty.
    deviation = (max(squares / (count - 1), 0.02) / count).squareRoot()
  }
}

/// What a single difference of known noise can say.
enum AggregateEvidence {
  // How large effects are bet to be, in standard deviations of the difference.
  private static let spread = 2.0

  /// The logarithm of the e-value of a normal score `z`: bets on effects above 0 with half a normal's weights.
  static func logE(z: Double) -> Double {
    let square = spread * spread
    let share = Normal.cdf(spread * z / (1 + square).squareRoot())
    return log(2 / (1 + square).squareRoot()) + square * z * z / (2 * (1 + square))
      + log(max(share, 1e-300))
  }

  /// The `z` at which the e-value is `value`.
  static func z(for value: Double) -> Double {
    var low = 0.0
    var high = 40.0
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if logE(z: middle) < log(value) { low = middle } else { high = middle }
    }
    return high
  }
}
