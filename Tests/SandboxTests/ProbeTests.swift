import Base
import Sandbox
import Testing

@Suite struct ProbeTests {
  @Test func `the probe finds every mandatory property on this machine`() async throws {
    try await SandboxFixture.with { fixture in
      let report = await fixture.sandbox.probe()
      #expect(report.usable, "\(report.json.text())")
      #expect(report.properties.count > 10)
      #expect(report.properties.filter(\.mandatory).allSatisfy { $0.state == .ok })
    }
  }

  @Test func `without control groups the report says what is different`() async throws {
    try await SandboxFixture.with {
      $0.usesControlGroups = false
    } _: { fixture in
      let report = await fixture.sandbox.probe()
      #expect(report.usable)
      #expect(report.properties.first { $0.name == "memory limit" }?.state == .degraded)
      #expect(report.properties.first { $0.name == "processor limit" }?.state == .missing)
    }
  }
}
