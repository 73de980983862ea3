internal import Base

/// Checks a tool's input schema: the part of JSON Schema that arguments are validated against.
struct SchemaCheck {
  private static let types = ["string", "integer", "number", "boolean", "array", "object", "null"]
  private static let keywords: Set<String> = [
    "type", "title", "description", "default", "examples", "enum", "const", "properties",
    "required", "additionalProperties", "items", "minItems", "maxItems", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "anyOf",
  ]

  let file: String
  let diagnostics: Diagnostics

  func check(_ node: TOML, _ path: String, isRoot: Bool = false) {
    guard case .table(let members) = node.value else {
      return fault(node, path, "expected a table, found \(node.typeName)")
    }
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      let place = "\(path).\(key)"
      guard Self.keywords.contains(key) else {
        fault(
          value, place,
          "unknown keyword; expected one of \(Self.keywords.sorted().joined(separator: ", "))"
            + Spelling.suggestion(for: key, in: Self.keywords.sorted()))
        continue
      }
      member(key, value, place)
    }
    if isRoot, members["type"]?.json != "object" {
      fault(node, "\(path).type", "expected 'object': a tool's input is an object")
    }
    required(members, path)
  }

  private func member(_ key: String, _ value: TOML, _ path: String) {
    switch key {
    case "type": type(value, path)
    case "properties":
      guard case .table(let properties) = value.value else {
        return fault(value, path, "expected a table, found \(value.typeName)")
      }
      for (name, schema) in properties.sorted(by: { $0.key < $1.key }) {
        check(schema, "\(path).\(name)")
      }
    case "items": check(value, path)
    case "additionalProperties":
      if case .boolean = value.value { return }
      check(value, path)
    case "anyOf":
      guard case .array(let choices) = value.value, !choices.isEmpty else {
        return fault(value, path, "expected a list of schemas")
      }
      for (index, choice) in choices.enumerated() { check(choice, "\(path)[\(index)]") }
    case "enum":
      guard case .array(let values) = value.value, !values.isEmpty else {
        return fault(value, path, "expected a list of values")
      }
    case "minItems", "maxItems", "minLength", "maxLength":
      guard let count = value.json.int, count >= 0 else {
        return fault(value, path, "expected a whole number from 0")
      }
    case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
      if value.json.double == nil { fault(value, path, "expected a number") }
    case "title", "description":
      if value.json.string == nil { fault(value, path, "expected a string") }
    default: break
    }
  }

  private func type(_ value: TOML, _ path: String) {
    let elements = if case .array(let list) = value.value { list } else { [value] }
    for element in elements {
      let name = element.json.string ?? element.typeName
      if element.json.string == nil || !Self.types.contains(name) {
        fault(
          element, path,
          "'\(name.printable())' is no type; expected one of \(Self.types.joined(separator: ", "))"
            + Spelling.suggestion(for: name, in: Self.types))
      }
    }
  }

  private func required(_ members: [String: TOML], _ path: String) {
    guard let node = members["required"] else { return }
    guard case .array(let names) = node.value else {
      return fault(node, "\(path).required", "expected a list of strings")
    }
    let known = members["properties"]?.json.object.map { $0.keys.sorted() } ?? []
    for name in names {
      guard let text = name.json.string else {
        fault(name, "\(path).required", "expected a string, found \(name.typeName)")
        continue
      }
      if !known.contains(text) {
        fault(
          name, "\(path).required",
          "'\(text.printable())' is none of the properties"
            + Spelling.suggestion(for: text, in: known))
      }
    }
  }

  private func fault(_ node: TOML, _ key: String, _ message: String) {
    diagnostics.add(Diagnostic(.error, file: file, line: node.keyLine, key: key, message))
  }
}
