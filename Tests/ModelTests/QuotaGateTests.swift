import Base
import Dialect
import Testing

@testable import Model

@Suite struct QuotaGateTests {
  let load = QuotaGate.Load(input: 1000, output: 500)
  let date = Timestamp(milliseconds: 1_800_000_000_000)

  private func quota(_ headers: [String: String]) throws -> RemainingQuota {
    try #require(RemainingQuota(headers: headers, now: date))
  }

  @Test func `at most so many are under way`() {
    var gate = QuotaGate(most: 2)
    #expect(gate.admit(load, .zero) == .go)
    _ = gate.enter(load)
    _ = gate.enter(load)
    #expect(gate.admit(load, .zero) == .full)
    gate.leave(load)
    #expect(gate.admit(load, .zero) == .go)
  }

  @Test func `calls that the provider would refuse wait until its window is whole again`() throws {
    var gate = QuotaGate(most: 100)
    gate.note(
      try quota(["x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "20s"]),
      .zero)
    for _ in 0..<3 {
      #expect(gate.admit(load, .zero) == .go)
      _ = gate.enter(load)
    }
    #expect(gate.admit(load, .zero) == .wait(until: .seconds(20)))
    #expect(gate.admit(load, .seconds(20)) == .go)
  }

  @Test func `a limit whose size is known comes back bit by bit`() throws {
    var gate = QuotaGate(most: 100)
    gate.note(
      try quota([
        "x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "1",
        "x-ratelimit-reset-requests": "59s",
      ]), .zero)
    _ = gate.enter(load)
    // One a second, and a tenth for safety.
    for number in 1...5 {
      let moment = Duration.seconds(Double(number) / 0.9)
      guard case .wait(let until) = gate.admit(load, moment - .milliseconds(50)) else {
        Issue.record("\(number) goes too early")
        return
      }
      #expect(abs((until - moment) / .milliseconds(1)) < 1)
      #expect(gate.admit(load, moment + .milliseconds(1)) == .go)
      _ = gate.enter(load)
    }
  }

  @Test(arguments: [
    ["x-ratelimit-remaining-tokens": "4000", "x-ratelimit-reset-tokens": "1m0s"],
    [
      "anthropic-ratelimit-input-tokens-remaining": "2600",
      "anthropic-ratelimit-input-tokens-reset": "2027-01-15T08:01:00Z",
    ],
    [
      "anthropic-ratelimit-output-tokens-remaining": "1000",
      "anthropic-ratelimit-output-tokens-reset": "2027-01-15T08:01:00Z",
    ],
  ])
  func `tokens are a limit as well`(headers: [String: String]) throws {
    var gate = QuotaGate(most: 100)
    gate.note(try quota(headers), .zero)
    _ = gate.enter(load)
    #expect(gate.admit(load, .zero) == .go)
    _ = gate.enter(load)
    #expect(gate.admit(load, .zero) == .wait(until: .seconds(60)))
  }

  @Test func `what is under way is not counted on again`() throws {
    var gate = QuotaGate(most: 100)
    for _ in 0..<5 { _ = gate.enter(load) }
    gate.leave(load)
    gate.note(
      try quota(["x-ratelimit-remaining-requests": "5", "x-ratelimit-reset-requests": "9s"]),
      .zero)
    #expect(gate.admit(load, .zero) == .go)
    _ = gate.enter(load)
    #expect(gate.admit(load, .zero) == .wait(until: .seconds(9)))
  }

  @Test func `a large call goes alone, not never`() throws {
    var gate = QuotaGate(most: 100)
    gate.note(
      try quota(["x-ratelimit-remaining-tokens": "100", "x-ratelimit-reset-tokens": "9s"]), .zero)
    #expect(gate.admit(load, .zero) == .go)
  }

  @Test func `refusals halve the width once for all that went out together`() {
    var gate = QuotaGate(most: 16)
    let numbers = (0..<16).map { _ in gate.enter(load) }
    for number in numbers {
      gate.leave(load)
      gate.refused(number: number, retryAfter: .seconds(3), .zero)
    }
    #expect(gate.admit(load, .zero) == .wait(until: .seconds(3)))
    for _ in 0..<8 {
      #expect(gate.admit(load, .seconds(3)) == .go)
      _ = gate.enter(load)
    }
    #expect(gate.admit(load, .seconds(3)) == .full)
  }

  @Test func `the width grows again while all goes well`() {
    var gate = QuotaGate(most: 16)
    gate.refused(number: gate.enter(load), retryAfter: nil, .zero)
    gate.leave(load)
    for _ in 0..<400 { gate.succeeded() }
    for _ in 0..<16 { _ = gate.enter(load) }
    #expect(gate.admit(load, .zero) == .full)
    gate.leave(load)
    #expect(gate.admit(load, .zero) == .go)
  }
}
