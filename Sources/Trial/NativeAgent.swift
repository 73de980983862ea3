public import Base
public import Interchange
internal import Sandbox

/// A brain for harnesses of kind `native`: it thinks outside of the sandbox and acts inside.
public protocol NativeAgent: Sendable {
  /// Works on one step of a task until it is done or a limit is met; what a model or a limit does to it is
  /// in the report, and only a lost sandbox and a cancellation are thrown.
  func work(_ visit: NativeVisit) async throws -> NativeReport
}

/// What a brain is given for one step of a task.
public final class NativeVisit: Sendable {
  /// The sandbox; it is started by the first command, so that a brain that waits costs no process.
  public let box: any BranchingBox
  /// The harness.
  public let harness: PreparedHarness
  /// The task's instruction.
  public let instruction: String
  /// The environment of every command.
  public let environment: [String: String]
  /// The folder that commands start in.
  public let directory: String
  /// The user that they run as; nil for the place's own.
  public let user: String?
  /// Where programs of the system are: a folder, or nothing where an image's PATH leads to them.
  public let programs: String
  /// After so long the agent is to be stopped.
  public let wall: Duration
  /// The seed of the trial.
  public let seed: UInt64
  /// Which attempt at which trial; nil outside of a run.
  public let attempt: AttemptKey?
  /// Which step of the task, from 0.
  public let step: Int

  init(
    box: any BranchingBox, harness: PreparedHarness, instruction: String,
    environment: [String: String], directory: String, user: String?, programs: String,
    wall: Duration, seed: UInt64, attempt: AttemptKey?, step: Int
  ) {
    self.box = box
    self.harness = harness
    self.instruction = instruction
    self.environment = environment
    self.directory = directory
    self.user = user
    self.programs = programs
    self.wall = wall
    self.seed = seed
    self.attempt = attempt
    self.step = step
  }
}

/// One attempt at one trial: what a journal keys answers by.
public struct AttemptKey: Sendable, Hashable {
  /// The run.
  public let run: RunID
  /// The candidate.
  public let candidate: CandidateID
  /// The trial.
  public let trial: TrialID
  /// Which attempt, from 1.
  public let number: Int

  /// The attempt with this number.
  public init(run: RunID, candidate: CandidateID, trial: TrialID, number: Int) {
    self.run = run
    self.candidate = candidate
    self.trial = trial
    self.number = number
  }
}

/// What became of a brain's work.
public struct NativeReport: Sendable {
  /// How it ended.
  public enum Ending: Sendable, Hashable {
    /// It said that it was done, or stopped by itself; with why.
    case done(String)
    /// A limit was met: its name, and a sentence.
    case limit(String, String)
    /// The model refused; with its words.
    case refused(String)
    /// The provider of the model failed after its retries: never scored.
    case providerFailed(String)
    /// What the run may spend is spent: never scored.
    case runSpent(String)
  }

  /// How.
  public var ending: Ending
  /// What its model calls used, as they were metered.
  public var usage: TokenUsage
  /// The trace.
  public var trajectory: Trajectory?
  /// Marks for later readers.
  public var flags: [String]

  /// A report.
  public init(
    _ ending: Ending, usage: TokenUsage = TokenUsage(), trajectory: Trajectory? = nil,
    flags: [String] = []
  ) {
    self.ending = ending
    self.usage = usage
    self.trajectory = trajectory
    self.flags = flags
  }
}

/// Where the steps of attempts are made durable as they happen.
public protocol StepSink: Sendable {
  /// Appends a step; returns when it is durable.
  func append(_ step: JSON, number: Int, of attempt: AttemptKey) async throws
  /// The steps of an attempt that was interrupted, in order.
  func recorded(of attempt: AttemptKey) async throws -> [JSON]
}
