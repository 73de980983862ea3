import Base
import Climb
import Facts
import Glibc
import Layout
import Platform
import Testing

@testable import NightPages

@Suite struct GlossaryTests {
  static let file = Path.join(
    Path.parent(Path.parent(Path.parent(#filePath))), "docs/glossary.md")

  /// Every word, alone: `ngram, answers` are two.
  static let words = Set(
    Glossary.parts.flatMap(\.entries).flatMap { entry in
      entry.word.split(separator: ", ").map(String.init)
    })

  @Test func `the page in docs is the same text, which BELAY_WRITE_GOLDENS=1 writes`() throws {
    if getenv("BELAY_WRITE_GOLDENS") != nil {
      try Files.write(Array(Glossary.document.markdown.utf8), to: Self.file)
    }
    #expect(try Files.readText(Self.file) == Glossary.document.markdown)
  }

  @Test func `how a trial ends, how a race ends and what a trial is for has a word each`() throws {
    for outcome in Outcome.allCases { #expect(Self.words.contains(outcome.rawValue)) }
    for refusal in Refusal.allCases { #expect(Self.words.contains(refusal.rawValue)) }
    for purpose in ["pilot", "smoke", "screen", "race", "bank", "twin", "report", "vault"] {
      #expect(Self.words.contains(purpose))
    }
    for split in Split.allCases { #expect(Self.words.contains(split.rawValue)) }
  }

  @Test func `a word stands once in its part, and the text fits 80 columns`() {
    for part in Glossary.parts {
      #expect(Set(part.entries.map(\.word)).count == part.entries.count)
      for entry in part.entries { #expect(Glossary.text.contains("  \(entry.word)")) }
    }
    for line in Glossary.text.split(separator: "\n") {
      #expect(line.count <= 80 && !line.hasSuffix(" "), "\(line)")
    }
  }
}
