internal import Base

/// How much a collector takes and how long it looks.
public struct CollectBudget: Sendable, Hashable {
  /// Files that are taken.
  public var files = 5_000
  /// Bytes that are taken in all.
  public var bytes = 64 << 20
  /// Bytes of one file; a larger one is left.
  public var fileBytes = 32 << 20
  /// Folders inside folders.
  public var depth = 32
  /// Names that are looked at.
  public var entries = 50_000
  /// Time that it may take.
  public var time = Duration.seconds(20)

  /// The usual budget.
  public init() {}
}

/// Something that a trial left, taken or not.
public struct CollectedEntry: Sendable, Hashable {
  /// What was done with it.
  public enum Fate: String, Sendable, Hashable {
    /// Its bytes were handed over.
    case taken
    /// A symbolic link: only its text is kept.
    case link
    /// A file with more than one name.
    case hardLink = "hard_link"
    /// A FIFO, socket or device.
    case special
    /// Larger than one file may be, or than what was left of the budget.
    case tooLarge = "too_large"
    /// Deeper than the collector goes.
    case tooDeep = "too_deep"
    /// It could not be opened or read.
    case unreadable
    /// A path that was asked for and is not there.
    case absent
  }

  /// The path below the folder, as bytes: never to be used as a path on the host.
  public let path: [UInt8]
  /// What was done with it.
  public let fate: Fate
  /// Its size, as the file claims.
  public let size: Int
  /// Permission bits.
  public let mode: UInt32
  /// Where a link points to, or why something could not be read; for people, escaped.
  public let detail: String?

  /// The path for people: escaped, on one line.
  public var name: String { String(decoding: path, as: UTF8.self).printable() }
}

/// What a collector found.
public struct Collected: Sendable {
  /// Everything that was looked at but folders, in the order of the walk.
  public var entries: [CollectedEntry] = []
  /// Bytes that were taken.
  public var bytes = 0
  /// Which budget ended the walk early, if one did.
  public var cutBy: String?

  /// Nothing found.
  init() {}

  /// A place where none of these is.
  init(absent paths: [String]) {
    entries = paths.map {
      CollectedEntry(path: Array($0.utf8), fate: .absent, size: 0, mode: 0, detail: nil)
    }
  }

  /// How many files were taken.
  public var fileCount: Int { entries.count { $0.fate == .taken } }
}
