public import Dialect

/// Which calls are made again, how often and when.
public struct RetryPolicy: Sendable, Hashable {
  /// How often one call is sent at most, while its provider is there.
  public var sends = 6
  /// How often one call is sent at most, whatever comes: more would feed the outage that it waits out.
  public var mostSends = 10
  /// What the first wait is around; each is twice the one before.
  public var firstWait = Duration.milliseconds(500)
  /// What no wait of our own is longer than.
  public var longestWait = Duration.seconds(20)
  /// A provider that wants more patience than this is not waited for: the call fails with what it said.
  public var longestRetryAfter = Duration.seconds(900)

  /// The usual policy.
  public init() {}

  /// How long to wait before a call that failed for the n-th time is sent again; nil when it is not.
  ///
  /// `chance` is drawn from 0 to 1: callers that failed together must not come back together.
  public func wait(after fault: ModelFault, failures: Int, chance: Double) -> Duration? {
    guard Self.mayHelp(fault), failures < sends else { return nil }
    if let told = fault.retryAfter {
      guard told <= longestRetryAfter else { return nil }
      // Never earlier than told, and a little later: the others were told the same.
      return told + min(.seconds(2), told / 10 + .milliseconds(50)) * chance
    }
    let doublings = min(failures - 1, 20)
    // Spread, and still longer each time: a provider takes waits of one length for a client that never learns.
    return min(longestWait, firstWait * (1 << doublings)) * (0.7 + 0.3 * chance)
  }

  /// Whether the same call may go better later, as far as the fault tells.
  public static func mayHelp(_ fault: ModelFault) -> Bool {
    switch fault.kind {
    case .badRequest, .contextOverflow, .refused, .auth, .noModel, .money, .budget, .cancelled:
      // Whatever the provider says: none of these goes away by itself, and money is paid for trying.
      false
    case .rate, .overload, .server, .connection, .stalled, .truncated, .malformed:
      fault.providerSaysRetry ?? true
    }
  }
}
