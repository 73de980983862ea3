public import Base
internal import Dialect

/// The providers that models can be named of: the known ones with the user's over them.
public struct ProviderTable: Sendable, Hashable {
  private let providers: [String: Provider]

  /// Exactly these.
  public init(_ providers: [Provider]) {
    self.providers = Dictionary(providers.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
  }

  /// The known ones, changed and completed by a file of the user's.
  public init(_ file: ModelsFile = ModelsFile()) throws(BelayError) {
    var providers = Dictionary(
      Provider.known.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    for entry in file.providers.values {
      guard var provider = providers[entry.name] ?? Self.own(entry) else {
        throw BelayError(
          .usage, "the provider '\(entry.name)' has no base_url, and is none of the known ones",
          place: file.path.map { "\($0):\(entry.line)" },
          hint: "known: \(Provider.known.map(\.name).joined(separator: ", "))")
      }
      if let url = entry.baseURL {
        provider.baseURL = String(url.reversed().drop { $0 == "/" }.reversed())
      }
      if let dialect = entry.dialect { provider.dialect = dialect }
      if let key = entry.keyName {
        provider.keyNames = [key]
        provider.needsKey = true
      }
      providers[entry.name] = provider
    }
    self.providers = providers
  }

  /// All of them, by name.
  public var all: [Provider] { providers.values.sorted { $0.name < $1.name } }

  /// The names of the keys of all of them, to be looked for.
  public var keyNames: [String] { all.flatMap(\.keyNames) }

  /// The provider of this name; nil when there is none.
  public subscript(name: String) -> Provider? { providers[name] }

  private static func own(_ entry: ModelsFile.ProviderEntry) -> Provider? {
    entry.baseURL.map { Provider(name: entry.name, baseURL: $0, dialect: .chat) }
  }
}
