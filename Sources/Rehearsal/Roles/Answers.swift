internal import Base

/// Answers in a form that was asked for.
enum Answers {
  /// A value that satisfies the usual parts of a JSON schema, as plain as possible.
  static func example(of schema: JSON) -> JSON {
    if let choices = schema["enum"].array, let first = choices.first { return first }
    if !schema["const"].isNull { return schema["const"] }
    if !schema["default"].isNull { return schema["default"] }
    for key in ["anyOf", "oneOf", "allOf"] {
      if let first = schema[key].array?.first { return example(of: first) }
    }
    let type = schema["type"].string ?? schema["type"].array?.compactMap(\.string).first
    switch type {
    case "object":
      var members: [String: JSON] = [:]
      for name in (schema["required"].array ?? []).compactMap(\.string) {
        members[name] = example(of: schema["properties"][name])
      }
      return .object(members)
    case "array":
      return .array((schema["minItems"].int ?? 0) > 0 ? [example(of: schema["items"])] : [])
    case "integer": return .int(schema["minimum"].int ?? 0)
    case "number": return .double(schema["minimum"].double ?? 0)
    case "boolean": return false
    case "null": return .null
    default: return "rehearsal"
    }
  }
}
