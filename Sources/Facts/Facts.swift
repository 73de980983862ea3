/// What became of one attempt at a trial.
public enum Outcome: String, Sendable, Hashable, CaseIterable {
  /// The agent ended by itself, with any exit code, and was judged.
  case completed
  /// A limit (wall clock, memory, …) ended the agent, and what it left was judged.
  case limit
  /// The model refused, and what was there was judged.
  case refusal
  /// The agent broke its judge: Belay itself writes a 0.
  case brokeJudge = "broke_judge"
  /// The provider of the model failed after its retries.
  case providerFailed = "provider_failed"
  /// The sandbox could not be set up or was lost.
  case sandboxFailed = "sandbox_failed"
  /// The verifier gave no valid reward.
  case verifierFailed = "verifier_failed"
  /// Someone asked to stop.
  case cancelled

  /// Whether the score counts: endings that belong to the agent do, all others never.
  public var isScored: Bool {
    switch self {
    case .completed, .limit, .refusal, .brokeJudge: true
    case .providerFailed, .sandboxFailed, .verifierFailed, .cancelled: false
    }
  }
}

/// What a run was for.
public enum RunType: String, Sendable, Hashable, CaseIterable {
  /// One harness on one suite.
  case eval
  /// A suite put to the test by its own solutions and by doing nothing.
  case audit
  /// Trials that another program ran.
  case imported = "import"
  /// A night of the climb.
  case night
}

/// How a run ended.
public enum RunEnding: String, Sendable, Hashable, CaseIterable {
  /// Every trial has its final attempt.
  case done
  /// Someone asked to stop; it can be resumed.
  case interrupted
  /// It could not go on.
  case failed
}

/// A file that is stored whole, with the permission bits it had.
public struct StoredFile: Sendable, Hashable {
  /// The path below its root, as it was: not yet safe to print.
  public let path: String
  /// Permission bits.
  public let mode: UInt32
  /// The bytes.
  public let content: [UInt8]

  /// A file to store.
  public init(path: String, mode: UInt32, content: [UInt8]) {
    self.path = path
    self.mode = mode
    self.content = content
  }
}

/// A process, named so that a later one with the same number is not taken for it.
public struct ProcessOwner: Sendable, Hashable {
  /// The process id.
  public let pid: Int32
  /// When it started, in clock ticks since boot.
  public let startTicks: UInt64
  /// The machine's name.
  public let host: String

  /// Names a process.
  public init(pid: Int32, startTicks: UInt64, host: String) {
    self.pid = pid
    self.startTicks = startTicks
    self.host = host
  }
}

/// What an attempt used; nil is unknown and never 0.
public struct Usage: Sendable, Hashable {
  /// Wall clock in milliseconds.
  public let wallMs: Int
  /// CPU of all its processes in milliseconds.
  public let cpuMs: Int
  /// The highest memory of all its processes together.
  public let peakMemoryBytes: Int?
  /// Tokens that were sent.
  public let inputTokens: Int?
  /// Those of the sent tokens that came from a cache.
  public let cachedTokens: Int?
  /// Tokens that were received.
  public let outputTokens: Int?
  /// Money in US dollars.
  public let costUSD: Double?

  /// What was used; leave out what is not known.
  public init(
    wallMs: Int, cpuMs: Int, peakMemoryBytes: Int? = nil, inputTokens: Int? = nil,
    cachedTokens: Int? = nil, outputTokens: Int? = nil, costUSD: Double? = nil
  ) {
    self.wallMs = wallMs
    self.cpuMs = cpuMs
    self.peakMemoryBytes = peakMemoryBytes
    self.inputTokens = inputTokens
    self.cachedTokens = cachedTokens
    self.outputTokens = outputTokens
    self.costUSD = costUSD
  }
}
