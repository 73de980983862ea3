public import Base
public import Stats

/// All that is known of a night: a fold over its facts, and nothing else.
public struct World: Sendable {
  /// Where the night stands.
  public enum Phase: Sendable, Hashable {
    /// The pool is being filled.
    case proposing
    /// Candidates with several edits each run on dev tasks.
    case screening
    /// Trials are awaited, or were, before the next step is chosen.
    case choosing
    /// A candidate is raced on gate tasks.
    case racing
    /// The incumbent is measured afresh.
    case measuring
    /// A person has to look.
    case paused
    /// It is over.
    case over
  }

  /// What was fixed when the night began.
  public internal(set) var rules: NightRules
  /// Where the night stands.
  public internal(set) var phase = Phase.proposing
  /// The edits.
  public internal(set) var pool = Pool()
  /// The candidates; the first is the baseline.
  public internal(set) var candidates: [Candidate]
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
  /// The report, once the night is over.
  public internal(set) var report: NightReport?

  /// The numbers of the tasks of each split.
  let dev: [Int]
  let gate: [Int]
  var places: [Int: Int] = [:]
  var numbers: [[EditID]: CandidateID] = [[]: CandidateID(1)]

  /// What was asked of proposers and not answered yet.
  public internal(set) var openProposals: [ProposalOrder] = []
  /// The candidates that were put together, with their harness and their id outside of the night.
  public internal(set) var assembled: [CandidateID: Assembled] = [:]
  /// What was spent, by the word of what it was spent on.
  public internal(set) var spending: [String: Spending] = [:]
  /// What people said to the proposers.
  public internal(set) var hints: [String] = []
  /// Seconds since the night began, as far as is recorded.
  public internal(set) var seconds = 0.0
  /// The races of the night, in the order in which they began.
  public internal(set) var races: [RaceRecord] = []
  var asked = 0
  var orders = 0
  var emptyAnswers = 0
  var reflecting: Set<EditID> = []
  var isHeld = false

  var flights: [TrialID: TrialOrder] = [:]
  var again: [Waiting] = []
  var queue = Queue()

  var screening = Screening()
  var contest: Contest?
  var bundles: [Bundle] = []
  var banks: [CandidateID: Bank] = [:]
  var opened = 0
  var dry = 0
  var probation: Replication?
  var figures: [[Double]] = []
  var measures = 0
  var resumes = Phase.racing

  /// A night that has only begun.
  public init(_ rules: NightRules) {
    self.rules = rules
    dev = rules.tasks.indices.filter { rules.tasks[$0].split == .dev }
    gate = rules.tasks.indices.filter { rules.tasks[$0].split == .gate }
    for (place, task) in dev.enumerated() { places[task] = place }
    for (place, task) in gate.enumerated() { places[task] = place }
    candidates = [Candidate(id: CandidateID(1), edits: [])]
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

  /// A candidate that was put together.
  public struct Assembled: Sendable, Hashable {
    /// The digest of its harness.
    public let harness: String
    /// Its id outside of the night.
    public let candidate: CandidateID
  }

  /// Trials that are under way.
  public var inFlight: [TrialOrder] { flights.values.sorted { $0.id < $1.id } }

  /// A trial that has to be run and has no number yet.
  struct Waiting: Sendable, Hashable {
    let candidate: CandidateID
    let task: Int
    let purpose: TrialPurpose
    var attempt = 1
  }

  /// Trials in the order in which they are to be dispatched.
  struct Queue: Sendable {
    private var items: [Waiting] = []
    private var head = 0

    var isEmpty: Bool { head == items.count }
    var count: Int { items.count - head }
    subscript(_ index: Int) -> Waiting { items[head + index] }

    mutating func append(_ item: Waiting) { items.append(item) }
    mutating func removeFirst() {
      head += 1
      if head == items.count { removeAll() }
    }
    mutating func removeAll() {
      items.removeAll(keepingCapacity: true)
      head = 0
    }
  }

  /// Edits that may be raced together.
  struct Bundle: Sendable, Hashable {
    let edits: [EditID]
    let question: RaceOpening.Question
    let expected: Double
  }

  /// An adoption that later pairs may take back.
  struct Replication: Sendable {
    let candidate: CandidateID
    let parent: CandidateID
    let parentAnchor: CandidateID
    var probation: Probation
    /// For each gate task the visits that were fed.
    var fed: [Int]
  }

  /// The number that a candidate with these edits has, or would get.
  func candidateNumber(of edits: [EditID]) -> CandidateID {
    numbers[edits] ?? CandidateID(candidates.count + 1)
  }

  mutating func candidate(with edits: [EditID]) -> CandidateID {
    if let known = numbers[edits] { return known }
    let id = CandidateID(candidates.count + 1)
    candidates.append(Candidate(id: id, edits: edits))
    numbers[edits] = id
    return id
  }

  func draws(for purpose: UInt64, _ number: Int = 0) -> Draws {
    Draws(seed: rules.seed, for: purpose &+ UInt64(number) &* 16)
  }
}
