internal import Base
package import Console
internal import Facts
package import Harness
package import Ledger
internal import Platform

/// The one rule for HARNESS: a path if it has `/` or `.`; else a built-in; else an id of the lab; else a name
/// under `./harnesses`.
package enum HarnessWord {
  /// How HARNESS is declared.
  package static let kind = ValueKind<String>.path("HARNESS", suggestions: ["oracle", "nop"])

  /// What HARNESS says in a help text.
  package static let help =
    "A path, a built-in (oracle, nop), an id of the lab, or a name under ./harnesses"

  /// Whether the text has the form of an id: `h` and hex digits, or `c` and a number.
  package static func isID(_ text: String) -> Bool {
    if CandidateID(text) != nil { return true }
    return text.first == "h" && (3...65).contains(text.utf8.count)
      && text.dropFirst().utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
      }
  }

  /// The harness that is meant, ready to run; one that is known only to the lab is unpacked below its scratch.
  package static func resolve(
    _ text: String, lab: Lab?, from folder: String = Files.workingDirectory()
  ) throws -> Harness {
    if text.contains("/") || text.contains(".") { return try Harness.load(text) }
    if let builtIn = Harness.builtIn(named: text) { return builtIn }
    var failure: BelayError?
    if let lab, isID(text) {
      do {
        return try unpack(try record(text, lab.reader()), from: lab)
      } catch let error as BelayError where error.kind == .notFound {
        failure = error
      }
    }
    let shelf = Path.join(folder, "harnesses")
    let named = Path.join(shelf, text)
    if Files.isDirectory(named) { return try Harness.load(named) }
    if let failure { throw failure }
    let known = ((try? Files.names(in: shelf)) ?? []).filter {
      Files.isFile(Path.join(Path.join(shelf, $0), "harness.toml"))
    }
    let starting = known.filter { $0.hasPrefix(text) }
    if starting.count == 1 { return try Harness.load(Path.join(shelf, starting[0])) }
    throw BelayError(
      .notFound,
      "no harness '\(text)': no built-in, no id of the lab and no folder of this name under ./harnesses"
        + Spelling.suggestion(for: text, in: known + ["oracle", "nop"]),
      hint: "name a folder with harness.toml, such as ./\(text)")
  }

  /// What reading commands look up: the id of a harness on disk, the one that a beginning of a name means,
  /// else the text as it is (`r3`, `r3/c1`, `c1`, `h3f9c`).
  package static func recorded(_ text: String, _ reader: LedgerReader) throws -> String {
    let first = text.prefix { $0 != "/" }
    if RunID(first) != nil || isID(text) { return text }
    let known = try reader.candidates()
    let isPath = text.contains("/") || text.contains(".")
    // What was imported is called agent+provider/model: a name where no such folder is.
    if !isPath || Files.kind(text) == nil, known.contains(where: { $0.name == text }) {
      return text
    }
    if isPath { return try Harness.load(text).id }
    let starting = Set(known.map(\.name).filter { $0.hasPrefix(text) })
    return starting.count == 1 ? starting.first ?? text : text
  }

  private static func record(_ text: String, _ reader: LedgerReader) throws -> HarnessRecord {
    if let id = CandidateID(text) {
      return try reader.harness(try reader.candidate(id).harness.harnessID)
    }
    return try reader.harness(text)
  }

  private static func unpack(_ record: HarnessRecord, from lab: Lab) throws -> Harness {
    if let kind = Harness.builtIn(named: record.kind), kind.digest == record.digest { return kind }
    let folder = Path.join(lab.scratchPath, "harness-\(record.digest.hex)")
    if !Files.isDirectory(folder) {
      let reader = try lab.reader()
      let partial = "\(folder).\(Files.randomName())"
      for file in record.files {
        let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
          throw BelayError(
            .internal, "the lab holds a file of this harness whose path leads elsewhere",
            place: record.digest.harnessID, hint: "belay db check")
        }
        let path = Path.join(partial, file.path)
        try Files.makeDirectory(Path.parent(path), mode: 0o755)
        try Files.write(try reader.blob(file.blob), to: path, mode: file.mode & 0o777)
      }
      try Files.move(partial, to: folder)
    }
    return try Harness.load(folder)
  }
}
