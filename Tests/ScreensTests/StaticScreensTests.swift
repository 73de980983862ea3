import Base
import Climb
import Components
import Harness
import Platform
import Screens
import Suite
import Testing

@Suite struct StaticScreensTests {
  static func verdicts(_ deed: Edits.Deed) throws -> [GateVerdict] {
    let (base, patch) = try Edits.patch(deed)
    return try Edits.screens.get().verdicts(on: try #require(patch), base: base)
  }

  @Test func everyPlantedCheatIsRefusedByItsGate() throws {
    #expect(Cheats.all.count >= 50)
    for (name, deed, gates) in Cheats.all {
      let failed = try Self.verdicts(deed).filter { $0.word == .fail }
      let hit = failed.filter { gates.contains($0.gate) }
      #expect(!hit.isEmpty, "\(name): \(failed.map { "\($0.gate): \($0.sentence)" })")
      #expect(hit.allSatisfy { $0.sentence.hasSuffix(".") })
      #expect(failed.contains { $0.gate == "leak" } == gates.contains("leak"), "\(name)")
    }
  }

  @Test func honestEditsThatLookAlikePassEveryGate() throws {
    #expect(Honest.all.count >= 40)
    for (name, deed) in Honest.all {
      let verdicts = try Self.verdicts(deed)
      #expect(verdicts.map(\.gate) == StaticScreens.gates)
      let found = verdicts.filter { $0.word != .pass }
      #expect(found.isEmpty, "\(name): \(found.map { "\($0.gate): \($0.sentence) \($0.quotes)" })")
    }
  }
}
