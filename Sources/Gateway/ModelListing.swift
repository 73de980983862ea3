internal import Base
internal import Dialect
internal import Http

/// The models of a lease as a dialect lists them.
struct ModelListing {
  private let models: ServedModels
  private let dialect: WireDialect

  init(_ models: ServedModels, _ dialect: WireDialect) {
    self.models = models
    self.dialect = dialect
  }

  /// All of them, or the one that is named.
  func response(_ name: String?) -> HTTPServerResponse {
    guard let name else { return .json(200, list.utf8()) }
    guard models.resolve(name) != nil else {
      return .fault(ModelFault(.noModel, "there is no model '\(name.printable())'"), dialect)
    }
    return .json(200, entry(name).utf8())
  }

  private var list: JSON {
    let entries = models.names.map(entry)
    switch dialect {
    case .chat, .responses: return ["object": "list", "data": .array(entries)]
    case .messages:
      return [
        "data": .array(entries), "has_more": false, "first_id": .optional(models.names.first),
        "last_id": .optional(models.names.last),
      ]
    case .gemini: return ["models": .array(entries)]
    }
  }

  private func entry(_ name: String) -> JSON {
    switch dialect {
    case .chat, .responses:
      ["id": .string(name), "object": "model", "created": 0, "owned_by": "belay"]
    case .messages:
      [
        "type": "model", "id": .string(name), "display_name": .string(name),
        "created_at": "1970-01-01T00:00:00Z",
      ]
    case .gemini:
      [
        "name": .string("models/\(name)"), "displayName": .string(name),
        "supportedGenerationMethods": ["generateContent", "countTokens"],
      ]
    }
  }
}
