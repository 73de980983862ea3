public import Base
internal import Stats

/// A task of the suite, as far as the climb has to know it.
public struct NightTask: Sendable, Hashable, Codable {
  /// Its id.
  public var name: String
  /// Who may see it.
  public var split: Split
  /// Tasks of one family are alike; nil when it is alone.
  public var family: String?
  /// The number of the dev task whose twin it is; nil for one that is none.
  public var twinOf: Int?

  /// A task.
  public init(name: String, split: Split, family: String? = nil, twinOf: Int? = nil) {
    self.twinOf = twinOf
    self.name = name
    self.split = split
    self.family = family
  }
}

/// What ends a night besides its trials; nil where nothing does.
public struct NightStops: Sendable, Hashable, Codable {
  /// The most edits that are asked for.
  public var proposals: Int?
  /// The most trials without an adoption.
  public var noGainFor: Int?
  /// The most money, that of proposers and judges included.
  public var costUSD: Double?
  /// The most tokens, those of proposers and judges included.
  public var tokens: Int?
  /// Seconds after the beginning.
  public var deadlineSeconds: Double?

  /// Stops.
  public init(
    proposals: Int? = nil, noGainFor: Int? = nil, costUSD: Double? = nil, tokens: Int? = nil,
    deadlineSeconds: Double? = nil
  ) {
    self.proposals = proposals
    self.noGainFor = noGainFor
    self.costUSD = costUSD
    self.tokens = tokens
    self.deadlineSeconds = deadlineSeconds
  }
}

/// How far a night may go without a person.
public enum Autonomy: String, Sendable, Hashable, Codable, CaseIterable {
  /// It finds candidates and adopts nothing without a person.
  case suggest
  /// The same, and drafts of what to adopt are written.
  case draft
  /// A person approves each adoption.
  case approve
  /// It adopts by itself.
  case auto
}

/// Everything that is fixed when a night begins; the same rules and the same outcomes give the same night.
public struct NightRules: Sendable, Hashable, Codable {
  /// How much evidence an adoption asks for.
  public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
    /// A level for each candidate.
    case standard
    /// A bound on the false discoveries of the whole night.
    case strict
  }

  /// Where all draws start.
  public var seed: UInt64
  /// The tasks; their places in this list are their numbers.
  public var tasks: [NightTask]
  /// The most trials that are paid for.
  public var rollouts: Int
  /// The most trials at once.
  public var slots = 1
  /// How much evidence an adoption asks for.
  public var mode = Mode.standard
  /// What ends the night besides its trials.
  public var stops = NightStops()
  /// How far it may go without a person.
  public var autonomy = Autonomy.auto
  /// Who proposes.
  public var proposers: [String] = []
  /// For how many edits a proposer is asked at once.
  public var proposalsAtOnce = 4
  /// How many edits are asked for before candidates are screened.
  public var proposalsFirst = 8
  /// The share of the night after which nothing more is proposed: what comes late cannot be judged.
  public var proposalsUntil = 0.6
  /// A proposer has so many trials to answer in before the night waits for it.
  public var answerLag: Int
  /// Whether an edit is looked at before it is carried, and a candidate's trials before it is adopted.
  public var reflects = true
  /// How candidates are compared on tasks and their twins; nil where no task has one.
  public var twins: TwinRules?
  /// Trials of the baseline on each dev task, before anything else.
  public var pilotTrials = 2
  /// Trials that an edit has to go through before it is carried; 0 for none.
  public var smokeTrials = 0
  /// Trials of each side on each sealed task, at the end.
  public var vaultTrials = 2
  /// How the pool is screened.
  public var screening: ScreeningRules
  /// How candidates are raced.
  public var racing = RacingRules()
  /// Fresh trials for the report, for each task that it is measured on.
  public var reportTrials: Int
  /// How often a trial that failed for reasons not its own is tried again.
  public var retries = 2

  /// Which edition of deciding the night follows; nil for the first.
  public private(set) var edition: Int? = Self.edition

  /// The edition that this program decides by. It is raised whenever the same facts lead to other decisions: a night
  /// of another edition can be read, but neither be gone on with nor be decided anew.
  public static let edition = 4

  /// Whether this program decides as the night did.
  public var isOfThisEdition: Bool { edition == Self.edition }

  /// The families of the tasks that are of one, by the tasks' names.
  package var families: [String: String] {
    Dictionary(
      tasks.compactMap { task in task.family.map { (task.name, $0) } }, uniquingKeysWith: { $1 })
  }

  /// The usual rules for a night of so many trials.
  public init(seed: UInt64, tasks: [NightTask], rollouts: Int) {
    self.seed = seed
    self.tasks = tasks
    self.rollouts = rollouts
    screening = ScreeningRules(rollouts: rollouts)
    let gates = max(tasks.count { $0.split == .gate }, 1)
    reportTrials = min(max(rollouts / 20 / gates, 3), 20)
    answerLag = max(rollouts / 12, 40)
  }

  /// Trials that the last races need: one that sees a gain of twice the smallest one that is worth chasing,
  /// and, where that is no more than a third of the night, one that takes needless edits off again.
  public var lastRaces: Int {
    let gates = tasks.count { $0.split == .gate }
    let race = 2 * Race.pairs(toSee: 2 * racing.target) + racing.bank * gates
    // A fifth more than it takes where nothing differs.
    let pruning = racing.fewestToPrune * 12 / 5
    return race + (3 * pruning <= rollouts ? pruning : 0)
  }
}

/// How the pool is screened on dev tasks.
public struct ScreeningRules: Sendable, Hashable, Codable {
  /// The share of the night that is spent on it, after the report's trials are put aside.
  public var share = 0.93
  /// Trials whose candidates carry edits by the toss of a coin, before the model is asked.
  public var opening = 80
  /// The fewest trials between two fits.
  public var batch = 40
  /// The share of all trials until now that a batch grows to.
  public var growth = 0.06
  /// What is decided rests on all trials but the last so many, and waits for the slowest of those, so that
  /// it does not hang on which trial ends first; 0 for as many as the slots need to be kept busy.
  public var lag = 0
  /// The most candidates that one plan makes; in a long night each of them gets several tasks.
  public var drawsAtOnce = 200
  /// How widely effects are drawn around what is believed of them.
  public var exploration = 1.0
  /// The share of edits that are switched against the draw.
  public var flips = 0.3
  /// The share of tasks, those of the largest gains, that are left out to see what is general in an edit.
  public var trim = 0.25
  /// From so many trials on, draws are made around what is general.
  public var generalFrom = 1000
  /// What is general in an edit may lie so far below 0, in logits, before it is left out: dropping the
  /// tasks where it gains most lowers what does nothing as well.
  public var allowance = 0.0
  /// An edit whose effect lies so many standard errors below 0 is carried no further.
  public var harm = 2.5
  /// An edit that so many standard errors keep within `inertness` logits of 0 is carried no further.
  public var doubt = 2.0
  /// What is too small to matter, in logits.
  public var inertness = 0.15
  /// No edit is dropped before so many trials carried it.
  public var fewestToDrop = 30
  /// How many standard errors are taken off before an edit is put into a bundle.
  public var margin = 0.0
  /// From so many trials on, the model may learn what two edits do together.
  public var pairsFrom = 1500
  /// The share of the pairs that may be chance.
  public var pairDoubt = 0.5
  /// The most pairs.
  public var pairs = 30
  /// The most pairs that are taken in at once.
  public var pairsAtOnce = 8
  /// Newton steps of each fit.
  public var steps = 4

  /// The usual rules for a night of so many trials.
  public init(rollouts: Int) {
    if rollouts < 2500 {
      // A race of thirty pairs fails one night in twenty for want of trials; of forty, hardly any.
      share = max(min(0.9, 1 - 100 / Double(max(rollouts, 1))), 0.5)
      flips = 0
      trim = 0.35
      generalFrom = 1500
    } else if rollouts < 10_000 {
      flips = 0.35
      trim = 0.35
    }
  }
}

/// When a trial is too old to be compared with: a model may not be what it was when the night began.
public struct AgeingRules: Sendable, Hashable, Codable {
  /// After so many more trials.
  public var trials = 1500
  /// After so many seconds.
  public var seconds = 10_800.0

  /// The usual rules.
  public init() {}
}

/// How candidates are raced on gate tasks.
public struct RacingRules: Sendable, Hashable, Codable {
  /// Fresh trials of a control on each gate task, before its first race.
  public var bank = 1
  /// When a control's trials are too old and have to be run anew; nil where they never are.
  public var ageing: AgeingRules? = AgeingRules()
  /// The smallest gain worth chasing.
  public var target = 0.05
  /// The most pairs of a race.
  public var cap = 800
  /// The share of the trials between two decisions that go to the open races, as long as edits are
  /// screened beside them.
  public var pace = 0.5
  /// The most races at once.
  public var atOnce = 3
  /// As long as edits are still to be proposed, a candidate is chosen for a race each time that so large
  /// a share of the screening is done; the last one is chosen when nothing is left to be screened.
  public var every = 0.2
  /// Trials of the screening that are left for the time of the last race, as a share of it, so that the
  /// slots have something to do; in nights of fewer than 4,000 trials none are.
  public var beside = 0.03
  /// Standard errors by which the predicted gain has to lie above 0 before a race is begun.
  public var conviction = 1.0
  /// Below so many affordable pairs nothing is pruned.
  public var fewestToPrune = 200
  /// An edit is taken for inert when its predicted gain is no more than so many standard errors.
  public var inert = 1.0
  /// The most races for one choice: the bundle that was chosen, and halves of it when it fails.
  public var races = 3

  /// The usual rules.
  public init() {}
}
