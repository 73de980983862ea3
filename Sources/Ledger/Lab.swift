internal import Base
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

  private init(path: String) { self.path = path }

  /// The lab that is meant: named, else by `BELAY_LAB`, else `.belay` in the folder or above it.
  public static func find(explicit: String?, environment: [String: String], from folder: String)
    throws -> Lab
  {
    if let named = explicit ?? environment["BELAY_LAB"].flatMap({ $0.isEmpty ? nil : $0 }) {
      let path = Path.absolute(named, from: folder)
      guard Files.isFile(Path.join(path, "ledger.sqlite")) else {
        throw BelayError(.notFound, "no lab here", place: path, hint: "belay init \(named)")
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
    return lab
  }

  /// Opens the ledger for writing; says who holds it when someone does.
  public func open(command: String = "belay") async throws -> Ledger {
    throw BelayError(.internal, "the ledger cannot be opened yet", place: path)
  }

  /// Opens the ledger for reading; never waits for the writer.
  public func reader() throws -> LedgerReader {
    throw BelayError(.internal, "the ledger cannot be read yet", place: path)
  }
}
