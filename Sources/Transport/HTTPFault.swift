/// Why there is no answer; a status that is not 200 is an answer.
public struct HTTPFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The request could not be sent as it is: the address, a header.
    case invalid
    /// No connection could be made.
    case unreachable
    /// The other side is not who it should be.
    case untrusted
    /// The connection broke, or what came was no HTTP.
    case broken
    /// Nothing came for too long.
    case stalled
    /// The whole took too long.
    case deadline
    /// The answer is larger than was allowed.
    case tooLarge
    /// The one who asked gave up.
    case cancelled
  }

  /// What kind.
  public let kind: Kind
  /// What happened, in one line.
  public let message: String
  /// Whether the other side may have received the request, and may act on it or charge for it.
  public let mayHaveArrived: Bool

  init(_ kind: Kind, _ message: String, mayHaveArrived: Bool) {
    self.kind = kind
    self.message = message
    self.mayHaveArrived = mayHaveArrived
  }

  /// The failure in one line.
  public var description: String { message }
}
