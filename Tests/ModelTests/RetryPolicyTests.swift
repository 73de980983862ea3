import Dialect
import Testing

@testable import Model

@Suite struct RetryPolicyTests {
  @Test(arguments: ModelFault.Kind.allCases)
  func `only what may go away by itself is tried again`(kind: ModelFault.Kind) {
    let helpless: Set<ModelFault.Kind> = [
      .badRequest, .contextOverflow, .refused, .auth, .noModel, .money, .budget, .cancelled,
    ]
    var fault = ModelFault(kind, "x")
    #expect(RetryPolicy.mayHelp(fault) == !helpless.contains(kind))
    // The provider may forbid it, and cannot ask for what costs money or is wrong.
    fault.providerSaysRetry = true
    #expect(RetryPolicy.mayHelp(fault) == !helpless.contains(kind))
    fault.providerSaysRetry = false
    #expect(!RetryPolicy.mayHelp(fault))
  }

  @Test(arguments: [
    (1, 0.0, Duration.milliseconds(350)), (1, 1.0, .milliseconds(500)), (2, 1.0, .seconds(1)),
    (3, 0.0, .milliseconds(1400)), (5, 1.0, .seconds(8)),
  ])
  func `waits double and are spread`(failures: Int, chance: Double, wait: Duration) {
    let policy = RetryPolicy()
    #expect(
      policy.wait(after: ModelFault(.server, "x"), failures: failures, chance: chance) == wait)
  }

  @Test func `waits end`() {
    var policy = RetryPolicy()
    #expect(policy.wait(after: ModelFault(.server, "x"), failures: 6, chance: 1) == nil)
    policy.sends = 100
    #expect(policy.wait(after: ModelFault(.server, "x"), failures: 60, chance: 1) == .seconds(20))
  }

  @Test(arguments: [0.0, 0.5, 1.0])
  func `nobody comes back before the time that was told`(chance: Double) throws {
    var fault = ModelFault(.rate, "x")
    for seconds in [0, 1, 7, 23, 900] {
      fault.retryAfter = .seconds(seconds)
      let wait = try #require(RetryPolicy().wait(after: fault, failures: 1, chance: chance))
      #expect(wait >= .seconds(seconds))
      #expect(wait <= .seconds(seconds + 2))
    }
    fault.retryAfter = .seconds(901)
    #expect(RetryPolicy().wait(after: fault, failures: 1, chance: chance) == nil)
  }
}
