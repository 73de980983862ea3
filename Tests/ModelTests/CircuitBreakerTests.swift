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
    #expect(breaker.admit(.zero) == .wait(until: .seconds(2)))
  }

  @Test func `failures between answers do not`() {
    var breaker = CircuitBreaker()
    for _ in 0..<50 {
      #expect(breaker.failed(down, isScout: false, .zero) == nil)
      #expect(breaker.succeeded(.zero) == nil)
    }
    #expect(breaker.admit(.zero) == .go)
  }

  @Test func `one scout at a time goes, later and later`() {
    var breaker = opened()
    var now = Duration.seconds(2)
    for pause in [4, 8, 16, 32, 60, 60] {
      #expect(breaker.admit(now) == .scout)
      #expect(breaker.admit(now) == .scoutIsOut)
      #expect(breaker.failed(down, isScout: true, now) == nil)
      #expect(breaker.admit(now) == .wait(until: now + .seconds(pause)))
      now += .seconds(pause)
    }
    #expect(breaker.admit(now) == .scout)
    #expect(breaker.succeeded(now) == .cameBack(after: now))
    #expect(breaker.admit(now) == .go)
  }

  @Test func `a scout that is lost is followed by another`() {
    var breaker = opened()
    #expect(breaker.admit(.seconds(2)) == .scout)
    breaker.scoutWasLost(.seconds(3))
    #expect(breaker.admit(.seconds(3)) == .scout)
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
    _ = breaker.admit(.seconds(2))
    _ = breaker.failed(fault, isScout: true, .seconds(2))
    #expect((breaker.admit(.seconds(2)) == .go) == !does)
  }
}
