import Base
import Layout
import Platform
import Testing

@testable import Commands
@testable import Console

/// What a screen says to type next has to work where the screen was read.
@Suite struct CommandPlaceTests {
  @Test func `every command of the program needs a lab, or is known not to`() {
    let without: Set<String> = [
      "init", "doctor", "check", "suite", "models", "proposer", "rehearse", "bundle", "completion",
      "man", "schema", "mcp", "help",
    ]
    let names = Set(BelayProgram.program.commands.map(\.name))
    #expect(names == CommandPlace.readers.union(without))
    #expect(CommandPlace.readers.isDisjoint(with: without))
  }

  @Test(arguments: [
    ["leaderboard"], ["matrix"], ["compare", "c1", "c2"], ["search", "quux"], ["show", "r1"],
    ["show", "c2"], ["log"], ["log", "r1"],
  ])
  func `what leads on from a lab that was named works when it is pasted`(words: [String])
    async throws
  {
    try await Scratch.with { scratch in
      _ = try await SampleLab.make(in: scratch)
      try Files.move(scratch.path(".belay"), to: scratch.path("my lab"))
      let answer = await scratch.belay(words + ["--lab", "my lab"])
      let hints = answer.json["hints"].array?.compactMap(\.string) ?? []
      #expect(!hints.isEmpty, "\(answer.err)")
      for hint in hints {
        let start = "belay --lab 'my lab' "
        #expect(hint.hasPrefix(start))
        let rest = hint.dropFirst(start.count).split(separator: " ").map(String.init)
        let followed = await scratch.belay(["--lab", "my lab"] + rest)
        #expect(followed.code == 0, "\(hint): \(followed.err)")
      }
      let text = await scratch.belay(words + ["--lab", "my lab"], isTerminal: true).out
      #expect(text.contains("belay --lab 'my lab' "))
      let found = await scratch.belay(words, environment: ["BELAY_LAB": scratch.path("my lab")])
      #expect(
        found.json["hints"].array?.allSatisfy { $0.string?.contains("--lab") == false } == true)
    }
  }

  @Test(arguments: [
    ["diff", "c1", "c2"], ["diff", "g0", "g1"], ["diff", "champion", "nop"],
    ["checkout", "c1", "out"],
  ])
  func `without a lab that is what is said, and not that a name of the lab is no harness`(
    words: [String]
  ) async throws {
    try await Scratch.with { scratch in
      let answer = await scratch.belay(words)
      #expect(answer.error["message"].string?.hasPrefix("no lab") == true, "\(answer.err)")
      #expect(answer.error["hint"] == "belay init")
      #expect(await scratch.belay(["diff", "nop", "oracle"]).code == 0)
    }
  }
}
