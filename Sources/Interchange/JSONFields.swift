internal import Base

/// Reads one JSON object member by member; faults are collected and never stop the reading.
struct JSONFields {
  /// Where faults of one document go; their number is bounded, as the document is not ours.
  final class Faults {
    static let limit = 100
    let file: String
    private(set) var all: [Diagnostic] = []

    init(file: String) { self.file = file }

    func add(_ key: String, _ message: String, _ severity: Diagnostic.Severity = .error) {
      guard all.count < Self.limit else { return }
      all.append(Diagnostic(severity, file: file, key: key.isEmpty ? nil : key, message))
    }
  }

  let path: String
  let faults: Faults
  private let members: [String: JSON]

  /// Wraps an object; nil, with a fault, when the value is none.
  init?(_ value: JSON, _ path: String, _ faults: Faults) {
    guard case .object(let members) = value else {
      faults.add(path, "expected an object, found \(Self.typeName(value))")
      return nil
    }
    self.members = members
    self.path = path
    self.faults = faults
  }

  func has(_ key: String) -> Bool { members[key].map { !$0.isNull } ?? false }

  func fault(_ key: String, _ message: String) { faults.add(dotted(key), message) }

  func string(_ key: String) -> String? { read(key, "a string") { $0.string } }

  func requiredString(_ key: String) -> String {
    if !has(key) { fault(key, "missing; expected a string") }
    return string(key) ?? ""
  }

  func int(_ key: String, least: Int = .min) -> Int? {
    guard let number = read(key, "a whole number", { $0.int }) else { return nil }
    if number < least { fault(key, "\(number) is out of range; expected at least \(least)") }
    return number
  }

  func double(_ key: String) -> Double? { read(key, "a number") { $0.double } }

  func bool(_ key: String) -> Bool? { read(key, "true or false") { $0.bool } }

  func any(_ key: String) -> JSON { members[key] ?? .null }

  func array(_ key: String) -> [JSON]? { read(key, "a list") { $0.array } }

  func object(_ key: String) -> JSONFields? {
    guard has(key) else { return nil }
    return JSONFields(any(key), dotted(key), faults)
  }

  func checkObject(_ key: String) {
    _ = read(key, "an object") { $0.object }
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) -> Choice?
  where Choice.RawValue == String {
    guard let word = string(key) else { return nil }
    if let choice = Choice(rawValue: word) { return choice }
    let known = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    fault(key, "'\(word.prefix(60).description.printable())' is not known; expected \(known)")
    return nil
  }

  /// Objects of a list, those that are none left out with a fault.
  func objects(_ key: String) -> [JSONFields] {
    (array(key) ?? []).enumerated().compactMap { index, element in
      JSONFields(element, "\(dotted(key))[\(index)]", faults)
    }
  }

  func finish(_ known: [String]) {
    for key in members.keys.sorted() where !known.contains(key) {
      faults.add(
        dotted(key.prefix(60).description.printable()),
        "unknown key" + Spelling.suggestion(for: String(key.prefix(60)), in: known))
    }
  }

  func dotted(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private func read<Value>(_ key: String, _ expected: String, _ take: (JSON) -> Value?) -> Value? {
    guard let value = members[key], !value.isNull else { return nil }
    if let taken = take(value) { return taken }
    fault(key, "expected \(expected), found \(Self.typeName(value))")
    return nil
  }

  static func typeName(_ value: JSON) -> String {
    switch value {
    case .null: "null"
    case .bool: "a boolean"
    case .int, .double: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
