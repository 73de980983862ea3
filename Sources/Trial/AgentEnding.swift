internal import Base
internal import Sandbox

/// How an agent ended; all but a provider's failure are its own doing and are judged.
enum AgentEnding: Sendable, Hashable {
  case exited(Int32)
  case signaled(Int32)
  case outOfTime
  case outOfMemory
  case notStarted(Int32)
  case native(NativeReport.Ending)

  /// The ending of a command in a phase; nil when the sandbox itself was lost.
  init?(_ ending: CommandEnding, _ usage: PhaseUsage) {
    switch ending {
    case .exited(let code): self = .exited(code)
    case .signaled(let signal):
      self = usage.memoryKills ?? 0 > 0 && signal == 9 ? .outOfMemory : .signaled(signal)
    case .timedOut: self = .outOfTime
    case .phaseEnded:
      guard usage.memoryKills ?? 0 > 0 else { return nil }
      self = .outOfMemory
    case .notStarted(let code): self = .notStarted(code)
    }
  }

  /// Whether the model refused.
  var isRefusal: Bool { if case .native(.refused) = self { true } else { false } }

  /// Why nothing can be judged: the provider's doing, not the agent's.
  var providerFailure: String? {
    if case .native(.providerFailed) = self { sentence } else { nil }
  }

  var limit: String? {
    switch self {
    case .outOfTime: "wall"
    case .outOfMemory: "memory"
    case .native(.limit(let name, _)): name
    case .exited, .signaled, .notStarted, .native: nil
    }
  }

  var exitCode: Int? {
    switch self {
    case .exited(let code): Int(code)
    case .signaled(let signal): 128 + Int(signal)
    // As a shell would say it.
    case .notStarted: 127
    case .outOfTime, .outOfMemory, .native: nil
    }
  }

  var sentence: String {
    switch self {
    case .exited(0): "the agent ended by itself"
    case .exited(let code): "the agent ended by itself with exit code \(code)"
    case .signaled(let signal): "the agent was ended by signal \(signal)"
    case .outOfTime: "the agent was stopped at its time limit"
    case .outOfMemory: "the agent was stopped at its memory limit"
    case .notStarted(let code): "the agent could not be started: \(errnoText(code))"
    case .native(.done(let why)): "the agent ended by itself: \(why)"
    case .native(.limit(_, let sentence)): sentence
    case .native(.refused(let words)): "the model refused: \(words)"
    case .native(.providerFailed(let reason)): "the model's provider failed: \(reason)"
    case .native(.runSpent(let reason)): reason
    }
  }
}

/// What the run may spend is spent: what came of the trial is no result.
struct RunSpent: Error {
  let reason: String
}

/// The task's own set-up failed: neither the agent's doing nor a verdict.
struct EnvironmentFailure: Error {
  let reason: String
}
