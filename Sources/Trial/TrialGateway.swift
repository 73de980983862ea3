public import Base
public import Harness
public import Interchange
public import Platform

/// The ways out of a trial's phases: to models for a program harness, and to the hosts that a task allows.
///
/// A way is a socket that listens in the phase's own network and is held out here; a phase without one
/// reaches nothing.
public protocol TrialGateway: Sendable {
  /// The port on which phases that talk to models listen; nil when there are no models.
  var modelPort: UInt16? { get }
  /// The port on which phases that may reach some hosts listen.
  var proxyPort: UInt16 { get }
  /// Serves models on a listening socket until the lease is closed.
  func lease(_ visit: ModelVisit, on listener: SharedDescriptor) async throws -> any ModelLease
  /// Lets through to these hosts, names or patterns as in `allowed_hosts`, until it is closed.
  func proxy(to hosts: [String], on listener: SharedDescriptor) async throws -> any ProxyLease
}

/// For whom models are served.
public struct ModelVisit: Sendable {
  /// Which attempt at which trial; nil outside of a run.
  public let attempt: AttemptKey?
  /// The seed of the trial.
  public let seed: UInt64
  /// Which step of the task, from 0.
  public let step: Int
  /// What the harness allows one trial, or what one proposal may take.
  public let limits: HarnessLimits
  /// For which proposal, where it is no trial's.
  public let proposal: ProposalKey?

  /// A program that proposes edits in a run, and so is served under the role of those who do.
  public struct ProposalKey: Sendable, Hashable {
    /// The run that pays; nil outside of runs.
    public let run: RunID?
    /// Which proposal of the run.
    public let number: Int
    /// Who proposes.
    public let author: String
  }

  /// A visit of a program that proposes.
  public init(
    proposal number: Int, run: RunID?, author: String, seed: UInt64, limits: HarnessLimits
  ) {
    attempt = nil
    self.seed = seed
    step = 0
    self.limits = limits
    proposal = ProposalKey(run: run, number: number, author: author)
  }

  /// A visit.
  public init(attempt: AttemptKey?, seed: UInt64, step: Int, limits: HarnessLimits) {
    self.attempt = attempt
    self.seed = seed
    self.step = step
    self.limits = limits
    proposal = nil
  }
}

/// Models served to one phase.
public protocol ModelLease: Sendable {
  /// What a program is told of it: addresses, and a token that is worth nothing elsewhere.
  var variables: [String: String] { get }
  /// Ends it, whatever is under way, and tells what came of it.
  func close() async -> ModelLeaseReport
}

/// What became of the models that were served to one phase.
public struct ModelLeaseReport: Sendable, Hashable {
  /// Why an agent could not go on, where that is not its own doing.
  public enum Trouble: Sendable, Hashable {
    /// A limit of the trial was met: its name, and a sentence.
    case limit(String, String)
    /// The provider failed after its retries, and nothing was answered after that.
    case providerFailed(String)
    /// What the run may spend is spent: the trial is no result.
    case runSpent(String)
  }

  /// What was used, as it was metered.
  public var usage: TokenUsage
  /// Calls that were answered.
  public var calls: Int
  /// Why the agent could not go on; nil when it could.
  public var trouble: Trouble?

  /// A report.
  public init(usage: TokenUsage = TokenUsage(), calls: Int = 0, trouble: Trouble? = nil) {
    self.usage = usage
    self.calls = calls
    self.trouble = trouble
  }
}

/// A way to some hosts for one phase.
public protocol ProxyLease: Sendable {
  /// What programs are told of it.
  var variables: [String: String] { get }
  /// Ends it, whatever is under way.
  func close() async
}
