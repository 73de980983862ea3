internal import Base

/// Asks a fleet to stop: once to finish what runs, twice to stop at once.
public final class StopSignal: Sendable {
  /// How far the stopping has gone.
  public enum Stage: Int, Sendable, Comparable {
    /// Nobody asked.
    case running
    /// What runs is finished, nothing new is begun.
    case draining
    /// What runs is ended.
    case stopping

    /// Later stages are greater.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  private struct State {
    var stage = Stage.running
    var listeners: [@Sendable (Stage) -> Void] = []
  }

  private let state = Locked(State())

  /// A signal that nobody has given yet.
  public init() {}

  /// How far the stopping has gone.
  public var stage: Stage { state.withLock { $0.stage } }

  /// Goes one stage on and answers with the new one.
  @discardableResult
  public func ask() -> Stage {
    let (stage, listeners) = state.withLock { state in
      state.stage = Stage(rawValue: state.stage.rawValue + 1) ?? .stopping
      return (state.stage, state.listeners)
    }
    for listener in listeners { listener(stage) }
    return stage
  }

  /// Calls `listener` at every later stage, and at once when one is already reached.
  public func onChange(_ listener: @escaping @Sendable (Stage) -> Void) {
    let stage = state.withLock { state in
      state.listeners.append(listener)
      return state.stage
    }
    if stage > .running { listener(stage) }
  }
}
