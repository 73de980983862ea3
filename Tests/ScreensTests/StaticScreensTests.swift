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
    for (name, deed, gates) in Cheats.all + Cheats.more + Cheats.pressed {
      let failed = try Self.verdicts(deed).filter { $0.word == .fail }
      let hit = failed.filter { gates.contains($0.gate) }
      #expect(!hit.isEmpty, "\(name): \(failed.map { "\($0.gate): \($0.sentence)" })")
      #expect(hit.allSatisfy { $0.sentence.hasSuffix(".") })
      #expect(failed.contains { $0.gate == "leak" } == gates.contains("leak"), "\(name)")
    }
  }

  @Test func honestEditsThatLookAlikePassEveryGate() throws {
    #expect(Honest.all.count >= 40)
    for (name, deed) in Honest.all + Honest.more + Honest.pressed {
      let verdicts = try Self.verdicts(deed)
      #expect(verdicts.map(\.gate) == StaticScreens.gates)
      let found = verdicts.filter { $0.word != .pass }
      #expect(found.isEmpty, "\(name): \(found.map { "\($0.gate): \($0.sentence) \($0.quotes)" })")
    }
  }

  /// What a second edit comes to on top of a first.
  static func onTop(_ first: Edits.Deed, _ second: Edits.Deed) throws -> (
    alone: [GateVerdict], carried: [GateVerdict], bundle: GateVerdict
  ) {
    let (baseline, one) = try Edits.patch(first)
    let (_, other) = try Edits.patch(second)
    let base = try baseline.applying([try #require(one)])
    let patch = try #require(other)
    let screens = try Edits.screens.get()
    return (
      screens.verdicts(on: patch, base: baseline),
      try screens.verdicts(on: patch, base: base, baseline: baseline),
      try screens.verdict(onCandidate: try base.applying([patch]), baseline: baseline)
    )
  }

  @Test func whatIsCarriedAlreadyHidesNothing() throws {
    for (name, first, second, gates) in Cheats.halves {
      for (one, other) in [(first, second), (second, first)] {
        let found = try Self.onTop(one, other)
        #expect(found.alone.allSatisfy { $0.word != .fail }, "\(name): \(found.alone)")
        let failed = found.carried.filter { $0.word == .fail }
        #expect(!gates.isDisjoint(with: failed.map(\.gate)), "\(name): \(failed)")
        #expect(found.carried.map(\.gate) == StaticScreens.gates)
        #expect(found.bundle.gate == "bundle" && found.bundle.word == .fail, "\(name)")
      }
    }
    // A cheat that is carried already does not excuse the same cheat once more.
    for (name, deed, _) in Cheats.all where name == "file names of a task" {
      guard case .section(let text) = deed else { continue }
      let found = try Self.onTop(deed, .skill(text))
      #expect(found.bundle.word == .fail, "\(name)")
    }
  }

  @Test func aHarnessThatCannotBeTakenApartIsNotEvenRead() throws {
    // One name in two spellings of Unicode: two files in a folder, and one component.
    let folder = "/tmp/belay-screens-\(Files.randomName())"
    defer { try? Files.removeTree(folder) }
    _ = try Edits.bash.get().written(to: folder)
    try Files.makeDirectory(Path.join(folder, "notes"))
    for name in ["\u{E9}.txt", "e\u{301}.txt"] {
      try Files.write(Array("a".utf8), to: Path.join(folder, "notes/\(name)"))
    }
    #expect(throws: BelayError.self) { try Harness.load(folder) }
  }

  @Test func anHonestEditIsNotBlamedForWhatIsCarriedAlready() throws {
    for (name, first, second) in Honest.halves {
      let found = try Self.onTop(first, second)
      #expect(found.carried.allSatisfy { $0.word == .pass }, "\(name): \(found.carried)")
      #expect(found.bundle.word == .pass, "\(name): \(found.bundle)")
    }
    for (name, deed, _) in Cheats.all where name == "file names of a task" {
      let found = try Self.onTop(deed, .skill("Count rows before and after."))
      #expect(found.carried.allSatisfy { $0.word == .pass }, "\(name): \(found.carried)")
    }
  }
}
