internal import Harness
public import Model

/// Which model an alias stands for, and what is known of it.
public struct Roster: Sendable {
  /// Models by their aliases; `task` is there.
  public let aliases: [String: ModelName]
  /// How many tokens a model's window holds; nil where nobody knows.
  private let window: @Sendable (ModelName) -> Int?

  /// A roster.
  public init(
    _ aliases: [String: ModelName], window: @escaping @Sendable (ModelName) -> Int? = { _ in nil }
  ) {
    self.aliases = aliases
    self.window = window
  }

  /// The tokens of a model's window, or a size that every model of today has.
  func tokens(of model: ModelName) -> Int { window(model) ?? 128_000 }

  /// Whether a conversation of about this many tokens is to be made smaller.
  func shouldCompact(_ spec: LaneSpec, estimate: Int) -> Bool {
    spec.context.compaction != .none
      && Double(estimate) >= spec.context.compactAt * Double(tokens(of: spec.model))
  }
}
