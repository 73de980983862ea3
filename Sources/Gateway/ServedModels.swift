public import Model

/// The models that a gateway leads to, by the names that agents call them.
public struct ServedModels: Sendable, Hashable {
  /// The alias that is meant where none is named.
  public static let usual = "task"

  private let aliases: [String: ModelName]

  /// Models by alias; an alias that ends in `*` stands for every name that begins so.
  public init(_ aliases: [String: ModelName]) { self.aliases = aliases }

  /// Whether there is no model.
  public var isEmpty: Bool { aliases.isEmpty }

  /// What agents are told to call: the alias `task`, else the first.
  public var main: String? {
    aliases[Self.usual] == nil ? names.first : Self.usual
  }

  /// The names that can be called as they are, in the order of the alphabet.
  public var names: [String] { aliases.keys.filter { !$0.hasSuffix("*") }.sorted() }

  /// The model that a name means: an alias, a model as its user named it or as its provider calls it, else
  /// the alias with the longest beginning; nil when it is none that is allowed.
  public func resolve(_ name: String) -> ModelName? {
    if let exact = aliases[name] { return exact }
    let values = aliases.sorted { $0.key < $1.key }.map(\.value)
    if let model = values.first(where: { $0.description == name || $0.model == name }) {
      return model
    }
    let patterns = aliases.keys.filter { $0.hasSuffix("*") && name.hasPrefix($0.dropLast()) }
    return patterns.max { $0.count < $1.count }.flatMap { aliases[$0] }
  }
}
