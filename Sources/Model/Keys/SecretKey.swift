/// A provider's key: it can be sent to its provider and cannot be printed, described, mirrored or encoded.
public struct SecretKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let text: String

  /// Takes a key; nil for a text that is empty or could not stand in a header.
  public init?(_ text: String) {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    self.text = text
  }

  /// Hands the key to `body`, which writes it into the one header that it is for.
  public func reveal<Result>(_ body: (String) throws -> Result) rethrows -> Result {
    try body(text)
  }

  /// What is shown of a key: nothing.
  public var description: String { "(secret)" }
  /// What is shown of a key: nothing.
  public var debugDescription: String { "(secret)" }
  /// What is shown of a key: nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
