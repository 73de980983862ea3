/// Waits for events instead of measuring time: a loaded machine stretches every duration.
enum Clock {
  struct Vain: Error {}

  /// What `probe` finds as soon as it finds something; a minute in vain is an error.
  @discardableResult
  static func eventually<Result>(_ probe: () throws -> Result?) async throws -> Result {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
      if let found = try probe() { return found }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw Vain()
  }
}
