internal import Base
internal import Facts
internal import Harness
internal import Ledger

/// Harnesses as the ledger keeps them, put together in memory: a reader of the lab writes no file.
enum RecordedHarness {
  /// The harness of a candidate (`c12`) or with an id (`h3f9c`).
  static func read(_ text: String, _ reader: LedgerReader) throws -> Harness {
    let record =
      if let id = CandidateID(text) {
        try reader.harness(try reader.candidate(id).harness.harnessID)
      } else {
        try reader.harness(text)
      }
    if let kind = Harness.builtIn(named: record.kind), kind.digest == record.digest { return kind }
    return try Harness.load(
      files: try record.files.map { file in
        HarnessFile(
          path: file.path, isExecutable: file.mode & 0o100 != 0,
          content: try reader.blob(file.blob))
      }, named: text)
  }
}
