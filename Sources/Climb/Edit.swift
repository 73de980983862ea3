public import Base

/// Kind of `EditID`.
public enum EditKind: IdentifierKind {
  /// `e`
  public static var letter: Character { "e" }
  /// edit
  public static var word: String { "edit" }
}

/// The id of one edit, counted in the order in which edits came into the pool: `e7`.
public typealias EditID = Identifier<EditKind>

/// A change with one mechanism, of one or few components of the baseline, that can be switched on and off.
public struct Edit: Sendable, Hashable, Codable {
  /// What it puts in the components' place.
  public enum Value: Sendable, Hashable, Codable {
    /// A patch, by the name of its content.
    case patch(String)
    /// Another value of a number: the distance from the baseline's, over the whole range that it may take.
    case level(Double)
  }

  /// The components that it changes, in order and never none; two edits that share one exclude each other.
  public private(set) var components: [String]
  /// What it makes of them.
  public var value: Value
  /// Edits without which it makes no sense.
  public var requires: [EditID]
  /// Edits of other components beside which it cannot stand.
  public var excludes: [EditID]
  /// By how much it makes the harness larger, in tokens.
  public var size: Int

  /// An edit as a proposer hands it in.
  public init(
    components: [String], value: Value, requires: [EditID] = [], excludes: [EditID] = [],
    size: Int = 0
  ) {
    self.components = Set(components).sorted()
    self.value = value
    self.requires = requires
    self.excludes = excludes
    self.size = size
  }
}

/// A base harness with some edits.
public struct Candidate: Sendable, Hashable, Codable {
  /// Its number within the night; `c1` is the baseline.
  public let id: CandidateID
  /// The edits that it carries, in order.
  public let edits: [EditID]
}
