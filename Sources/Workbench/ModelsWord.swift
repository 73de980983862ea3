internal import Base
package import Console
package import Dialect
internal import Ledger
package import Model
internal import Platform

/// The one rule for models: `--models FILE`, else `models.toml` in the lab, else the user's own, else what is built in.
package enum ModelsWord {
  package static let file = Option(
    "models", .path("FILE"),
    "Providers, aliases, prices and estimates (default: models.toml in the lab, else the user's own)"
  )

  /// What a model is named by in a help text.
  package static let help = "A model as PROVIDER/MODEL, or an alias of the models file"

  /// Who can be asked, with which keys and prices.
  package struct Setup: Sendable {
    package var file: ModelsFile
    package let providers: ProviderTable
    package let keys: KeyRing

    /// All providers over HTTP, by name.
    package func backends() -> [String: any ModelBackend] {
      var backends: [String: any ModelBackend] = [:]
      for provider in providers.all {
        backends[provider.name] = HTTPBackend(
          provider, key: provider.key(in: keys),
          traits: { [file] model in
            file.traits(
              of: ModelName(provider: provider.name, model: model), dialect: provider.dialect)
          })
      }
      return backends
    }
  }

  /// Reads the file that is meant and looks for the keys of its providers.
  package static func resolve(_ call: Call, _ named: String?) throws -> Setup {
    let lab = try? LabWord.resolve(call).path
    let environment = call.surroundings.environment
    let file = try ModelsFile.find(
      explicit: named.map { Path.absolute($0, from: call.surroundings.workingDirectory) }, lab: lab,
      environment: environment)
    let providers = try ProviderTable(file)
    let keys = try KeyRing.load(environment: environment, names: providers.keyNames)
    return Setup(file: file, providers: providers, keys: keys)
  }
}
