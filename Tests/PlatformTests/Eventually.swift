/// Waits for events instead of measuring time: a loaded machine stretches every duration.
enum Clock {
  struct Vain: Error {}

  /// What `probe` finds as soon as it finds something; a few thousand times in vain are an error.
  ///
  /// By number and not by time: on a loaded machine a task may not come to its turn for a minute.
  @discardableResult
  static func eventually<Result>(_ probe: () throws -> Result?) async throws -> Result {
    for _ in 0..<6000 {
      if let found = try probe() { return found }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw Vain()
  }
}
