internal import Base
internal import Dialect
internal import Model

/// A request in its author's own words, read once for all who look into it.
struct ParsedWire: Sendable {
  let request: WireRequest
  /// The body; an empty object when it is no JSON.
  let body: JSON

  init(_ request: WireRequest) {
    self.request = request
    let json = try? JSON.parse(request.body)
    body = json?.object == nil ? [:] : json ?? [:]
  }

  /// The tier of service that it asks for.
  var tier: Price.Tier { Price.Tier(serviceTier: body["service_tier"].string) }

  /// Whether something of it may be written into a cache that lives for an hour.
  var hasLongCache: Bool { request.dialect == .messages && Self.asksForAnHour(body) }

  private static func asksForAnHour(_ json: JSON) -> Bool {
    switch json {
    case .object(let members):
      members["ttl"]?.string == "1h" || members.values.contains(where: asksForAnHour)
    case .array(let elements): elements.contains(where: asksForAnHour)
    default: false
    }
  }

  /// The same request with another limit of its answer.
  func limited(to tokens: Int, model: String) -> WireRequest {
    var edited = request
    if let limiting = request.limiting {
      edited.body = limiting(tokens)
      return edited
    }
    guard case .object(var members) = body, !members.isEmpty else { return request }
    switch request.dialect {
    case .chat:
      let known = ["max_completion_tokens", "max_tokens"].filter { members[$0] != nil }
      let usual = ModelTraits.usual(model: model, dialect: .chat).outputLimitField.rawValue
      for key in known.isEmpty ? [usual] : known { members[key] = .int(tokens) }
    case .responses: members["max_output_tokens"] = .int(tokens)
    case .messages: members["max_tokens"] = .int(tokens)
    case .gemini:
      // Google takes both spellings.
      let config = members["generationConfig"] ?? members["generation_config"] ?? [:]
      var settings = config.object ?? [:]
      settings["max_output_tokens"] = nil
      settings["maxOutputTokens"] = .int(tokens)
      members["generation_config"] = nil
      members["generationConfig"] = .object(settings)
    }
    edited.body = JSON.object(members).utf8()
    return edited
  }
}
