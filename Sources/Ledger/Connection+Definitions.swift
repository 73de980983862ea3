internal import Archive
internal import Base
internal import Database
internal import Facts

extension Connection {
  func candidates(_ condition: SQL) throws -> [CandidateRecord] {
    try rows(
      """
      SELECT candidate.id, harness.digest, harness.name, harness.kind FROM candidate
      JOIN harness ON harness.id = candidate.harness WHERE \(condition) ORDER BY candidate.id
      """
    ) { row in
      CandidateRecord(
        id: CandidateID(row.int(0)), harness: try row.digest(1), name: row.text(2),
        kind: row.text(3))
    }
  }

  func suites(_ condition: SQL) throws -> [SuiteFact] {
    let heads = try rows(
      """
      SELECT id, digest, name, path, definition FROM suite WHERE \(condition) ORDER BY id DESC
      """
    ) { ($0.int(0), try $0.digest(1), $0.text(2), $0.text(3), try $0.json(4)) }
    return try heads.map { id, digest, name, path, definition in
      SuiteFact(
        digest: digest, name: name, path: path, definition: definition, tasks: try tasks(of: id))
    }
  }

  private func tasks(of suite: Int) throws -> [TaskFact] {
    try rows(
      """
      SELECT suite_task.name, task.digest, split, family, category, difficulty, definition
      FROM suite_task JOIN task ON task.id = suite_task.task
      WHERE suite_task.suite = \(suite) AND position >= 0 ORDER BY position
      """
    ) { row in
      TaskFact(
        name: row.text(0), digest: try row.digest(1),
        split: row.optionalText(2).flatMap(Split.init(rawValue:)), family: row.optionalText(3),
        category: row.optionalText(4), difficulty: row.optionalText(5), definition: try row.json(6)
      )
    }
  }

  func harnesses(_ condition: SQL) throws -> [HarnessRecord] {
    let heads = try rows(
      """
      SELECT id, digest, name, kind, definition FROM harness WHERE \(condition) ORDER BY id DESC
      """
    ) { ($0.int(0), try $0.digest(1), $0.text(2), $0.text(3), try $0.json(4)) }
    return try heads.map { id, digest, name, kind, definition in
      HarnessRecord(
        digest: digest, name: name, kind: kind, definition: definition, files: try files(of: id))
    }
  }

  private func files(of harness: Int) throws -> [HarnessFileRecord] {
    try rows(
      """
      SELECT path, mode, blob.digest, blob.bytes FROM harness_file
      JOIN blob ON blob.id = harness_file.blob WHERE harness = \(harness) ORDER BY position
      """
    ) { row in
      HarnessFileRecord(
        path: row.text(0), mode: UInt32(truncatingIfNeeded: row.int(1)), blob: try row.digest(2),
        bytes: row.int(3))
    }
  }

  /// The content of a blob, checked against its name.
  func blob(_ digest: Digest) throws -> [UInt8]? {
    let found = try first("SELECT frame, bytes FROM blob WHERE digest = \(digest)") { row in
      try Zstandard.decompress(row.blob(0), limit: row.int(1))
    }
    guard let content = found else { return nil }
    guard Digest.of(content) == digest else {
      throw BelayError(
        .internal, "blob \(digest.short) does not match its digest", place: path,
        hint: "belay db check, then restore a backup")
    }
    return content
  }
}
