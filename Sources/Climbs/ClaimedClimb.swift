/// A night of some tool as its own files claim it: what was tried, how it scored, what was kept.
///
/// What the files do not say is nil or empty here, and never 0. All texts are untrusted.
public struct ClaimedClimb: Sendable, Hashable {
  /// Whose files these are.
  public enum Origin: String, Sendable, Hashable, CaseIterable {
    /// A table of attempts, as autoresearch and AutoAgent keep it.
    case table = "results.tsv"
    /// Meta-Harness.
    case metaHarness = "Meta-Harness"
    /// GEPA.
    case gepa = "GEPA"
    /// Inspect's logs.
    case inspect = "Inspect"
    /// Harbor's jobs.
    case harbor = "Harbor"
    /// A night of Belay.
    case belay = "Belay"
  }

  /// What became of an attempt, by the files.
  public enum Fate: String, Sendable, Hashable, CaseIterable {
    /// It was there before the climb.
    case baseline
    /// It became what the next ones were compared with.
    case kept
    /// It was not.
    case discarded
    /// It has no score.
    case failed
    /// The files do not say.
    case unknown
  }

  /// What the gate of the night itself had for an attempt, where the night is one that has a gate.
  public struct GateEvidence: Sendable, Hashable {
    /// Pairs of trials behind it.
    public let pairs: Int
    /// The natural logarithm of the e-value.
    public let logE: Double
    /// The natural logarithm of what was asked.
    public let bar: Double

    /// What a gate had.
    public init(pairs: Int, logE: Double, bar: Double) {
      self.pairs = pairs
      self.logE = logE
      self.bar = bar
    }
  }

  /// One attempt.
  public struct Step: Sendable, Hashable {
    /// Its name: a commit, an id.
    public var name: String
    /// What the files say of it.
    public var description = ""
    /// Its score, where it has one.
    public var score: Double?
    /// What became of it.
    public var fate: Fate
    /// The step that it was made from; nil for the last one that was kept before it.
    public var base: Int?
    /// Scores of its trials by task, in their order; empty where the files do not have them.
    public var trials: [String: [Double]] = [:]
    /// How many tasks the score is a mean of, where that is known.
    public var tasks: Int?
    /// What it cost in dollars, where that is known.
    public var costUSD: Double?
    /// The step of which it says itself that it is the same thing once more.
    public var repeats: Int?
    /// What decided of it in the night itself; nil where nothing of the kind did.
    public var gate: GateEvidence?

    /// An attempt.
    public init(name: String, score: Double?, fate: Fate) {
      self.name = name
      self.score = score
      self.fate = fate
    }

    /// The mean of its tasks' means, always added up in the order of their names; nil without any.
    public var meanOfTasks: Double? {
      guard !trials.isEmpty else { return nil }
      let sum = trials.sorted { $0.key < $1.key }.reduce(0.0) {
        $0 + $1.value.reduce(0, +) / Double($1.value.count)
      }
      return sum / Double(trials.count)
    }
  }

  /// Whose files these are.
  public var origin: Origin
  /// What is measured.
  public var metric: String
  /// Whether less of it is better.
  public var lowerIsBetter: Bool
  /// Whether scores are shares, from 0 to 1.
  public var isShare: Bool
  /// The attempts, in their order.
  public var steps: [Step]
  /// The step whose score is the claim.
  public var claimed: Int?
  /// What was guessed or left out in reading.
  public var notes: [String]
  /// What the night itself concluded from trials that chose nothing, in a sentence; nil where it did not.
  public var settled: String?

  /// A climb.
  public init(
    origin: Origin, metric: String, lowerIsBetter: Bool = false, isShare: Bool = true,
    steps: [Step] = [], claimed: Int? = nil, notes: [String] = []
  ) {
    self.origin = origin
    self.metric = metric
    self.lowerIsBetter = lowerIsBetter
    self.isShare = isShare
    self.steps = steps
    self.claimed = claimed
    self.notes = notes
  }

  /// How much better the first score is than the second.
  public func gain(_ score: Double, over other: Double) -> Double {
    lowerIsBetter ? other - score : score - other
  }

  /// The best of the steps with a score, the earliest of equals.
  var best: Int? {
    steps.indices.filter { steps[$0].score != nil }.max { left, right in
      guard let mine = steps[left].score, let other = steps[right].score else { return false }
      let gain = gain(other, over: mine)
      return gain > 0 || (gain == 0 && left > right)
    }
  }

  /// Whether every score and every result of a trial is a share, from 0 to 1; a loss below 1 is none.
  var hasShares: Bool {
    !lowerIsBetter
      && steps.allSatisfy { step in
        ((step.score.map { [$0] } ?? []) + step.trials.values.joined()).allSatisfy((0...1).contains)
      }
  }

  /// Takes scores for percentages; results of trials are, where one is above 1.
  mutating func takeAsPercentages() {
    let areTrials = steps.contains { $0.trials.values.contains { $0.contains { $0 > 1 } } }
    for index in steps.indices {
      steps[index].score? /= 100
      if areTrials { steps[index].trials = steps[index].trials.mapValues { $0.map { $0 / 100 } } }
    }
    notes.append("scores are percentages, shown as shares")
  }

  // Where the files do not say what was kept: whatever beat all before it was.
  mutating func keepWhateverWasBest() {
    var best: Double?
    for index in steps.indices {
      guard let score = steps[index].score else {
        if steps[index].fate == .unknown { steps[index].fate = .failed }
        continue
      }
      defer {
        if let known = best {
          best = gain(score, over: known) > 0 ? score : known
        } else {
          best = score
        }
      }
      guard steps[index].fate == .unknown else { continue }
      guard let known = best else {
        steps[index].fate = .baseline
        continue
      }
      steps[index].fate = gain(score, over: known) > 0 ? .kept : .discarded
    }
    claimed = claimed ?? self.best
  }
}
