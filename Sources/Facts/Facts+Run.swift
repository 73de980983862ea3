public import Base

/// The start of a run.
public struct RunFact: Sendable, Hashable {
  /// What it is for.
  public let type: RunType
  /// The suite, which must be recorded before.
  public let suite: Digest
  /// What the user asked for.
  public let settings: JSON
  /// All that makes rows comparable: provider, limits, network, timeouts, host, trials.
  public let conditions: JSON
  /// Whether it uses tasks of the vault.
  public let opensVault: Bool
  /// When it started.
  public let startedAt: Timestamp
  /// The process that runs it.
  public let owner: ProcessOwner
  /// The command line, for people.
  public let command: String

  /// The start of a run.
  public init(
    type: RunType, suite: Digest, settings: JSON, conditions: JSON, opensVault: Bool = false,
    startedAt: Timestamp, owner: ProcessOwner, command: String
  ) {
    self.type = type
    self.suite = suite
    self.settings = settings
    self.conditions = conditions
    self.opensVault = opensVault
    self.startedAt = startedAt
    self.owner = owner
    self.command = command
  }
}

extension RunFact {
  /// Aliases of models that a night asks on its own behalf; trials ask none of them but, where a harness
  /// says so, the judge.
  public static let nightRoles: Set<String> = ["propose", "judge"]

  /// Says that simulated models answered; nil when none of them did. Every screen with a figure of the run
  /// shows it.
  public var rehearsal: String? { Self.rehearsal(conditions) }

  /// The same of recorded conditions.
  public static func rehearsal(_ conditions: JSON) -> String? {
    let models = (conditions["models"].object ?? [:]).values.compactMap(\.string)
    let simulated = Set(models.filter { $0.hasPrefix("rehearsal/") }).sorted()
    return simulated.isEmpty
      ? nil : "rehearsal: simulated by \(simulated.joined(separator: ", "))"
  }
}

extension RunFact {
  /// Which of some candidates a night began with: that of the harness that its settings name; nil when none is.
  public func beganWith(_ candidates: [CandidateRecord]) -> CandidateRecord? {
    guard let hex = settings["harness"].string else { return nil }
    return candidates.first { $0.harness.hex == hex }
  }
}

/// The end of a run; a resumed run ends more than once and the last end holds.
public struct RunEndFact: Sendable, Hashable {
  /// The run.
  public let run: RunID
  /// When it ended.
  public let at: Timestamp
  /// How it ended.
  public let ending: RunEnding
  /// The figures that were shown.
  public let summary: JSON

  /// The end of a run.
  public init(run: RunID, at: Timestamp, ending: RunEnding, summary: JSON) {
    self.run = run
    self.at = at
    self.ending = ending
    self.summary = summary
  }
}

/// Something worth knowing that is no trial: a back-off, an incident, the vault opened, a warning.
public struct EventFact: Sendable, Hashable {
  /// The run, if it belongs to one.
  public let run: RunID?
  /// When.
  public let at: Timestamp
  /// One word: `backoff`, `incident`, `vault_opened`, `warning`, `resumed`, `prices`, …
  public let kind: String
  /// What there is to say.
  public let detail: JSON

  /// The kind of the event that says what a run's models cost from then on.
  public static let prices = "prices"

  /// An event to record.
  public init(run: RunID? = nil, at: Timestamp, kind: String, detail: JSON) {
    self.run = run
    self.at = at
    self.kind = kind
    self.detail = detail
  }
}

/// One harness on one task with one seed, as it was dispatched.
public struct TrialFact: Sendable, Hashable {
  /// The run.
  public let run: RunID
  /// The candidate.
  public let candidate: CandidateID
  /// The task, by digest; a member of the run's suite.
  public let task: Digest
  /// Which repeat of the same task, from 0.
  public let index: Int
  /// The seed.
  public let seed: UInt64
  /// When it was dispatched.
  public let dispatchedAt: Timestamp

  /// A trial to dispatch.
  public init(
    run: RunID, candidate: CandidateID, task: Digest, index: Int, seed: UInt64,
    dispatchedAt: Timestamp
  ) {
    self.run = run
    self.candidate = candidate
    self.task = task
    self.index = index
    self.seed = seed
    self.dispatchedAt = dispatchedAt
  }
}
