internal import Base
internal import Sandbox

/// A sandbox that is started by the first thing that needs it: a brain that waits for a model holds no
/// process and no memory of a trial.
final class DeferredBox: SandboxBox {
  private enum State {
    case idle
    case starting([CheckedContinuation<Void, Never>])
    case started(any SandboxBox)
    case failed(any Error)
    case stopped
  }

  private struct Held {
    var state = State.idle
    /// The phase that was asked for and is not begun.
    var phase: PhaseSpec?
    var isBegun = false
    var isBeginning = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let provider: any SandboxProvider
  private let spec: SandboxSpec
  private let held = Locked(Held())

  init(_ spec: SandboxSpec, provider: any SandboxProvider) {
    self.spec = spec
    self.provider = provider
  }

  func begin(_ phase: PhaseSpec) async throws {
    held.withLock { held in
      held.phase = phase
      held.isBegun = false
    }
  }

  func run(_ command: CommandSpec) async throws -> CommandResult {
    try await beginOnce().run(command)
  }

  func start(_ command: CommandSpec) async throws -> LiveCommand {
    try await beginOnce().start(command)
  }

  func end() async throws -> PhaseUsage {
    let begun = held.withLock { held in
      defer {
        held.phase = nil
        held.isBegun = false
      }
      return held.isBegun
    }
    guard begun else { return PhaseUsage() }
    return try await box().end()
  }

  func perform(_ phase: PhaseSpec, _ command: CommandSpec) async throws
    -> (command: CommandResult, usage: PhaseUsage)
  {
    held.withLock { $0.phase = nil }
    return try await box().perform(phase, command)
  }

  func fresh(_ target: String) throws -> SandboxFolder {
    guard
      let box = held.withLock({ held in
        if case .started(let box) = held.state { box } else { nil as (any SandboxBox)? }
      })
    else { throw BelayError(.internal, "the sandbox was not started", place: target) }
    return try box.fresh(target)
  }

  func root() async throws -> SandboxFolder { try await box().root() }

  func stop() async {
    let box = held.withLock { held -> (any SandboxBox)? in
      defer { held.state = .stopped }
      if case .started(let box) = held.state { return box }
      return nil
    }
    await box?.stop()
  }

  /// The box with the phase begun, by whoever comes first.
  private func beginOnce() async throws -> any SandboxBox {
    let box = try await box()
    while true {
      enum Turn {
        case mine(PhaseSpec)
        case ready
        case wait
      }
      let turn = held.withLock { held -> Turn in
        if held.isBegun { return .ready }
        if held.isBeginning { return .wait }
        guard let phase = held.phase else { return .ready }
        held.isBeginning = true
        return .mine(phase)
      }
      switch turn {
      case .ready: return box
      case .wait:
        await withCheckedContinuation { continuation in
          let isOver = held.withLock { held in
            if held.isBeginning { held.waiting.append(continuation) }
            return !held.isBeginning
          }
          if isOver { continuation.resume() }
        }
      case .mine(let phase):
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await box.begin(phase)) } catch { outcome = .failure(error) }
        let waiting = held.withLock { held in
          held.isBeginning = false
          if case .success = outcome { held.isBegun = true }
          defer { held.waiting = [] }
          return held.waiting
        }
        for continuation in waiting { continuation.resume() }
        try outcome.get()
      }
    }
  }

  /// The box, started by whoever comes first; the others wait for it.
  private func box() async throws -> any SandboxBox {
    enum Turn {
      case mine
      case wait
      case ready(any SandboxBox)
      case failed(any Error)
    }
    while true {
      let turn = held.withLock { held -> Turn in
        switch held.state {
        case .idle:
          held.state = .starting([])
          return .mine
        case .starting: return .wait
        case .started(let box): return .ready(box)
        case .failed(let error): return .failed(error)
        case .stopped: return .failed(BelayError(.sandbox, "the sandbox was stopped"))
        }
      }
      switch turn {
      case .ready(let box): return box
      case .failed(let error): throw error
      case .wait: await started()
      case .mine: await start()
      }
    }
  }

  private func started() async {
    await withCheckedContinuation { continuation in
      let isOver = held.withLock { held in
        guard case .starting(let waiting) = held.state else { return true }
        held.state = .starting(waiting + [continuation])
        return false
      }
      if isOver { continuation.resume() }
    }
  }

  private func start() async {
    let outcome: State
    do { outcome = .started(try await provider.start(spec)) } catch { outcome = .failed(error) }
    let (waiting, orphan) = held.withLock {
      held -> ([CheckedContinuation<Void, Never>], (any SandboxBox)?) in
      guard case .starting(let waiting) = held.state else {
        // Stopped while it started: nobody else knows of this box.
        if case .started(let box) = outcome { return ([], box) }
        return ([], nil)
      }
      held.state = outcome
      return (waiting, nil)
    }
    for continuation in waiting { continuation.resume() }
    await orphan?.stop()
  }
}
