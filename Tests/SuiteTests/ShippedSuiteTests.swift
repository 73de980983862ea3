import Base
import Suite
import Testing

@Suite struct ShippedSuiteTests {
  static let path =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    + "/benchmarks/shell"

  @Test func theShellSuiteIsWholeAndNeedsNoMoreThanTheProcessSandbox() throws {
    let (suite, diagnostics) = try Suite.check(Self.path)
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    let shell = try #require(suite)
    #expect(shell.invalid.isEmpty)
    #expect(shell.tasks.count >= 60)
    #expect(
      shell.tasks.allSatisfy {
        $0.hasSolution && $0.environment.network?.mode == NetworkPolicy.Mode.none
      })
    #expect(Set(shell.tasks.compactMap(\.metadata.category)).count >= 10)
    #expect(Set(shell.tasks.compactMap(\.metadata.difficulty)) == ["easy", "medium", "hard"])
    #expect(shell.splitSource == .listed)
  }

  @Test func itsSplitsHoldTheirSharesOfEveryGrade() throws {
    let tasks = try Suite.load(Self.path).tasks
    for grade in [nil, "easy", "medium", "hard"] {
      let mine = tasks.filter { grade == nil || $0.metadata.difficulty == grade }
      for split in Split.allCases {
        let count = mine.count { $0.split == split }
        #expect(abs(Double(count) - SplitFractions.standard[split] * Double(mine.count)) <= 2)
      }
    }
  }
}
