internal import Archive
internal import Base
internal import Database
internal import Facts
internal import Platform

/// What `gc` removed, or would remove.
public struct Collected: Sendable, Hashable {
  /// Entries of the scratch folder.
  public let scratch: [String]
  /// Bytes of the files in them.
  public let scratchBytes: Int
  /// Files of the cache that belong to no night of the lab.
  public let cache: [String]
  /// Their bytes.
  public let cacheBytes: Int
  /// Blobs that nothing refers to.
  public let blobs: Int
  /// Their bytes in the file.
  public let blobBytes: Int
}

extension Lab {
  /// Removes scratch, what was kept of nights that are gone and unreferenced blobs, and nothing else; needs the lab
  /// to itself.
  public func collectGarbage(dryRun: Bool) throws -> Collected {
    let lock = try takeLock()
    defer { withExtendedLifetime(lock) {} }
    let entries = try Files.isDirectory(scratchPath) ? Files.names(in: scratchPath) : []
    let bytes =
      try entries.isEmpty
      ? 0
      : Files.walk(scratchPath, limit: 10_000_000).reduce(0) {
        $0 + ($1.kind == .regular ? $1.size : 0)
      }
    if !dryRun {
      try refuseMounts()
      for entry in entries { try Files.removeTree(Path.join(scratchPath, entry)) }
    }
    let connection = try Connection.open(ledgerPath, .write)
    try connection.migrate(Schema.migrations)
    let cache = try strayCache(connection)
    if !dryRun { for name in cache.names { try Files.removeTree(Path.join(cachePath, name)) } }
    let blobs = try connection.unreferencedBlobs()
    if !dryRun, !blobs.isEmpty {
      try connection.transaction {
        for blob in blobs { try connection.removeBlob(blob.id) }
      }
    }
    return Collected(
      scratch: entries, scratchBytes: bytes, cache: cache.names, cacheBytes: cache.bytes,
      blobs: blobs.count,
      blobBytes: blobs.reduce(0) { $0 + $1.bytes })
  }

  // What belongs to no night of this ledger, and what a killed writer left.
  private func strayCache(_ connection: Connection) throws -> (names: [String], bytes: Int) {
    guard Files.isDirectory(cachePath) else { return ([], 0) }
    let nights = try Set(
      connection.rows("SELECT id FROM run WHERE type = \(RunType.night.rawValue)") {
        "night-\(RunID($0.int(0)))"
      })
    let names = try Files.names(in: cachePath).filter { !nights.contains($0) }
    let stray = Set(names)
    let bytes = try Files.walk(cachePath, limit: 10_000_000).reduce(0) { sum, file in
      let top = file.path.split(separator: "/").first.map(String.init) ?? file.path
      return sum + (file.kind == .regular && stray.contains(top) ? file.size : 0)
    }
    return (names, bytes)
  }

  // A mount that something left below scratch may be the user's own folder.
  private func refuseMounts() throws {
    guard let table = try? Files.readText("/proc/self/mountinfo") else { return }
    let below = scratchPath + "/"
    for line in table.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 4, fields[4].hasPrefix(below) else { continue }
      throw BelayError(
        .sandbox, "something is mounted below the scratch folder", place: String(fields[4]),
        hint: "umount \(fields[4])")
    }
  }
}

extension LedgerReader {
  /// Copies the ledger as it is at this instant to a new file, proves the copy, and returns when it is durable.
  public func backUp(to target: String) throws {
    guard Files.kind(target) == nil else {
      throw BelayError(
        .usage, "there is something already", place: target, hint: "name a file that does not exist"
      )
    }
    let temporary = "\(target).\(Files.randomName())"
    do {
      try Connection.open(path, .read).backUp(to: temporary)
      let faults = try Connection.open(temporary, .read).integrityFaults()
      guard faults.isEmpty else {
        throw BelayError(
          .internal, "the copy is damaged: \(faults[0])", place: target,
          hint: "belay db check, then try another disk")
      }
      try Files.move(temporary, to: target)
      try Files.syncFolder(Path.parent(target))
    } catch {
      try? Files.removeTree(temporary)
      throw error
    }
  }
}

extension Connection {
  fileprivate func unreferencedBlobs() throws -> [(id: Int, bytes: Int)] {
    try rows(
      """
      SELECT id, length(frame) FROM blob
      WHERE NOT EXISTS (SELECT 1 FROM attempt_file WHERE blob = blob.id)
        AND NOT EXISTS (SELECT 1 FROM harness_file WHERE blob = blob.id)
        AND NOT EXISTS (SELECT 1 FROM model_call WHERE content = blob.id)
        AND NOT EXISTS (SELECT 1 FROM model_answer WHERE reply = blob.id)
        AND NOT EXISTS (SELECT 1 FROM step WHERE body = blob.id)
        AND NOT EXISTS (SELECT 1 FROM night_blob WHERE blob = blob.id)
      """
    ) { ($0.int(0), $0.int(1)) }
  }

  // The index keeps no text of its own: to forget a blob it must be told the text again.
  fileprivate func removeBlob(_ id: Int) throws {
    let indexed = try first("SELECT 1 FROM search_docsize WHERE id = \(id)", { _ in true })
    if indexed != nil {
      let text = try first("SELECT frame, bytes FROM blob WHERE id = \(id)") { row in
        SearchText.of(try Zstandard.decompress(row.blob(0), limit: row.int(1)))
      }
      try run("INSERT INTO search (search, rowid, text) VALUES ('delete', \(id), \(text))")
    }
    try run("DELETE FROM blob WHERE id = \(id)")
  }
}
