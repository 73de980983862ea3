import Base
import Dialect
import Harness
import Model
import Testing
import Trial

@testable import Brain

/// A model that is down for a while before it answers, as a client tells of it.
private struct SlowToStart: ModelAsking {
  let wait: Duration

  func ask(_ call: ModelCall, pieces: @escaping @Sendable (ReplyEvent) async -> Void) async throws
    -> ModelAnswer
  {
    try await _Concurrency.Task.sleep(for: wait)
    call.onSend()
    try await call.beforeResend(ModelFault(.overload, "busy"))
    try await _Concurrency.Task.sleep(for: wait)
    call.onSend()
    return ModelAnswer(.submits("done"), from: call.name)
  }
}

@Suite struct ClockTests {
  @Test func waitingForAModelThatIsDownIsNotTheAgentsTime() async throws {
    try await Bench.with { bench in
      let report = try await bench.work(
        bench.harness(), SlowToStart(wait: .milliseconds(1200)), wall: .seconds(1))
      #expect(report.ending == .done("done"))
    }
  }

  @Test func theTimeOfAFailedTryIsGivenBack() {
    let clock = AgentClock()
    let used = clock.used
    clock.credit(.seconds(1))
    #expect(clock.used < used + .seconds(1))
    clock.lanes(1)
    let both = clock.used
    clock.credit(.seconds(1))
    #expect(clock.used >= both)
  }

  @Test func timeStandsStillOnlyWhileAllLanesWait() async throws {
    let clock = AgentClock()
    clock.pause()
    let before = clock.used
    try await _Concurrency.Task.sleep(for: .milliseconds(30))
    #expect(clock.used == before)
    clock.lanes(1)
    try await _Concurrency.Task.sleep(for: .milliseconds(30))
    #expect(clock.used >= before + .milliseconds(30))
    clock.pause()
    let both = clock.used
    try await _Concurrency.Task.sleep(for: .milliseconds(30))
    #expect(clock.used == both)
  }
}
