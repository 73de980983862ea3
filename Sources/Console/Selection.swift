internal import Base

/// The fields that `--select` or `--compact` keeps: dotted paths, through arrays element by element.
struct Selection: Sendable {
  let paths: [[String]]

  init(_ fields: [String]) {
    paths = fields.map { $0.split(separator: ".").map(String.init) }
  }

  /// The value with nothing but the selected paths.
  func apply(to value: JSON) -> JSON {
    paths.reduce(into: JSON.object([:])) { kept, path in
      if let part = Self.pick(path[...], from: value) { kept = Self.merge(kept, part) }
    }
  }

  /// The first field that none of the values has, with the names that would have been right.
  func missing(in values: [JSON]) -> (path: String, known: [String])? {
    for path in paths where !values.contains(where: { Self.pick(path[...], from: $0) != nil }) {
      var known: Set<String> = []
      for value in values { Self.collect(value, "", 0, into: &known) }
      return (path.joined(separator: "."), known.sorted())
    }
    return nil
  }

  private static func pick(_ path: ArraySlice<String>, from value: JSON) -> JSON? {
    guard let name = path.first else { return value }
    if case .array(let elements) = value {
      let parts = elements.compactMap { pick(path, from: $0) }
      return parts.isEmpty && !elements.isEmpty ? nil : .array(parts)
    }
    guard let member = value.object?[name] else { return nil }
    // A null on the way is an answer: the field exists and nothing is known below it.
    if member.isNull { return .object([name: .null]) }
    return pick(path.dropFirst(), from: member).map { .object([name: $0]) }
  }

  private static func merge(_ left: JSON, _ right: JSON) -> JSON {
    switch (left, right) {
    case (.object(let a), .object(let b)): .object(a.merging(b, uniquingKeysWith: merge))
    case (.array(let a), .array(let b)) where a.count == b.count:
      .array(zip(a, b).map(merge))
    default: right
    }
  }

  private static func collect(
    _ value: JSON, _ prefix: String, _ depth: Int, into known: inout Set<String>
  ) {
    if case .array(let elements) = value {
      for element in elements { collect(element, prefix, depth, into: &known) }
    }
    for (name, member) in value.object ?? [:] where depth < 3 {
      known.insert(prefix + name)
      collect(member, prefix + name + ".", depth + 1, into: &known)
    }
  }
}
