public import Base
public import Facts
public import Interchange

/// What became of one attempt, before it is known under which id it is recorded.
public struct TrialResult: Sendable {
  /// What became of it.
  public var outcome: Outcome
  /// One sentence; may hold untrusted text.
  public var detail: String
  /// The limit that was met.
  public var limit: String?
  /// The agent's exit code.
  public var exitCode: Int?
  /// The reward as written.
  public var reward: Double?
  /// The reward between 0 and 1, when it counts.
  public var score: Double?
  /// Other numbers of the verifier.
  public var metrics: [String: Double] = [:]
  /// What took how long.
  public var phases: [PhaseFact] = []
  /// CPU of all its processes.
  public var cpu: Duration = .zero
  /// The highest memory of all its processes together, where it is known.
  public var peakMemoryBytes: Int?
  /// Marks for later readers.
  public var flags: [String] = []
  /// The steps of a multi-step task.
  public var steps: [JSON] = []
  /// Tokens and money as the agent reports them.
  var reported = ReportedUsage()
  /// Tokens and money as Belay metered them itself; what an agent reports counts only without.
  public var metered: TokenUsage?
  /// What it left.
  public var files: [AttemptFile] = []

  /// The flag of a trial that the run's own budget ended.
  public static let runSpent = "run_spent"

  init(_ outcome: Outcome, _ detail: String) {
    self.outcome = outcome
    self.detail = detail
  }

  /// Whether another attempt may end otherwise: only what the agent did not cause is tried again.
  public var isRetryable: Bool { !outcome.isScored && outcome != .cancelled }

  /// The fact that is recorded.
  public func fact(
    trial: TrialID, number: Int, isFinal: Bool, startedAt: Timestamp, endedAt: Timestamp,
    wall: Duration
  ) -> AttemptFact {
    AttemptFact(
      trial: trial, number: number, isFinal: isFinal, outcome: outcome, detail: detail,
      limit: limit, exitCode: exitCode, reward: reward,
      score: outcome.isScored ? score : nil, metrics: metrics, phases: phases,
      usage: reported.usage(
        wallMs: wall.milliseconds, cpuMs: cpu.milliseconds, peakMemoryBytes: peakMemoryBytes,
        metered: metered),
      flags: flags
        + reported.flags.filter { metered == nil || $0 != ReportedUsage.selfReported }.sorted(),
      steps: steps.isEmpty ? .null : .array(steps),
      startedAt: startedAt,
      endedAt: endedAt, files: files)
  }
}

extension Duration {
  /// Whole milliseconds, rounded.
  var milliseconds: Int {
    let (seconds, attoseconds) = components
    return Int(seconds) * 1000 + Int((Double(attoseconds) / 1e15).rounded())
  }
}
