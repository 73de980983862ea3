internal import Base
internal import Database
internal import Platform

/// A lab: the folder with the ledger, its lock and the scratch space.
public struct Lab: Sendable, Hashable {
  /// The folder, absolute.
  public let path: String

  /// The SQLite file.
  public var ledgerPath: String { Path.join(path, "ledger.sqlite") }
  /// The file that the one writer locks.
  public var lockPath: String { Path.join(path, "lock") }
  /// Where trials live while they run.
  public var scratchPath: String { Path.join(path, "scratch") }
  /// What readers leave for the next, worth nothing but time.
  var cachePath: String { Path.join(path, "cache") }

  private init(path: String) { self.path = path }

  /// The lab that is meant: named, else by `BELAY_LAB`, else `.belay` in the folder or above it.
  public static func find(explicit: String?, environment: [String: String], from folder: String)
    throws -> Lab
  {
    if let named = explicit ?? environment["BELAY_LAB"].flatMap({ $0.isEmpty ? nil : $0 }) {
      let path = Path.absolute(named, from: folder)
      guard Files.isFile(Path.join(path, "ledger.sqlite")) else {
        throw BelayError(.notFound, "no lab here", place: path, hint: "belay init --lab \(named)")
      }
      return Lab(path: path)
    }
    var at = Path.absolute(".", from: folder)
    while true {
      let path = Path.join(at, ".belay")
      if Files.isFile(Path.join(path, "ledger.sqlite")) { return Lab(path: path) }
      guard at != "/" else { break }
      at = Path.parent(at)
    }
    throw BelayError(
      .notFound, "no lab: neither --lab nor BELAY_LAB, and no .belay in this folder or above it",
      place: folder, hint: "belay init")
  }

  /// Makes a lab in this folder (`./.belay` by custom); one that is there already is taken as it is.
  public static func create(at path: String) throws -> Lab {
    let lab = Lab(path: Path.absolute(path, from: Files.workingDirectory()))
    try Files.makeDirectory(lab.path, mode: 0o700)
    try Files.makeDirectory(lab.scratchPath, mode: 0o700)
    if !Files.isFile(lab.ledgerPath) {
      let lock = try lab.takeLock()
      try Connection.open(lab.ledgerPath, .write).migrate(Schema.migrations)
      withExtendedLifetime(lock) {}
      try Files.syncFolder(lab.path)
      try Files.syncFolder(Path.parent(lab.path))
    }
    return lab
  }

  /// Opens the ledger for writing; says who holds it when someone does.
  public func open() async throws -> Ledger {
    let ledger = Ledger(path: ledgerPath, lock: try takeLock())
    try await ledger.start()
    return ledger
  }

  /// Opens the ledger for reading; never waits for the writer.
  public func reader() throws -> LedgerReader {
    let connection = try Connection.open(ledgerPath, .read)
    let version = try connection.schemaVersion()
    guard version <= Schema.version else {
      throw Connection.newer(version, than: Schema.version, path: ledgerPath)
    }
    if version < Schema.version {
      // A reader cannot change the schema; for that instant this process is the writer.
      let lock = try takeLock()
      try Connection.open(ledgerPath, .write).migrate(Schema.migrations)
      withExtendedLifetime(lock) {}
    }
    return LedgerReader(path: ledgerPath, connection: connection)
  }

  /// Who holds the lab for writing, in words; nil when nobody does.
  public func holder() throws -> String? {
    guard Files.isFile(lockPath) else { return nil }
    do {
      _ = try takeLock()
      return nil
    } catch let error as BelayError where error.kind == .busy {
      return error.message
    }
  }

  func takeLock() throws -> FileLock {
    let note: JSON = [
      "pid": .int(Int(ProcessIdentity.pid)), "since": .string("\(WallClock.system.now)"),
      "command": .string(CommandLine.arguments.map { Path.last($0) }.joined(separator: " ")),
      "host": .string(Machine.hostName),
    ]
    if let lock = try FileLock.take(lockPath, note: note.utf8()) { return lock }
    let held = FileLock.note(lockPath).flatMap { try? JSON.parse($0) } ?? .null
    throw BelayError(
      .busy,
      "the lab is held by pid \(held["pid"].int.map(String.init) ?? "unknown")"
        + " (\((held["command"].string ?? "unknown command").printable()))"
        + " since \((held["since"].string ?? "an unknown time").printable())",
      place: path, hint: "wait for it, stop it, or use another lab with --lab DIR")
  }
}
