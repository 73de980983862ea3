internal import Base
internal import Dialect

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
    guard case .object(var members) = body, !members.isEmpty else { return request }
    switch request.dialect {
    case .chat:
      let known = ["max_completion_tokens", "max_tokens"].first { members[$0] != nil }
      let usual = ModelTraits.usual(model: model, dialect: .chat).outputLimitField.rawValue
      members[known ?? usual] = .int(tokens)
    case .responses: members["max_output_tokens"] = .int(tokens)
    case .messages: members["max_tokens"] = .int(tokens)
    case .gemini:
      var settings = members["generationConfig"] ?? [:]
      if settings.object == nil { settings = [:] }
      settings["maxOutputTokens"] = .int(tokens)
      members["generationConfig"] = settings
    }
    var edited = request
    edited.body = JSON.object(members).utf8()
    return edited
  }
}
