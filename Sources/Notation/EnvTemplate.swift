public import Base

/// Values of the form `${VAR}` and `${VAR:-default}`, which are filled in from the host.
public enum EnvTemplate {
  /// The variable and default of a value that is one template from end to end; nil for a plain value.
  public static func parse(_ value: String) -> (name: String, fallback: String?)? {
    guard value.hasPrefix("${"), value.hasSuffix("}") else { return nil }
    let inner = value.dropFirst(2).dropLast()
    guard let colon = inner.firstIndex(of: ":") else {
      return inner.isEmpty || inner.contains("}") ? nil : (String(inner), nil)
    }
    let name = inner[..<colon]
    let rest = inner[colon...]
    guard !name.isEmpty, !name.contains("}"), rest.hasPrefix(":-"), !rest.contains("\n") else {
      return nil
    }
    return (String(name), String(rest.dropFirst(2)))
  }

  /// The values with templates replaced from `host`; fails naming the variable that is missing.
  public static func resolve(
    _ variables: [String: String], host: [String: String], place: String
  ) throws(BelayError) -> [String: String] {
    var resolved: [String: String] = [:]
    for (key, value) in variables.sorted(by: { $0.key < $1.key }) {
      guard let template = parse(value) else {
        resolved[key] = value
        continue
      }
      guard let filled = host[template.name] ?? template.fallback else {
        throw BelayError(
          .usage, "\(key) needs the variable \(template.name), which is not set", place: place,
          hint: "export \(template.name)=…")
      }
      resolved[key] = filled
    }
    return resolved
  }

  /// The host variables that must be set, sorted.
  public static func needed(_ variables: [String: String]) -> [String] {
    Set(
      variables.values.compactMap { value in
        parse(value).flatMap { $0.fallback == nil ? $0.name : nil }
      }
    ).sorted()
  }
}
