public import Base
package import Database
public import Facts

/// A reader of a lab's ledger: every call sees one consistent state and never blocks the writer.
public final class LedgerReader: Sendable {
  /// The SQLite file.
  public let path: String
  private let connection: SharedConnection

  init(path: String, connection: sending Connection) {
    self.path = path
    self.connection = SharedConnection(connection)
  }

  /// Runs `body` against one unchanging state.
  package func read<Result: Sendable>(_ body: (Connection) throws -> Result) throws -> Result {
    try connection.read(body)
  }

  /// A number that is another as soon as somebody has written, for this reader alone.
  public func dataVersion() throws -> Int {
    try read { try $0.first("PRAGMA data_version") { $0.int(0) } ?? 0 }
  }

  /// All candidates, in order.
  public func candidates() throws -> [CandidateRecord] {
    try read { try $0.candidates("1") }
  }

  /// One candidate.
  public func candidate(_ id: CandidateID) throws -> CandidateRecord {
    guard let found = try read({ try $0.candidates("candidate.id = \(id)") }).first else {
      throw missing("\(id)", hint: "belay leaderboard")
    }
    return found
  }

  /// All recorded suites, newest first.
  public func suites() throws -> [SuiteFact] {
    try read { try $0.suites("1") }
  }

  /// The suite with this digest, start of a digest, or name (then the newest of that name).
  public func suite(_ text: String) throws -> SuiteFact {
    let found = try read { connection in
      if let range = DigestRange(text) {
        let byDigest = try connection.suites(range.condition("digest"))
        if !byDigest.isEmpty { return byDigest }
      }
      return Array(try connection.suites("name = \(text)").prefix(1))
    }
    return try one(found, text, "suites", hint: "belay suite list")
  }

  /// The harness with this id, start of a digest, or name (then the newest of that name).
  public func harness(_ text: String) throws -> HarnessRecord {
    let found = try read { connection in
      let digits = text.hasPrefix("h") ? String(text.dropFirst()) : text
      if let range = DigestRange(digits) {
        let byDigest = try connection.harnesses(range.condition("digest"))
        if !byDigest.isEmpty { return byDigest }
      }
      return Array(try connection.harnesses("name = \(text)").prefix(1))
    }
    return try one(found, text, "harnesses", hint: "belay leaderboard")
  }

  /// The content of a blob.
  public func blob(_ digest: Digest) throws -> [UInt8] {
    guard let content = try read({ try $0.blob(digest) }) else {
      throw missing("blob \(digest.short)", hint: "belay db check")
    }
    return content
  }

  /// Runs that opened a vault which shares a task with this suite's, in order; a night does so late, if ever.
  public func vaultOpenings(suite: Digest) throws -> [VaultOpening] {
    try read { connection in
      try connection.rows(
        """
        SELECT run.id, run.started_at, suite.digest FROM run JOIN suite ON suite.id = run.suite
        WHERE (run.opens_vault OR EXISTS (
          SELECT 1 FROM night_fact INDEXED BY night_fact_opens_vault
          WHERE night_fact.run = run.id AND kind = 'open_vault'))
          AND EXISTS (
          SELECT 1 FROM suite_task AS opened JOIN suite_task AS mine ON mine.task = opened.task
          JOIN suite AS this ON this.id = mine.suite
          WHERE opened.suite = run.suite AND opened.split = 'vault' AND mine.split = 'vault'
            AND this.digest = \(suite))
        ORDER BY run.id
        """
      ) { row in
        VaultOpening(run: RunID(row.int(0)), at: row.timestamp(1), suite: try row.digest(2))
      }
    }
  }

  func missing(_ name: String, hint: String) -> BelayError {
    BelayError(.notFound, "no \(name) in this lab", place: path, hint: hint)
  }

  private func one<Element>(_ found: [Element], _ text: String, _ many: String, hint: String) throws
    -> Element
  {
    guard let first = found.first else {
      throw missing("\(many.hasPrefix("s") ? "suite" : "harness") \(text.printable())", hint: hint)
    }
    guard found.count == 1 else {
      throw BelayError(
        .usage, "\(found.count) \(many) begin with \(text.printable())", place: path,
        hint: "give more digits")
    }
    return first
  }
}

/// All digests that begin with some hex digits.
struct DigestRange {
  private let low: [UInt8]
  private let high: [UInt8]

  /// Four digits or more; nil for anything that is not hex.
  init?(_ digits: String) {
    let digits = digits.hasPrefix("sha256:") ? digits.dropFirst(7) : digits.dropFirst(0)
    let count = digits.utf8.count
    guard (4...64).contains(count),
      let low = Hex.bytes(String(digits) + String(repeating: "0", count: 64 - count)),
      let high = Hex.bytes(String(digits) + String(repeating: "f", count: 64 - count))
    else { return nil }
    self.low = low
    self.high = high
  }

  func condition(_ column: String) -> SQL {
    "\(raw: column) BETWEEN \(low) AND \(high)"
  }
}
