internal import Base
internal import Sandbox

/// How an agent ended; every one of these is the agent's own doing and is judged.
enum AgentEnding: Sendable, Hashable {
  case exited(Int32)
  case signaled(Int32)
  case outOfTime
  case outOfMemory
  case notStarted(Int32)

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

  var limit: String? {
    switch self {
    case .outOfTime: "wall"
    case .outOfMemory: "memory"
    case .exited, .signaled, .notStarted: nil
    }
  }

  var exitCode: Int? {
    switch self {
    case .exited(let code): Int(code)
    case .signaled(let signal): 128 + Int(signal)
    // As a shell would say it.
    case .notStarted: 127
    case .outOfTime, .outOfMemory: nil
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
    }
  }
}

/// The task's own set-up failed: neither the agent's doing nor a verdict.
struct EnvironmentFailure: Error {
  let reason: String
}
