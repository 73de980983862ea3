public import Base
internal import Dialect
internal import Harness
internal import Interchange
public import Model
public import Trial

/// The native agent: one async task per trial, whose hands are the trial's sandbox.
public struct Brain: NativeAgent {
  private let asking: any ModelAsking
  private let roster: Roster
  private let sink: (any StepSink)?
  private let clock: WallClock
  private let workshop: @Sendable (NativeVisit, NativeHarness) -> any Workshop

  /// A brain that asks these models and makes its steps durable in `sink`.
  public init(
    asking: any ModelAsking, roster: Roster, sink: (any StepSink)? = nil,
    clock: WallClock = .system
  ) {
    self.init(asking: asking, roster: roster, sink: sink, clock: clock) {
      SandboxWorkshop($0, $1)
    }
  }

  /// A brain with other hands than the usual ones.
  init(
    asking: any ModelAsking, roster: Roster, sink: (any StepSink)? = nil,
    clock: WallClock = .system,
    workshop: @escaping @Sendable (NativeVisit, NativeHarness) -> any Workshop
  ) {
    self.asking = asking
    self.roster = roster
    self.sink = sink
    self.clock = clock
    self.workshop = workshop
  }

  /// Works on one step of a task.
  public func work(_ visit: NativeVisit) async throws -> NativeReport {
    guard let native = visit.harness.harness.native else {
      throw BelayError(
        .internal, "a harness without a definition came to the brain",
        place: visit.harness.harness.name)
    }
    return try await work(visit, as: native, in: workshop(visit, native))
  }

  private func work(_ visit: NativeVisit, as harness: NativeHarness, in workshop: any Workshop)
    async throws
    -> NativeReport
  {
    let recorder = Recorder(sink, visit.attempt)
    try await recorder.resume()
    let limits = visit.harness.harness.limits
    let shared = Shared(
      asking: asking, models: roster, meter: Meter(limits), recorder: recorder, wall: clock,
      attempt: visit.attempt, trialSeed: visit.seed,
      prefix: visit.step == 0 ? "" : "step\(visit.step + 1)/",
      version: visit.harness.harness.id)
    let ending: NativeReport.Ending
    do {
      let words = try await shared.clock.run(within: visit.wall) {
        var engine = Engine(
          harness: harness, shared: shared, instruction: visit.instruction, workshop: workshop)
        return try await engine.run()
      }
      ending = .done(words)
    } catch let met as Ending {
      ending = met.report
    } catch is AgentClock.Passed {
      ending = .limit("wall", "the agent was stopped at its time limit")
    }
    var trajectory = await recorder.trajectory(session: visit.attempt.map { "\($0.trial)" })
    trajectory?.declaredUsage = shared.meter.usage
    return NativeReport(
      ending, usage: shared.meter.usage, trajectory: trajectory,
      flags: await recorder.flags.sorted())
  }
}
