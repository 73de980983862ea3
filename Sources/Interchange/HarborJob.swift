public import Base

/// A job folder that Harbor wrote, read for import; whatever is missing in it is nil.
public struct HarborJob: Sendable, Hashable {
  /// The job's name, else the folder's.
  public let name: String
  /// The folder, absolute and with links resolved.
  public let folder: String
  /// Harbor's id of the job.
  public let id: String?
  /// Harbor's version, from the lock.
  public let harborVersion: String?
  /// When it began: the earliest trial's start, as the job's own times have no zone.
  public let startedAt: Timestamp?
  /// When it ended: the last trial's end.
  public let finishedAt: Timestamp?
  /// The trials with a result, sorted by start and name.
  public let trials: [HarborTrial]
  /// Trial folders without a usable result; never dropped in silence.
  public let skipped: [HarborSkipped]
  /// `config.json`
  public let config: JSON
  /// `result.json`
  public let result: JSON
  /// What was odd.
  public let diagnostics: [Diagnostic]

  /// Reads a job folder, or the folder of a single trial.
  public static func read(_ path: String) throws(BelayError) -> HarborJob {
    try HarborJobReader.read(path)
  }

  /// Whether a folder is a job, also one that was cut off before it wrote its own records; a trial is none.
  public static func isJob(_ path: String) -> Bool { HarborJobReader.isJobOrHoldsTrials(path) }

  /// The names of its trials' rewards, sorted.
  public var rewardKeys: [String] { Set(trials.flatMap { ($0.rewards ?? [:]).keys }).sorted() }

  /// What to say when rewards were given and none counts; nil when one does, or there are none at all.
  public func lacksReward(key: String, option: String) -> BelayError? {
    guard !rewardKeys.isEmpty, trials.allSatisfy({ $0.reward(key: key) == nil }) else { return nil }
    let names = rewardKeys.prefix(8).map { $0.printable() }.joined(separator: ", ")
    return BelayError(
      .usage, "no trial has a reward named \(key.printable()); there are: \(names)", place: folder,
      hint: rewardKeys.first.map { "\(option) \($0.printable())" })
  }
}

/// A trial folder that holds no result.
public struct HarborSkipped: Sendable, Hashable {
  /// The folder's name.
  public let name: String
  /// Why it could not be read.
  public let reason: String
}

/// One trial that Harbor recorded; all texts in it are untrusted.
public struct HarborTrial: Sendable, Hashable {
  /// The trial's name, else the folder's.
  public let name: String
  /// The folder.
  public let folder: String
  /// The task's name as Harbor recorded it.
  public let task: String
  /// Harbor's content digest of the task, from the lock.
  public let taskDigest: Digest?
  /// The dataset that the task came from.
  public let dataset: String?
  /// Where the task was: a path, or a repository with its commit.
  public let taskPlace: JSON
  /// The agent's name.
  public let agent: String
  /// The agent's version.
  public let agentVersion: String?
  /// The model, with its provider in front where known.
  public let model: String?
  /// Which repeat of the same task by the same agent and model it is, from 0.
  public internal(set) var attempt: Int
  /// The rewards by key; nil where there are none.
  public let rewards: [String: Double]?
  /// What went wrong: of the trial first, then of its steps.
  public let exceptions: [HarborException]
  /// Tokens and money, summed over steps.
  public let usage: TokenUsage
  /// When it began.
  public let startedAt: Timestamp?
  /// When it ended.
  public let finishedAt: Timestamp?
  /// Its phases in order, those that were timed.
  public let phases: [HarborPhase]
  /// The steps of a multi-step task.
  public let steps: [HarborStep]
  /// Regular files of the trial; links are not followed.
  public let files: [HarborFile]
  /// `result.json`
  public let result: JSON

  /// What became of the trial: the first exception decides, then whether there is a reward.
  public var outcome: HarborOutcome {
    guard let first = exceptions.first else {
      return rewards?.isEmpty == false ? .completed : .verifierFailed
    }
    let outcome = HarborOutcome(exception: first.type)
    return outcome.isScored && rewards?.isEmpty != false ? .verifierFailed : outcome
  }

  /// The ATIF document, as a path on the host.
  public var trajectory: String? {
    files.first { $0.role == .trajectory }.map { "\(folder)/\($0.path)" }
  }

  /// The reward: the named key, else the only one.
  public func reward(key: String = "reward") -> Double? {
    guard let rewards else { return nil }
    return rewards[key] ?? (rewards.count == 1 ? rewards.values.first : nil)
  }
}

/// What became of a trial, in Belay's words.
public enum HarborOutcome: String, Sendable, Hashable, CaseIterable {
  /// The agent ended by itself, with any code.
  case completed
  /// A limit ended it.
  case limit
  /// The model refused.
  case refusal
  /// The model's provider failed.
  case providerFailed = "provider_failed"
  /// The sandbox, or Harbor itself.
  case sandboxFailed = "sandbox_failed"
  /// The verifier gave no reward.
  case verifierFailed = "verifier_failed"
  /// Someone stopped it.
  case cancelled

  /// Whether its reward counts.
  public var isScored: Bool {
    switch self {
    case .completed, .limit, .refusal: true
    default: false
    }
  }

  /// Classifies an exception's type as Harbor 0.25 does; what it does not know is never scored.
  public init(exception type: String) {
    self = Self.known.first { $0.types.contains(type) }?.outcome ?? .sandboxFailed
  }

  private static let known: [(outcome: HarborOutcome, types: Set<String>)] = [
    (.completed, ["NonZeroAgentExitCodeError"]),
    (
      .limit,
      [
        "AgentTimeoutError", "ContextWindowExceededError", "OutputTokenExceededError",
        "ContextLengthExceededError", "OutputLengthExceededError",
      ]
    ),
    (.refusal, ["AgentSafetyRefusalError", "ContentPolicyViolationError"]),
    (
      .providerFailed,
      [
        "ApiError", "ApiRateLimitError", "ApiInternalServerError", "ApiOverloadedError",
        "ApiConnectionClosedError", "ApiResponseStalledError", "UnknownApiError",
        "NetworkConnectionError", "ApiConnectionError", "ApiUsageLimitError", "RateLimitError",
        "InternalServerError", "ServiceUnavailableError", "APIConnectionError", "APIError",
        "Timeout", "BadRequestError", "UnprocessableEntityError", "UnsupportedParamsError",
        "APIResponseValidationError", "BudgetExceededError", "AgentAuthenticationError",
        "ModelNotFoundError", "ApiProviderResourceNotFoundError", "AuthenticationError",
        "PermissionDeniedError", "NotFoundError",
      ]
    ),
    (
      .verifierFailed,
      [
        "VerifierTimeoutError", "RewardFileNotFoundError", "RewardFileEmptyError",
        "VerifierOutputParseError",
      ]
    ),
    (.cancelled, ["CancelledError"]),
  ]
}

/// An exception that Harbor recorded.
public struct HarborException: Sendable, Hashable {
  /// The step that it happened in; nil for the trial itself.
  public let step: String?
  /// The Python type.
  public let type: String
  /// Its message.
  public let message: String
  /// Its traceback.
  public let traceback: String
  /// When it happened.
  public let at: Timestamp?
}

/// A timed phase of a trial.
public struct HarborPhase: Sendable, Hashable {
  /// `environment_setup`, `agent_setup`, `agent_execution` or `verifier`.
  public let name: String
  /// When it began.
  public let startedAt: Timestamp
  /// When it ended; nil when it did not.
  public let finishedAt: Timestamp?
}

/// One step of a multi-step trial.
public struct HarborStep: Sendable, Hashable {
  /// The step's name.
  public let name: String
  /// Its rewards.
  public let rewards: [String: Double]?
  /// Tokens and money.
  public let usage: TokenUsage
  /// Its phases, those that were timed.
  public let phases: [HarborPhase]
}

/// A file of a trial folder.
public struct HarborFile: Sendable, Hashable {
  /// What it is for.
  public enum Role: String, Sendable, Hashable {
    /// The ATIF document.
    case trajectory
    /// What the agent left.
    case agentLog = "agent_log"
    /// What the verifier left.
    case verifierLog = "verifier_log"
    /// `reward.json` or `reward.txt`
    case reward
    /// What was collected.
    case artifact
    /// Harbor's own words on the trial.
    case trialLog = "trial_log"
    /// Harbor's own records.
    case record
  }

  /// The path below the trial's folder.
  public let path: String
  /// What it is for.
  public let role: Role
  /// Its size.
  public let bytes: Int
}
