public import Base

/// One step of a schema's history: what turns version `version - 1` into `version`.
public struct Migration: Sendable {
  /// The version that it leads to, from 1 without gaps.
  public let version: Int
  /// The statements.
  public let script: String

  /// A step.
  public init(version: Int, script: String) {
    self.version = version
    self.script = script
  }
}

extension Connection {
  /// The version of the schema in this file; 0 for an empty one.
  public func schemaVersion() throws -> Int {
    try first("PRAGMA user_version") { $0.int(0) } ?? 0
  }

  /// Brings the schema up to the last migration, each step whole or not at all.
  public func migrate(_ migrations: [Migration]) throws {
    let newest = migrations.last?.version ?? 0
    let found = try schemaVersion()
    guard found <= newest else { throw Self.newer(found, than: newest, path: path) }
    for migration in migrations where migration.version > found {
      try transaction {
        try script(migration.script)
        try script("PRAGMA user_version = \(migration.version)")
      }
    }
  }

  /// The error for a file that a later release wrote.
  public static func newer(_ found: Int, than known: Int, path: String) -> BelayError {
    BelayError(
      .usage,
      "the schema is version \(found), written by a newer belay; this one knows up to \(known)",
      place: path, hint: "use the newer belay")
  }
}
