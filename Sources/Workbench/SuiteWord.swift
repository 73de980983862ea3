internal import Base
package import Console
internal import Facts
package import Ledger
internal import Platform
package import Suite

/// The one rule for SUITE: a folder where one is there; else, for what was recorded, a digest or a name.
package enum SuiteWord {
  /// How a SUITE that is run or read from disk is declared.
  package static let kind = ValueKind<String>.directory("SUITE")

  /// Folders in which suites lie by custom, below the working folder.
  package static let shelves = ["benchmarks", "suites"]

  /// The suite in a folder, or under its name in `./benchmarks` or `./suites`.
  package static func load(_ text: String, _ call: Call) throws -> Suite {
    if !Files.isDirectory(text), !text.contains("/"), !text.contains(".") {
      let known = onShelves(call)
      if let match = known.first(where: { Path.last($0) == text }) {
        return try Suite.load(place(match, call))
      }
      throw BelayError(
        .notFound, "no suite '\(text)'\(Spelling.suggestion(for: text, in: known.map(Path.last)))",
        hint: "belay suite list")
    }
    return try Suite.load(text)
  }

  /// The suites in `./benchmarks` and `./suites`, as paths from the working folder.
  package static func onShelves(_ call: Call) -> [String] {
    shelves.flatMap { shelf in
      ((try? Files.names(in: place(shelf, call))) ?? []).map { Path.join(shelf, $0) }.filter {
        let folder = place($0, call)
        return Files.isFile(Path.join(folder, "suite.toml"))
          || Files.isDirectory(Path.join(folder, "tasks"))
      }
    }
  }

  /// Where a path from the working folder leads.
  package static func place(_ path: String, _ call: Call) -> String {
    Path.join(call.surroundings.workingDirectory, path)
  }

  /// What the ledger knows a suite by: a folder's digest if it was run as it stands, else its name.
  package static func recorded(_ text: String, _ reader: LedgerReader, _ call: Call) throws
    -> String
  {
    if let known = try? reader.suite(text) { return known.digest.hex }
    let suite = try load(text, call)
    if (try? reader.suite(suite.digest.hex)) != nil { return suite.digest.hex }
    if let older = try? reader.suite(suite.name) {
      call.output.note(
        "nothing was run on \(suite.name)@\(suite.digest.short) as it stands now; "
          + "this is \(older.name)@\(older.digest.short)")
      return older.digest.hex
    }
    throw BelayError(
      .notFound, "nothing was run on this suite yet", place: text,
      hint: "belay eval oracle --suite \(text)")
  }
}
