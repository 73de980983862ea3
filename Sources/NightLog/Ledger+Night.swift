public import Base
internal import Database
public import Ledger

extension Ledger {
  /// Appends facts to a night and returns when they are durable; their places must be the next ones.
  public func append(_ facts: [NightRecord], to run: RunID) async throws {
    try await write { connection in
      let last = try connection.first(
        "SELECT max(number) FROM night_fact WHERE run = \(run)", { $0.optionalInt(0) ?? 0 })
      let next = (last ?? 0) + 1
      guard facts.indices.allSatisfy({ facts[$0].number == next + $0 }) else {
        throw Rejected(
          .internal, "expected fact \(next) of the night", place: "\(run)",
          hint: "belay run --resume \(run) goes on from what is recorded")
      }
      for fact in facts {
        try connection.run(
          """
          INSERT INTO night_fact (run, number, at, kind, body)
          VALUES (\(run), \(fact.number), \(fact.at), \(fact.kind), \(fact.body))
          """)
      }
    }
  }

  /// Keeps content that facts of a night name by its digest.
  @discardableResult
  public nonisolated func keep(_ content: [UInt8], of run: RunID) async throws -> Digest {
    let packed = try await pack(content)
    try await insert(packed, run)
    return Digest.of(content)
  }

  /// Records that a person made a candidate the champion of a suite.
  public func promote(
    _ candidate: CandidateID, of suite: Digest, as name: String, by author: String,
    reason: String, at: Timestamp
  ) async throws {
    try await write { connection in
      try connection.run(
        """
        INSERT INTO champion (at, suite, candidate, name, author, reason)
        SELECT \(at), suite.id, \(candidate), \(name), \(author), \(reason) FROM suite
        WHERE suite.digest = \(suite) AND EXISTS (SELECT 1 FROM candidate WHERE id = \(candidate))
        """)
      guard connection.changes == 1 else {
        throw Rejected(.notFound, "no candidate \(candidate)", hint: "belay leaderboard")
      }
    }
  }

  private func insert(_ packed: PackedFile, _ run: RunID) async throws {
    try await write { connection in
      let blob = try connection.store(packed)
      try connection.run("INSERT OR IGNORE INTO night_blob (run, blob) VALUES (\(run), \(blob))")
    }
  }

  // Hashing and packing need no order and run on the shared pool.
  @concurrent
  private nonisolated func pack(_ content: [UInt8]) async throws -> PackedFile {
    try PackedFile(content)
  }
}
