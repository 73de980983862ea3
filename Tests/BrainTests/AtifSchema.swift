import Base
import Platform

/// Holds a document against the format's own JSON schema.
///
/// It knows exactly the words that this schema uses; another word in it is a fault, so that nothing is passed
/// over in silence.
struct AtifSchema {
  private let root: JSON

  init(file: String = #filePath) throws {
    let folder = Path.parent(Path.parent(file))
    root = try JSON.parse(Files.read("\(folder)/Vectors/interchange/atif-schema.json"))
  }

  /// What does not fit; empty for a valid document.
  func faults(_ document: JSON) -> [String] { check(document, root, "$") }

  private static let silent: Set<String> = ["title", "default", "$comment", "$defs"]

  private func check(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
    guard let words = schema.object else { return ["\(path): no schema"] }
    var faults: [String] = []
    for (word, rule) in words.sorted(by: { $0.key < $1.key }) where !Self.silent.contains(word) {
      switch word {
      case "$ref":
        let name = rule.string?.split(separator: "/").last.map(String.init) ?? ""
        faults += check(value, root["$defs"][name], path)
      case "anyOf":
        let ways = (rule.array ?? []).map { check(value, $0, path) }
        if !ways.contains(where: \.isEmpty) { faults += ways.min { $0.count < $1.count } ?? [] }
      case "type": if !Self.fits(value, rule.string ?? "") { faults.append("\(path): no \(rule)") }
      case "enum": if rule.array?.contains(value) != true { faults.append("\(path): \(value)") }
      case "minimum":
        if let least = rule.double, let number = value.double, number < least {
          faults.append("\(path): below \(least)")
        }
      case "minItems":
        if let least = rule.int, let items = value.array, items.count < least {
          faults.append("\(path): fewer than \(least)")
        }
      case "items":
        for (index, item) in (value.array ?? []).enumerated() {
          faults += check(item, rule, "\(path)[\(index)]")
        }
      case "required":
        for key in rule.array?.compactMap(\.string) ?? []
        where value.object != nil && value.object?[key] == nil {
          faults.append("\(path).\(key): missing")
        }
      case "properties":
        for (key, inner) in value.object ?? [:] {
          if let rule = rule.object?[key] { faults += check(inner, rule, "\(path).\(key)") }
        }
      case "additionalProperties":
        for key in value.object?.keys.sorted() ?? []
        where rule == .bool(false) && words["properties"]?.object?[key] == nil {
          faults.append("\(path).\(key): not known")
        }
      default: faults.append("\(path): the schema says '\(word)', which is not checked here")
      }
    }
    return faults
  }

  private static func fits(_ value: JSON, _ type: String) -> Bool {
    switch (type, value) {
    case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool),
      ("null", .null), ("integer", .int), ("number", .int), ("number", .double):
      true
    default: false
    }
  }
}
