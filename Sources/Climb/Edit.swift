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

/// A change of one component of the baseline, with one mechanism, that can be switched on and off.
public struct Edit: Sendable, Hashable {
  /// What it puts in the component's place.
  public enum Value: Sendable, Hashable {
    /// A patch, by the name of its content.
    case patch(String)
    /// Another value of a number: the distance from the baseline's, over the whole range that it may take.
    case level(Double)
  }

  /// The component that it changes; two edits of one component exclude each other.
  public var component: String
  /// What it makes of the component.
  public var value: Value
  /// Edits without which it makes no sense.
  public var requires: [EditID]
  /// Edits of other components beside which it cannot stand.
  public var excludes: [EditID]
  /// By how much it makes the harness larger, in tokens.
  public var size: Int

  /// An edit as a proposer hands it in.
  public init(
    component: String, value: Value, requires: [EditID] = [], excludes: [EditID] = [],
    size: Int = 0
  ) {
    self.component = component
    self.value = value
    self.requires = requires
    self.excludes = excludes
    self.size = size
  }
}

/// A base harness with some edits.
public struct Candidate: Sendable, Hashable {
  /// Its id; `c1` is the baseline.
  public let id: CandidateID
  /// The edits that it carries, in order.
  public let edits: [EditID]
}
