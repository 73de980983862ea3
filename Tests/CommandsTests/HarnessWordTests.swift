import Base
import Facts
import Harness
import Ledger
import Platform
import Testing

@testable import Commands
import Workbench

@Suite struct HarnessWordTests {
  static let text = "schema = \"belay.harness/1\"\nname = \"n\"\nkind = \"nop\"\n"

  @Test func `a path, a built-in, an id of the lab, a name under harnesses, in this order`()
    async throws
  {
    try await Scratch.with { scratch in
      let lab = try await SampleLab.make(in: scratch)
      for name in ["mine", "oracle", "habc", "beta-two"] {
        try scratch.write(
          Self.text.replacing("\"n\"", with: "\"\(name)\""),
          to: "harnesses/\(name)/harness.toml")
      }
      func name(_ word: String) throws -> String {
        try HarnessWord.resolve(word, lab: lab, from: scratch.folder).name
      }
      let path = scratch.path("harnesses/mine")
      #expect(try name(path) == "mine")
      #expect(try name("mine") == "mine")
      #expect(try name("mi") == "mine")
      #expect(try name("habc") == "habc")
      let builtIn = try HarnessWord.resolve("oracle", lab: lab, from: scratch.folder)
      #expect(builtIn.folder == nil && builtIn.kind == .oracle)
      let recorded = try HarnessWord.resolve("c2", lab: lab, from: scratch.folder)
      #expect(recorded.name == "beta")
      #expect(recorded.files.map(\.path) == ["agent.sh", "harness.toml"])
      #expect(recorded.files.first?.isExecutable == true)
      let id = Digest.of(Array("alpha".utf8)).harnessID
      #expect(try name(id) == "alpha")
      let beginning = String(id.prefix(5))
      #expect(try name(beginning) == "alpha")
    }
  }

  @Test func `an imported agent is known by its name although that has a slash`() async throws {
    try await Scratch.with { scratch in
      let lab = try await SampleLab.make(in: scratch)
      let name = "agent+openai/m1"
      let ledger = try await lab.open()
      let digest = try await ledger.record(
        HarnessFact(
          digest: Digest.of(name), name: name, kind: "harbor", definition: [:], files: []))
      _ = try await ledger.candidate(harness: digest)
      try await ledger.close()
      #expect(try HarnessWord.recorded(name, lab.reader()) == name)
      let error = #expect(throws: BelayError.self) {
        try HarnessWord.recorded("agent+openai/m2", lab.reader())
      }
      #expect(error?.kind == .notFound)
    }
  }

  @Test(arguments: ["c99", "hffffff", "nobody", "./nobody", "orcale"])
  func `what is not there is an error that says what was looked for`(word: String) async throws {
    try await Scratch.with { scratch in
      let lab = try await SampleLab.make(in: scratch)
      let error = #expect(throws: BelayError.self) {
        try HarnessWord.resolve(word, lab: lab, from: scratch.folder)
      }
      #expect(error?.kind == .notFound)
      if word == "orcale" { #expect(error?.message.contains("did you mean 'oracle'") == true) }
    }
  }

  @Test(arguments: [
    ("c1", true), ("h3f", true), ("h3", false), ("h", false), ("hello", false), ("c", false),
    ("deadbeef", false),
  ]) func `an id has a form of its own`(text: String, expected: Bool) {
    #expect(HarnessWord.isID(text) == expected)
  }
}
