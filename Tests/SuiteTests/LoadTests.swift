import Base
import Platform
import Suite
import Testing

@Suite struct LoadTests {
  @Test func aWellFormedTaskIsReadWithItsDefaults() throws {
    try TaskFolder.with { folder in
      try folder.task("one", instruction: "<!-- harbor-canary GUID x -->\n# canary\n\nDo it.\n")
      let task = try folder.only()
      #expect(task.name == "one")
      #expect(task.steps.count == 1)
      #expect(!task.isMultiStep)
      #expect(task.hasSolution)
      #expect(task.steps[0].instruction == "Do it.\n")
      #expect(task.steps[0].verifier.timeout == .seconds(600))
      #expect(task.steps[0].agent.timeout == nil)
      #expect(task.environment.startFolder == "/app")
      #expect(task.environment.network == nil)
      #expect(task.steps[0].artifacts.map(\.source) == ["/logs/artifacts"])
    }
  }
}
