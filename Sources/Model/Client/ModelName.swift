/// A model as users name it: its provider, a slash, and the provider's own name for it.
public struct ModelName: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The provider: `anthropic`, `openrouter`, `rehearsal`, or one of the user's own.
  public let provider: String
  /// The model as the provider calls it; may hold slashes itself.
  public let model: String

  /// A model of a provider.
  public init(provider: String, model: String) {
    self.provider = provider
    self.model = model
  }

  /// Reads `openrouter/meta/llama-4`; nil when there is no provider, no model, or a space or a control in it.
  public init?(_ text: some StringProtocol) {
    guard let slash = text.firstIndex(of: "/"),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
    else { return nil }
    let provider = text[..<slash]
    let model = text[text.index(after: slash)...]
    guard Self.isProvider(provider), !model.isEmpty else { return nil }
    self.init(provider: String(provider), model: String(model))
  }

  /// Whether a text can be the name of a provider: lower-case letters, digits, `-`, `_` and `.`.
  public static func isProvider(_ text: some StringProtocol) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
          || $0 == 0x2E
      }
  }

  /// The name as it is typed.
  public var description: String { "\(provider)/\(model)" }

  /// Order of the alphabet, providers first.
  public static func < (left: Self, right: Self) -> Bool {
    (left.provider, left.model) < (right.provider, right.model)
  }
}
