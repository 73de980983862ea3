public import Base
public import Stats

/// All that is known of a night: a fold over its facts, and nothing else.
///
/// What the world decides on moves in looks. A look rests on all trials that were dispatched before a fixed
/// one, taken in in dispatch order, and on nothing that came later, so that which trial ends first changes
/// nothing. Between two looks trials fill the slots as they fall free.
public struct World: Sendable, Codable {
  /// Where the night stands.
  public enum Phase: String, Sendable, Hashable, Codable, CaseIterable {
    /// The baseline is measured.
    case piloting
    /// The first edits are awaited.
    case proposing
    /// Candidates are screened, and raced beside that.
    case climbing
    /// What is handed over is measured.
    case closing
    /// A person has to look.
    case paused
    /// It is over.
    case over
  }

  /// What was fixed when the night began, but for what people changed since.
  public internal(set) var rules: NightRules
  /// The edits.
  public internal(set) var pool = Pool()
  /// The candidates; the first is the baseline.
  public var candidates: [Candidate] { roster.candidates }
  /// What trials on dev tasks say of the edits.
  public internal(set) var model = PooledModel(tasks: 0, priors: [])
  /// Who would be handed over now.
  public internal(set) var incumbent = CandidateID(1)
  /// The last candidate that was adopted for being better, and so what simpler ones are measured against.
  public internal(set) var anchor = CandidateID(1)
  /// Trials that were dispatched.
  public internal(set) var rollouts = 0
  /// Adoptions that stand.
  public internal(set) var adoptions = 0
  /// Adoptions that were taken back.
  public internal(set) var rolledBack: [CandidateID] = []
  /// Edits that were adopted and taken off again as needless.
  public internal(set) var pruned: [EditID] = []
  /// The races of the night, in the order in which they began.
  public internal(set) var races: [RaceRecord] = []
  /// What was asked of proposers and not answered yet.
  public internal(set) var openProposals: [ProposalOrder] = []
  /// The candidates that were put together, with their harness and their id outside of the night.
  @Packed public internal(set) var assembled: [CandidateID: Assembled] = [:]
  /// What was spent, by the word of what it was spent on: trial, propose, judge.
  public internal(set) var spending: [String: Spending] = [:]
  /// What people said to the proposers.
  public internal(set) var hints: [String] = []
  /// Seconds since the night began, as far as is recorded.
  public internal(set) var seconds = 0.0
  /// Why the night waits for a person; nil while it does not.
  public internal(set) var pauseReason: String?
  /// The report, once the night is over.
  public internal(set) var report: NightReport?

  /// The numbers of the tasks of each split.
  let dev: [Int]
  let gate: [Int]
  let vault: [Int]
  var places: [Int: Int] = [:]
  private var roster = Roster()

  @Packed var flights: [TrialID: TrialOrder] = [:]
  var queue = Queue()
  /// What came back and was not taken in yet, by the number of the trial.
  @Packed var landed: [Int: Landed] = [:]
  /// All trials up to this one came back.
  var whole = 0
  /// All trials up to this one were taken in.
  var taken = 0
  /// Trials that broke in a row.
  var brokenInARow = 0
  var look = Look()
  var answers = Answers()
  var accounts = Accounts()

  var proposing = Proposing()
  var screening = Screening()
  var contests: [Contest] = []
  var bundles: [Bundle] = []
  var banks: [CandidateID: Bank] = [:]
  var dry = 0
  /// Races since a candidate was chosen last.
  var tries = 0
  var probation: Replication?
  var lastAdoption = 0
  var closing: Closing?

  /// A night that has only begun.
  public init(_ rules: NightRules) {
    self.rules = rules
    // Twins teach nobody anything.
    dev = rules.tasks.indices.filter {
      rules.tasks[$0].split == .dev && rules.tasks[$0].twinOf == nil
    }
    gate = rules.tasks.indices.filter { rules.tasks[$0].split == .gate }
    vault = rules.tasks.indices.filter { rules.tasks[$0].split == .vault }
    for tasks in [dev, gate, vault] {
      for (place, task) in tasks.enumerated() { places[task] = place }
    }
    accounts.horizon = rules.rollouts
  }

  /// The world after some facts; nil when they do not begin with the opening of a night.
  public init?(folding facts: some Sequence<NightFact>) {
    var world: World?
    for fact in facts {
      if case .opened(let rules) = fact {
        guard world == nil else { return nil }
        world = World(rules)
      } else {
        guard world != nil else { return nil }
        world?.fold(fact)
      }
    }
    guard let world else { return nil }
    self = world
  }

  /// The edits of a candidate; none for one that does not exist.
  public func edits(of candidate: CandidateID) -> [EditID] {
    candidates.indices.contains(candidate.number - 1) ? candidates[candidate.number - 1].edits : []
  }

  /// Whether decisions rest on a trial by now: those that are, are the same whatever came back first.
  public func restsOn(_ trial: TrialID) -> Bool { trial.number <= taken }

  /// Trials that are under way, in dispatch order.
  public var inFlight: [TrialOrder] { flights.values.sorted { $0.id < $1.id } }

  /// A candidate that was put together.
  public struct Assembled: Sendable, Hashable {
    /// The digest of its harness.
    public let harness: String
    /// Its id outside of the night.
    public let candidate: CandidateID
  }

  /// A trial that has to be run and has no number yet.
  struct Waiting: Sendable, Hashable {
    let candidate: CandidateID
    let task: Int
    let purpose: TrialPurpose
    var attempt = 1
  }

  /// A trial that came back.
  struct Landed: Sendable, Hashable {
    let order: TrialOrder
    let end: TrialEnd
    let spending: Spending
  }

  /// When the next look is taken and what it rests on.
  struct Look: Sendable, Hashable, Codable {
    /// It takes in all trials up to this one.
    var through = 0
    /// Whether every answer is waited for, because there is nothing else to do.
    var isIdle = true
    /// Whether it has been taken and its decisions are being made.
    var isOpen = false
  }

  /// Edits that may be raced together.
  struct Bundle: Sendable, Hashable, Codable {
    let edits: [EditID]
    let question: RaceOpening.Question
    let expected: Double
  }

  /// An adoption that later pairs may take back.
  struct Replication: Sendable, Codable {
    let candidate: CandidateID
    let parent: CandidateID
    let parentAnchor: CandidateID
    var probation: Probation
    /// For each gate task the parent's first trial that was not too old for the race.
    let starts: [Int]
    /// For each gate task the visits that were fed.
    var fed: [Int]
  }

  /// The number that a candidate with these edits has, or would get.
  func candidateNumber(of edits: [EditID]) -> CandidateID {
    roster.number(of: edits) ?? CandidateID(candidates.count + 1)
  }

  mutating func candidate(with edits: [EditID]) -> CandidateID { roster.candidate(with: edits) }

  func draws(for purpose: UInt64, _ number: Int = 0) -> Draws {
    Draws(seed: rules.seed, for: purpose &+ UInt64(number) &* 16)
  }
}
