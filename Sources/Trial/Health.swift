internal import Suite

/// Tries a health check until it succeeds, as Docker's HEALTHCHECK does.
struct Health {
  let check: Healthcheck

  /// Failures within the start period do not count; `retries` in a row afterwards are too many.
  func wait(_ probe: (_ timeout: Duration) async throws -> Bool) async throws {
    let began = ContinuousClock.now
    var failures = 0
    while true {
      if try await probe(check.timeout) { return }
      let starting = ContinuousClock.now - began < check.startPeriod
      if !starting { failures += 1 }
      guard failures < max(1, check.retries) else {
        throw EnvironmentFailure(
          reason: "the health check failed \(failures) times: \(check.command)")
      }
      try await _Concurrency.Task.sleep(for: starting ? check.startInterval : check.interval)
    }
  }
}
