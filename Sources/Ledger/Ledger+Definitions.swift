public import Base
package import Database
public import Facts

extension Ledger {
  /// Records tasks that stand beside a suite and are none of its own: trials of its runs may be on them, and no list
  /// of the suite's tasks has them. They are of no split.
  public func record(beside suite: Digest, _ tasks: [TaskFact]) async throws {
    try await write { connection in
      guard let id = try connection.rowID("suite", suite) else {
        throw Rejected(.internal, "the suite is not recorded", place: suite.short)
      }
      for (offset, task) in tasks.enumerated() {
        try connection.run("INSERT OR IGNORE INTO task (digest) VALUES (\(task.digest))")
        let taskID = try connection.rowID("task", task.digest)
        try connection.run(
          """
          INSERT OR IGNORE INTO suite_task (suite, task, position, name, split, family, category,
            difficulty, definition)
          VALUES (\(id), \(taskID), \(-1 - offset), \(task.name), NULL,
            \(task.family), \(task.category), \(task.difficulty), \(task.definition))
          """)
      }
    }
  }

  /// Records a suite with its tasks; recording it again changes nothing.
  public func record(_ suite: SuiteFact) async throws {
    try await write { connection in
      if try connection.rowID("suite", suite.digest) != nil { return }
      var names: [Digest: String] = [:]
      for task in suite.tasks {
        if let twin = names.updateValue(task.name, forKey: task.digest) {
          throw Rejected(
            .usage, "tasks \(twin) and \(task.name) are the same, byte for byte", place: suite.name,
            hint: "remove one of them")
        }
      }
      try connection.run(
        """
        INSERT INTO suite (digest, name, path, definition)
        VALUES (\(suite.digest), \(suite.name), \(suite.path), \(suite.definition))
        """)
      let id = connection.lastInsertedID
      for (position, task) in suite.tasks.enumerated() {
        try connection.run("INSERT OR IGNORE INTO task (digest) VALUES (\(task.digest))")
        let taskID = try connection.rowID("task", task.digest)
        try connection.run(
          """
          INSERT INTO suite_task (suite, task, position, name, split, family, category,
            difficulty, definition)
          VALUES (\(id), \(taskID), \(position), \(task.name), \(task.split?.rawValue),
            \(task.family), \(task.category), \(task.difficulty), \(task.definition))
          """)
      }
    }
  }

  /// Records a harness with its files; recording it again changes nothing.
  @discardableResult
  public nonisolated func record(_ harness: HarnessFact) async throws -> Digest {
    try await insert(harness, try await packed(harness.files))
    return harness.digest
  }

  /// The candidate id of a recorded harness; the same harness keeps its id in a lab.
  public func candidate(harness: Digest) async throws -> CandidateID {
    try await write { connection in
      guard let row = try connection.rowID("harness", harness) else {
        throw Rejected(.notFound, "harness \(harness.harnessID) is not recorded")
      }
      try connection.run("INSERT OR IGNORE INTO candidate (harness) VALUES (\(row))")
      let id = try connection.first("SELECT id FROM candidate WHERE harness = \(row)") {
        $0.int(0)
      }
      return CandidateID(id ?? 0)
    }
  }

  /// Starts a run of a recorded suite.
  public func begin(_ run: RunFact) async throws -> RunID {
    try await write { connection in
      guard let suite = try connection.rowID("suite", run.suite) else {
        throw Rejected(.notFound, "suite \(run.suite.short) is not recorded")
      }
      try connection.run(
        """
        INSERT INTO run (type, suite, settings, conditions, opens_vault, started_at, pid,
          start_ticks, host, command)
        VALUES (\(run.type.rawValue), \(suite), \(run.settings), \(run.conditions),
          \(run.opensVault), \(run.startedAt), \(Int(run.owner.pid)), \(run.owner.startTicks),
          \(run.owner.host), \(run.command))
        """)
      return RunID(connection.lastInsertedID)
    }
  }

  /// Records an event.
  public func record(_ event: EventFact) async throws {
    try await write { connection in
      if let run = event.run { try connection.requireRun(run) }
      try connection.run(
        """
        INSERT INTO event (run, at, kind, detail)
        VALUES (\(event.run), \(event.at), \(event.kind), \(event.detail))
        """)
    }
  }

  /// Ends a run; a run that was resumed ends again.
  public func end(_ run: RunEndFact) async throws {
    try await write { connection in
      try connection.requireRun(run.run)
      try connection.run(
        """
        INSERT INTO run_end (run, at, ending, summary)
        VALUES (\(run.run), \(run.at), \(run.ending.rawValue), \(run.summary))
        """)
    }
  }

  private func insert(_ harness: HarnessFact, _ files: [PackedFile]) async throws {
    try await write { connection in
      if try connection.rowID("harness", harness.digest) != nil { return }
      try connection.run(
        """
        INSERT INTO harness (digest, name, kind, definition)
        VALUES (\(harness.digest), \(harness.name), \(harness.kind), \(harness.definition))
        """)
      let id = connection.lastInsertedID
      for (position, (file, packed)) in zip(harness.files, files).enumerated() {
        let blob = try connection.store(packed)
        try connection.run(
          """
          INSERT INTO harness_file (harness, position, path, mode, blob)
          VALUES (\(id), \(position), \(file.path), \(Int(file.mode)), \(blob))
          """)
      }
    }
  }

  @concurrent
  private nonisolated func packed(_ files: [StoredFile]) async throws -> [PackedFile] {
    try files.map { try PackedFile($0.content) }
  }
}

extension Connection {
  /// The row with this digest in one of the tables that have one.
  func rowID(_ table: String, _ digest: Digest) throws -> Int? {
    try first("SELECT id FROM \(raw: table) WHERE digest = \(digest)") { $0.int(0) }
  }

  /// Stores a blob, once, and gives its row.
  package func store(_ file: PackedFile) throws -> Int {
    try run(
      """
      INSERT OR IGNORE INTO blob (digest, bytes, frame)
      VALUES (\(file.digest), \(file.bytes), \(file.frame))
      """)
    if changes == 1 { return lastInsertedID }
    guard let row = try rowID("blob", file.digest) else {
      throw BelayError(.internal, "blob \(file.digest.short) was not stored")
    }
    return row
  }

  fileprivate func requireRun(_ run: RunID) throws {
    guard try first("SELECT 1 FROM run WHERE id = \(run)", { _ in true }) != nil else {
      throw Rejected(.notFound, "no run \(run)")
    }
  }
}
