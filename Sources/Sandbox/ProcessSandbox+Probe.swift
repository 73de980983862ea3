internal import Base

extension ProcessSandbox {
  /// Tries everything that is promised and says what holds here.
  public func probe() async -> SandboxReport {
    SandboxReport(provider: name, properties: [])
  }
}
