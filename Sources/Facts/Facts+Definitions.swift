public import Base

/// A suite as it was when a run used it.
public struct SuiteFact: Sendable, Hashable {
  /// The suite's digest.
  public let digest: Digest
  /// Its name.
  public let name: String
  /// Where its folder stood.
  public let path: String
  /// Its `suite.toml` and all that is worth keeping, as JSON.
  public let definition: JSON
  /// Its tasks; no two with the same digest.
  public let tasks: [TaskFact]

  /// A suite to record.
  public init(digest: Digest, name: String, path: String, definition: JSON, tasks: [TaskFact]) {
    self.digest = digest
    self.name = name
    self.path = path
    self.definition = definition
    self.tasks = tasks
  }
}

/// A task as a member of a suite.
public struct TaskFact: Sendable, Hashable {
  /// The name that is shown.
  public let name: String
  /// Harbor's content digest.
  public let digest: Digest
  /// The split that it belongs to; nil in a suite without splits.
  public let split: Split?
  /// Tasks of one family stay together in a split.
  public let family: String?
  /// The kind of work.
  public let category: String?
  /// How hard its author thinks it is.
  public let difficulty: String?
  /// The rest, as JSON.
  public let definition: JSON

  /// A task to record with its suite.
  public init(
    name: String, digest: Digest, split: Split? = nil, family: String? = nil,
    category: String? = nil, difficulty: String? = nil, definition: JSON = [:]
  ) {
    self.name = name
    self.digest = digest
    self.split = split
    self.family = family
    self.category = category
    self.difficulty = difficulty
    self.definition = definition
  }
}

/// A harness: its folder by content.
public struct HarnessFact: Sendable, Hashable {
  /// The digest of the canonical tree.
  public let digest: Digest
  /// Its name.
  public let name: String
  /// `oracle`, `nop`, `program`, …
  public let kind: String
  /// Its `harness.toml` as JSON.
  public let definition: JSON
  /// All its files.
  public let files: [StoredFile]

  /// A harness to record.
  public init(
    digest: Digest, name: String, kind: String, definition: JSON, files: [StoredFile] = []
  ) {
    self.digest = digest
    self.name = name
    self.kind = kind
    self.definition = definition
    self.files = files
  }
}

extension Digest {
  /// The id of the harness with this digest: `h` and 12 hex digits.
  public var harnessID: String { "h\(short)" }
}
