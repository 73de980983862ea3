/// Reads one TOML table strictly: each key is asked for once, and `finish` reports those that nobody asked for.
///
/// A fault never stops the reading: it is added to the diagnostics and the default is used, so that
/// a user sees every fault of a file at once.
public final class ConfigTable {
  /// The dotted path of this table, empty at the root.
  public let path: String
  /// The line where the table begins.
  public let line: Int
  /// Where faults go.
  public let diagnostics: Diagnostics
  /// The file, as the user named it.
  public let file: String
  private let members: [String: TOML]
  private var asked: Set<String> = []

  /// Wraps the root of a document.
  public init(root: TOML, file: String, diagnostics: Diagnostics) {
    self.file = file
    self.diagnostics = diagnostics
    path = ""
    line = 1
    if case .table(let members) = root.value { self.members = members } else { members = [:] }
  }

  private init(_ members: [String: TOML], line: Int, path: String, parent: ConfigTable) {
    self.members = members
    self.line = line
    self.path = path
    file = parent.file
    diagnostics = parent.diagnostics
  }

  /// The keys that are present, sorted.
  public var keys: [String] { members.keys.sorted() }

  /// Whether the key is present; does not count as asking for it.
  public func has(_ key: String) -> Bool { members[key] != nil }

  /// Adds an error about a key of this table.
  public func fault(_ key: String, _ message: String) { add(.error, key, message) }

  /// Adds a warning about a key of this table.
  public func warn(_ key: String, _ message: String) { add(.warning, key, message) }

  /// A string.
  public func string(_ key: String) -> String? {
    read(key, "a string") { if case .string(let text) = $0.value { text } else { nil } }
  }

  /// A string that must be there.
  public func requiredString(_ key: String) -> String {
    if let value = string(key) { return value }
    if !has(key) { fault(key, "missing; expected a string") }
    return ""
  }

  /// A whole number within bounds.
  public func int(_ key: String, in range: ClosedRange<Int> = 0...Int.max) -> Int? {
    let value: Int? = read(key, "a whole number") {
      switch $0.value {
      case .integer(let number): number
      case .float(let number): Int(exactly: number)
      default: nil
      }
    }
    guard let value else { return nil }
    guard range.contains(value) else {
      fault(key, "\(value) is out of range; expected \(bounds(range))")
      return nil
    }
    return value
  }

  /// A finite number within bounds.
  public func double(
    _ key: String, in range: ClosedRange<Double> = 0...Double.greatestFiniteMagnitude
  )
    -> Double?
  {
    let value: Double? = read(key, "a number") {
      switch $0.value {
      case .integer(let number): Double(number)
      case .float(let number): number
      default: nil
      }
    }
    guard let value else { return nil }
    guard range.contains(value) else {
      fault(key, "\(value) is out of range; expected at least \(range.lowerBound)")
      return nil
    }
    return value
  }

  /// true or false.
  public func bool(_ key: String) -> Bool? {
    read(key, "true or false") { if case .boolean(let flag) = $0.value { flag } else { nil } }
  }

  /// A list of strings.
  public func strings(_ key: String) -> [String]? {
    read(key, "a list of strings") { node in
      guard case .array(let elements) = node.value else { return nil }
      var texts: [String] = []
      for element in elements {
        guard case .string(let text) = element.value else { return nil }
        texts.append(text)
      }
      return texts
    }
  }

  /// A table whose values are all strings, such as an environment.
  public func stringTable(_ key: String) -> [String: String]? {
    read(key, "a table of strings") { node in
      guard case .table(let members) = node.value else { return nil }
      var texts: [String: String] = [:]
      for (name, element) in members {
        guard case .string(let text) = element.value else { return nil }
        texts[name] = text
      }
      return texts
    }
  }

  /// One of an enum's raw values.
  public func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) -> Choice?
  where Choice.RawValue == String {
    guard let text = string(key) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let words = Choice.allCases.map(\.rawValue)
    fault(
      key,
      "'\(text)' is not known; expected \(words.map { "'\($0)'" }.joined(separator: ", "))"
        + Spelling.suggestion(for: text, in: words))
    return nil
  }

  /// A table.
  public func table(_ key: String) -> ConfigTable? {
    read(key, "a table") { node in
      guard case .table(let members) = node.value else { return nil }
      return ConfigTable(members, line: node.keyLine, path: dotted(key), parent: self)
    }
  }

  /// A list of tables (`[[key]]`).
  public func tables(_ key: String) -> [ConfigTable]? {
    read(key, "a list of tables ([[\(dotted(key))]])") { node in
      guard case .array(let elements) = node.value else { return nil }
      var tables: [ConfigTable] = []
      for (index, element) in elements.enumerated() {
        guard case .table(let members) = element.value else { return nil }
        tables.append(
          ConfigTable(
            members, line: element.line, path: "\(dotted(key))[\(index)]", parent: self))
      }
      return tables
    }
  }

  /// Any value as it stands: for free tables and for keys that take several types.
  public func any(_ key: String) -> TOML? {
    asked.insert(key)
    return members[key]
  }

  /// Reports every key that was not asked for, with the nearest of those that were.
  public func finish(unknown severity: Diagnostic.Severity = .error, known: [String] = []) {
    let names = asked.union(known).sorted()
    for key in keys where !asked.contains(key) {
      add(
        severity, key,
        "unknown key; expected one of \(names.joined(separator: ", "))"
          + Spelling.suggestion(for: key, in: names))
    }
  }

  private func read<Value>(_ key: String, _ expected: String, _ take: (TOML) -> Value?) -> Value? {
    asked.insert(key)
    guard let node = members[key] else { return nil }
    if let value = take(node) { return value }
    fault(key, "expected \(expected), found \(node.typeName)")
    return nil
  }

  private func add(_ severity: Diagnostic.Severity, _ key: String, _ message: String) {
    diagnostics.add(
      Diagnostic(
        severity, file: file, line: members[key]?.keyLine ?? (path.isEmpty ? nil : line),
        key: dotted(key), message))
  }

  private func dotted(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private func bounds(_ range: ClosedRange<Int>) -> String {
    range.upperBound == Int.max
      ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
  }
}
