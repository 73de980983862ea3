internal import Base
public import Climb
internal import Layout
internal import NightReading
public import Stats

/// What a night can be expected to find and to cost, from a pilot of its baseline.
public struct NightPlan: Sendable {
  /// What a pilot measured: trials of the baseline on dev tasks, each task several times.
  public struct Pilot: Sendable {
    /// Scores by task.
    public var scores: [[Double]]
    /// What the trials cost together, as far as it is known, and for how many it is.
    public var cost: (sum: Double, known: Int)
    /// How long the trials took together, in milliseconds.
    public var wallMs: Int
    /// How many trials took that long.
    public var timed: Int

    /// A pilot without a trial.
    public init() {
      scores = []
      cost = (0, 0)
      wallMs = 0
      timed = 0
    }
  }

  /// A limit and how many trials it allows.
  public struct Limit: Sendable, Hashable {
    /// trials, money, time.
    public let word: String
    /// So many trials.
    public let trials: Int
  }

  /// The rules of the night.
  public let rules: NightRules
  /// The score of the baseline on dev tasks, over tasks.
  public let baseline: ClusteredMean?
  /// How noisy trials are; nil when the pilot could not tell.
  public let noise: TrialNoise?
  /// The difference of the two halves of the pilot, which are the same harness.
  public let halves: PairedDifference?
  /// What limits the night, the tightest first.
  public let limits: [Limit]
  /// What a trial costs on average; nil when nobody knows.
  public let costEach: Double?
  /// How long a trial takes on average, in milliseconds; nil when none was timed.
  public let wallEach: Int?
  /// The most that a trial may cost; nil without a limit.
  public let costLimit: Double?
  /// The first race of the night with all pairs that can be paid; nil when the noise is unknown.
  public private(set) var race: RacePower?
  /// Why nothing can be expected of the night; nil when something can.
  public private(set) var hopeless: String?
  // Each is a search over races played through: once is enough.
  private var gains: [Double: Double?] = [:]

  /// Plans a night; `costLimit` is the most that one trial may cost, `slots` how many run at once.
  public init(_ rules: NightRules, pilot: Pilot, costLimit: Double? = nil) {
    self.rules = rules
    self.costLimit = costLimit
    let means = pilot.scores.filter { !$0.isEmpty }
      .map { $0.reduce(0, +) / Double($0.count) }
    baseline = TaskMeans.score(means)
    noise = TrialNoise(pilot.scores)
    halves = PairedDifference(
      pilot.scores.compactMap { scores in
        let pairs = scores.count / 2
        guard pairs > 0 else { return nil }
        let first = stride(from: 0, to: 2 * pairs, by: 2).reduce(0.0) { $0 + scores[$1] }
        let second = stride(from: 1, to: 2 * pairs, by: 2).reduce(0.0) { $0 + scores[$1] }
        return (first - second) / Double(pairs)
      })
    costEach = pilot.cost.known > 0 ? pilot.cost.sum / Double(pilot.cost.known) : nil
    wallEach = pilot.timed > 0 ? pilot.wallMs / pilot.timed : nil
    var limits = [Limit(word: "trials", trials: rules.rollouts)]
    if let most = rules.stops.costUSD, let costEach, costEach > 0 {
      limits.append(Limit(word: "money", trials: Int(min(most / costEach, 1e9))))
    }
    if let seconds = rules.stops.deadlineSeconds, let wallEach, wallEach > 0 {
      let each = Double(wallEach) / 1000 / Double(max(rules.slots, 1))
      limits.append(Limit(word: "time", trials: Int(min(seconds / each, 1e9))))
    }
    self.limits = limits.sorted { $0.trials < $1.trials }
    race = firstRace
    for power in [0.5, 0.8, 0.95] { gains[power] = .some(race?.detectable(at: power)) }
    hopeless = whyHopeless
  }

  /// The trials of the night.
  public var trials: Int { limits.first?.trials ?? rules.rollouts }

  private func count(_ split: Split) -> Int { rules.count(split) }

  /// Trials that are kept for the report, the sealed tasks and the twins.
  public var reserve: Int {
    rules.reportTrials * count(.gate) + 2 * rules.vaultTrials * count(.vault)
      + rules.reserveForTwins
  }
  /// Trials that teach what each edit is worth: the pilot of the night among them.
  public var screening: Int {
    max(0, Int(Double(trials - reserve) * rules.screening.share))
  }
  /// Pairs that races may take, all together.
  public var pairs: Int {
    let left = trials - reserve - screening - rules.racing.bank * count(.gate)
    return max(0, left / 2)
  }

  private var firstRace: RacePower? {
    guard let noise else { return nil }
    var rules = Race.Rules(threshold: Thresholds.standard(dry: 1), patience: 2.5)
    if self.rules.mode == .strict {
      rules.threshold = Thresholds.strict(opened: 1, adoptions: 0)
      rules.screening = 20
    }
    rules.cap = min(pairs, self.rules.racing.cap)
    return RacePower(noise: noise.ofPair, rules: rules)
  }

  /// The smallest gain that the night finds with this probability; nil when none.
  public func detectable(at power: Double) -> Double? {
    if let known = gains[power] { return known }
    return race?.detectable(at: power)
  }

  /// Edits that the screening can judge: each carried by half of the candidates, and known about as well
  /// whatever their number, as long as there are enough trials for each.
  public var edits: Int {
    let judged = screening / 20
    return min(judged, rules.stops.proposals ?? judged)
  }

  /// How well the worth of one edit is known in the end: one standard error, in points of the mean score.
  public var errorOfEdit: Double? {
    guard let noise, screening > 0 else { return nil }
    return 2 * (noise.variance / Double(screening)).squareRoot()
  }

  /// What the trials will cost, without proposers and judges; nil when nobody knows.
  public var expectedCost: Double? { costEach.map { $0 * Double(trials) } }

  /// The most that the night can cost; nil when nothing bounds it.
  public var worstCost: Double? {
    let byTrials = costLimit.map { $0 * Double(rules.rollouts) }
    return [rules.stops.costUSD, byTrials].compactMap(\.self).min()
  }

  /// How long it will take, in seconds; nil when no trial was timed.
  public var seconds: Double? {
    wallEach.map { Double($0) / 1000 * Double(trials) / Double(max(rules.slots, 1)) }
  }

  private var whyHopeless: String? {
    if count(.gate) == 0 { return "the suite has no gate tasks, on which a gain could be decided" }
    guard let baseline, noise != nil else {
      return
        "the pilot has no task with two judged trials, so that nothing can be said of the noise"
    }
    let fewest = Race.Rules(threshold: 10, patience: 1).fewestToAdopt
    if pairs < fewest {
      return "\(trials) trials leave \(pairs) pairs for races, and no race adopts before \(fewest)"
    }
    let room = 1 - baseline.mean
    if room < 0.005 { return "the baseline solves every dev task: there is nothing to be gained" }
    guard let gain = detectable(at: 0.5) else {
      return "no gain at all would be found in every second night"
    }
    if gain > room {
      return
        "even a candidate that solves everything (\(Figure.points(room))) would be found in fewer "
        + "than half of the nights; \(Figure.points(gain)) would be needed"
    }
    return nil
  }

  /// What to be careful about; empty when all is well.
  public var cautions: [String] {
    var found: [String] = []
    if let halves, halves.isSeparated {
      found.append(
        "the two halves of the pilot differ by \(Figure.points(halves.difference.mean)), although they are "
          + "the same harness: something drifts")
    }
    if let gain = detectable(at: 0.8), gain > 0.2, hopeless == nil {
      found.append(
        "only gains above \(Figure.points(gain)) are found for certain enough; smaller ones are missed "
          + "more often than not")
    }
    if count(.vault) == 0 {
      found.append("the suite has no sealed tasks: generalisation will stay unverified")
    } else if count(.vault) < 12 {
      found.append("with \(count(.vault)) sealed tasks the last word will be vague")
    }
    if costEach == nil { found.append("what a trial costs is unknown") }
    if worstCost == nil { found.append("nothing bounds what the night may cost: stop.cost_usd") }
    if let noise, noise.volatile * 5 < noise.tasks {
      found.append(
        "\(noise.volatile) of \(noise.tasks) dev tasks are solved sometimes; on the others a trial tells "
          + "little of small changes")
    }
    return found
  }
}
