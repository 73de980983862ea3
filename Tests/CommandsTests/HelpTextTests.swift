import Base
import Glibc
import Platform
import Testing

@testable import Commands
@testable import Console

/// The whole help against Tests/Goldens/help; `BELAY_WRITE_GOLDENS=1 swift test` writes them anew.
@Suite struct HelpTextTests {
  static let folder = Path.join(ArchitectureTests.root, "Tests/Goldens/help")
  static let pages = [[]] + BelayProgram.program.nodes.map(\.words)

  @Test(arguments: pages) func `the help of every command is the one that was read by a person`(
    words: [String]
  ) async throws {
    let help = await Scratch(folder: "/").belay(["help"] + words)
    #expect(help.code == 0)
    let file = Path.join(Self.folder, (["belay"] + words).joined(separator: "-") + ".txt")
    if getenv("BELAY_WRITE_GOLDENS") != nil {
      try Files.makeDirectory(Self.folder)
      try Files.write(Array(help.out.utf8), to: file)
    }
    let golden = try Files.readText(file)
    #expect(help.out == golden)
    #expect(help.out.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test func `no golden is left of a command that went`() throws {
    let names = Set(Self.pages.map { (["belay"] + $0).joined(separator: "-") + ".txt" })
    #expect(Set(try Files.names(in: Self.folder)) == names)
  }

  @Test(arguments: BelayProgram.program.leaves.map(\.words))
  func `every command has a summary, an example that can be parsed, and a schema`(
    words: [String]
  ) throws {
    let leaf = try BelayProgram.program.locate(words)
    let command = leaf.command
    #expect(!command.summary.isEmpty && !command.summary.hasSuffix("."))
    #expect(!command.examples.isEmpty)
    for example in command.examples where example.line.hasPrefix("belay ") {
      let words = Self.words(example.line).dropFirst().prefix { !["|", ">", "<"].contains($0) }
      let line = try CommandLineParser.parse(Array(words), program: BelayProgram.program)
      #expect(line.located?.words == leaf.words, "\(example.line)")
    }
    let options = leaf.ownParameters.map(\.declaration.spelled)
    #expect(Set(options).count == options.count)
    let global = Set(Globals.everywhere.map(\.declaration.spelled))
    #expect(global.isDisjoint(with: options))
  }

  @Test func `the exit codes of the help are those of the errors`() {
    let told = Set(ExitCode.meanings.map(\.code))
    #expect(told.isSuperset(of: ErrorKind.allCases.map(\.exitCode)))
  }

  // Words as a shell parts them, with single and double quotes.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    for character in line {
      if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
      } else if quote == nil, character == " " {
        words.append(word)
        word = ""
      } else {
        word.append(character)
      }
    }
    return words + [word]
  }
}
