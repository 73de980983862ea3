internal import Base

extension TaskTables {
  /// `artifacts = ["path", { source = … }]`
  func artifacts(_ table: ConfigTable) -> [Artifact] {
    guard let value = table.any("artifacts") else { return [] }
    guard case .array(let elements) = value.value else {
      table.fault("artifacts", "expected a list of paths and tables, found \(value.typeName)")
      return []
    }
    if elements.allSatisfy({ if case .table = $0.value { true } else { false } }) {
      return (table.tables("artifacts") ?? []).compactMap { artifact($0) }
    }
    return elements.compactMap { element in
      switch element.value {
      case .string(let source):
        return checked(
          table, "artifacts",
          Artifact(source: source, destination: nil, exclude: [], service: "main"))
      case .table(let members):
        // A list of both kinds is rare; its tables are read without lines of their own.
        return mixed(table, members)
      default:
        table.fault("artifacts", "expected a path or a table, found \(element.typeName)")
        return nil
      }
    }
  }

  /// The place that is always kept comes first, unless an entry of the task names it.
  func withConvention(_ artifacts: [Artifact], system: TaskSystem) -> [Artifact] {
    let place = system == .windows ? "C:/logs/artifacts" : "/logs/artifacts"
    let isNamed = artifacts.contains { artifact in
      var source = artifact.source[...]
      while source.count > 1, source.hasSuffix("/") { source.removeLast() }
      return source == place && artifact.service == "main"
    }
    if isNamed { return artifacts }
    return [Artifact(source: place, destination: nil, exclude: [], service: "main")] + artifacts
  }

  func service(_ table: ConfigTable) -> String? {
    guard let word = table.string("service") else { return nil }
    guard Self.isService(word) else {
      table.fault("service", "'\(word.printable())' is not the name of a compose service")
      return nil
    }
    return word
  }

  private func artifact(_ table: ConfigTable) -> Artifact? {
    let result = Artifact(
      source: table.requiredString("source"), destination: table.string("destination"),
      exclude: table.strings("exclude") ?? [], service: service(table) ?? "main")
    table.finish(unknown: .warning)
    return checked(table, "source", result)
  }

  private func mixed(_ table: ConfigTable, _ members: [String: TOML]) -> Artifact? {
    guard let source = members["source"]?.json.string else {
      table.fault("artifacts", "an entry has no source; expected a path")
      return nil
    }
    return checked(
      table, "artifacts",
      Artifact(
        source: source, destination: members["destination"]?.json.string,
        exclude: (members["exclude"]?.json.array ?? []).compactMap(\.string),
        service: members["service"]?.json.string ?? "main"))
  }

  private func checked(_ table: ConfigTable, _ key: String, _ artifact: Artifact) -> Artifact? {
    var artifact = artifact
    if artifact.destination?.isEmpty == true {
      artifact = Artifact(
        source: artifact.source, destination: nil, exclude: artifact.exclude,
        service: artifact.service)
    }
    if let reason = Self.fault(artifact) {
      table.fault(key, reason)
      return nil
    }
    return artifact
  }

  private static func fault(_ artifact: Artifact) -> String? {
    let source = artifact.source
    if source.isEmpty || source.contains("\0") { return "expected the path of an artifact" }
    if source.split(separator: "/").contains("..") {
      return "'\(source.printable())' must not hold '..'"
    }
    if !isService(artifact.service) {
      return "'\(artifact.service.printable())' is not the name of a compose service"
    }
    if artifact.service != "main", !source.hasPrefix("/") {
      return "'\(source.printable())' of another service must be absolute"
    }
    guard let place = artifact.destination else { return nil }
    let parts = place.split(separator: "/").filter { $0 != "." }
    if place.hasPrefix("/") || place.contains("\\") || place.contains("\0") || parts.isEmpty
      || parts.contains("..")
    {
      return "destination '\(place.printable())' must be a relative path without '..'"
    }
    return parts == ["manifest.json"] ? "destination manifest.json is kept for the manifest" : nil
  }

  private static func isService(_ word: String) -> Bool {
    guard let first = word.utf8.first, isAlphanumeric(first) else { return false }
    return word.utf8.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
