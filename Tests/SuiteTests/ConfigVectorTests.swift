import Base
import Notation
import Platform
import Testing

@testable import Suite

/// `task.toml` files and whether Harbor 0.25.0's `TaskConfig.model_validate_toml` takes them.
@Suite struct ConfigVectorTests {
  /// Harbor turns these into the type that it wants, or looks away; Belay says what it expected.
  static let stricter: Set<String> = [
    "[agent]\ntimeout_sec=true", "[environment]\nallow_internet=\"yes\"",
    "[environment]\ncpus=\"2\"", "[environment]\nmemory=2048", "[environment]\ngpus=\"1\"",
  ]

  @Test func whatHarborRefusesIsRefused() throws {
    for vector in try HarborVectorTests.vectors("configs") {
      let toml = vector["toml"].string ?? ""
      try TaskFolder.with { folder in
        try folder.task("one", toml: toml)
        for step in vector["steps"].array ?? [] {
          guard let name = step.string, StepName.fault(name) == nil else { continue }
          try folder.write("one/steps/\(name)/instruction.md", "Do it.\n")
        }
        try folder.write("one/tests/test.bat", "x")
        let suite = try Suite.load(folder.path)
        let expected = vector["valid"].bool == true && !Self.stricter.contains(toml)
        #expect((suite.tasks.count == 1) == expected, "\(toml): \(suite.diagnostics)")
        #expect(suite.tasks.count + suite.invalid.count == 1)
      }
    }
  }
}
