import Dialect
import Testing

@testable import Model

@Suite struct CircuitBreakerTests {
  let down = ModelFault(.overload, "overloaded", status: 529)

  private func opened(at now: Duration = .zero) -> CircuitBreaker {
    var breaker = CircuitBreaker()
    for _ in 0..<5 { _ = breaker.failed(down, isScout: false, now) }
    return breaker
  }

  @Test func `a few failures in a row mean that a model is down`() {
    var breaker = CircuitBreaker()
    for _ in 0..<4 { #expect(breaker.failed(down, isScout: false, .zero) == nil) }
    #expect(breaker.admit(.zero) == .go)
    #expect(breaker.failed(down, isScout: false, .zero) == .wentDown(down))
    #expect(breaker.admit(.zero) == .wait(until: .seconds(5)))
  }

  @Test func `failures between answers do not`() {
    var breaker = CircuitBreaker()
    for _ in 0..<50 {
      #expect(breaker.failed(down, isScout: false, .zero) == nil)
      #expect(breaker.succeeded(.zero) == nil)
    }
    #expect(breaker.admit(.zero) == .go)
  }

  @Test(arguments: [
    (1, [20, 80, 320, 900, 900]), (3, [15, 45, 135, 300]), (50, [10, 20, 40, 60]),
  ])
  func `one scout at a time goes, later and later`(callers: Int, pauses: [Int]) {
    var breaker = opened()
    var now = Duration.seconds(5)
    for pause in pauses {
      #expect(breaker.admit(now) == .scout)
      #expect(breaker.admit(now) == .scoutIsOut)
      #expect(breaker.failed(down, isScout: true, callers: callers, now) == nil)
      let next = breaker.admit(now)
      #expect(next == .wait(until: now + .seconds(pause)) || next == .giveUp(down))
      now += .seconds(pause)
    }
    #expect(breaker.admit(now) == .scout)
    #expect(breaker.succeeded(now) == .cameBack(after: now))
    #expect(breaker.admit(now) == .go)
  }

  @Test func `a scout that is lost is followed by another`() {
    var breaker = opened()
    #expect(breaker.admit(.seconds(5)) == .scout)
    breaker.scoutWasLost(.seconds(6))
    #expect(breaker.admit(.seconds(6)) == .scout)
  }

  @Test func `the provider's own word makes a pause longer`() {
    var breaker = CircuitBreaker()
    var fault = down
    fault.retryAfter = .seconds(30)
    for _ in 0..<5 { _ = breaker.failed(fault, isScout: false, .zero) }
    #expect(breaker.admit(.zero) == .wait(until: .seconds(30)))
  }

  @Test func `patience ends, and after it every scout's word is passed on`() {
    var breaker = opened()
    #expect(breaker.admit(.seconds(1800)) == .scout)
    #expect(breaker.admit(.seconds(1800)) == .giveUp(down))
    _ = breaker.failed(down, isScout: true, .seconds(1800))
    #expect(breaker.admit(.seconds(1801)) == .giveUp(down))
  }

  @Test(arguments: [
    (ModelFault(.overload, "x", status: 503), true), (ModelFault(.connection, "x"), true),
    (ModelFault(.stalled, "x"), true), (ModelFault(.server, "x", status: 502), true),
    (ModelFault(.server, "x", status: 529), true), (ModelFault(.server, "x", status: 500), false),
    (ModelFault(.server, "x"), false), (ModelFault(.rate, "x", status: 429), false),
    (ModelFault(.truncated, "x"), false), (ModelFault(.badRequest, "x", status: 400), false),
    (ModelFault(.money, "x", status: 402), false),
  ])
  func `what speaks for a model that is down`(fault: ModelFault, does: Bool) {
    #expect(CircuitBreaker.meansDown(fault) == does)
    // To whoever is only told what is wrong, somebody has spoken.
    var breaker = opened()
    _ = breaker.admit(.seconds(5))
    _ = breaker.failed(fault, isScout: true, .seconds(5))
    #expect((breaker.admit(.seconds(5)) == .go) == !does)
  }
}
