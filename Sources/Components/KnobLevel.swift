public import Base
public import Harness

/// A knob at a value.
public struct KnobLevel: Sendable, Hashable {
  /// The knob's target: `limits.turns`, `tools.csv_peek`, `prompts/system.md#Verify`, …
  public let target: String
  /// A number, a word, or whether it is on.
  public let value: JSON

  /// A level.
  public init(target: String, value: JSON) {
    self.target = target
    self.value = value
  }
}

extension Harness {
  /// Where each knob stands; null where the file leaves it to the default.
  public var knobLevels: [KnobLevel] {
    (native?.knobs ?? []).map { KnobLevel(target: $0.target, value: Self.level($0, definition)) }
  }

  /// The edit that sets knobs; nil when they stand there already. A value outside of a knob's range is an error.
  public func patch(setting levels: [KnobLevel]) throws(BelayError) -> ComponentPatch? {
    let tree = try ComponentTree(self)
    var files = files
    for level in levels {
      guard let knob = native?.knobs.first(where: { $0.target == level.target }) else {
        throw BelayError(
          .usage, "is no knob of this harness", place: level.target.printable(),
          hint: "the harness has \((native?.knobs ?? []).map(\.target).joined(separator: ", "))")
      }
      guard Self.fits(level.value, knob.range) else {
        throw BelayError(
          .usage, "\(level.value.text().printable()) lies outside of its range",
          place: level.target.printable())
      }
      guard Self.level(knob, definition) != level.value,
        let index = files.firstIndex(where: { $0.path == "harness.toml" })
      else { continue }
      let content = try TomlEdit(files[index].content).setting(knob, to: level.value)
      files[index] = HarnessFile(
        path: "harness.toml", isExecutable: files[index].isExecutable, content: content)
    }
    return tree.difference(to: try ComponentTree(files: files))
  }

  /// The levels that an edit sets, when it does nothing else; nil otherwise.
  public func levels(of patch: ComponentPatch) -> [KnobLevel]? {
    guard let edited = try? applying([patch]) else { return nil }
    let before = Set(knobLevels)
    let levels = edited.knobLevels.filter { !before.contains($0) }
    guard !levels.isEmpty, let again = (try? self.patch(setting: levels)) ?? nil,
      again.effect == patch.effect
    else { return nil }
    return levels
  }

  private static func fits(_ value: JSON, _ range: Knob.Range) -> Bool {
    switch range {
    case .int(let range): value.int.map(range.contains) ?? false
    case .real(let range): value.double.map(range.contains) ?? false
    case .choice(let words): value.string.map(words.contains) ?? false
    case .toggle: value.bool != nil
    }
  }

  private static func level(_ knob: Knob, _ definition: JSON) -> JSON {
    if case .toggle(let isOn) = knob.range { return .bool(isOn) }
    var parts = knob.target.split(separator: ".").map(String.init)[...]
    if parts.count == 3, parts.first == "orchestration" {
      let steps = definition["orchestration"]["step"].array ?? []
      return steps.first { $0["role"].string == parts[1] }?[parts[2]] ?? .null
    }
    var value = definition
    while let part = parts.popFirst() { value = value[part] }
    return value
  }
}

/// Changes single values of `harness.toml` and leaves every other byte.
struct TomlEdit {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func setting(_ knob: Knob, to value: JSON) throws(BelayError) -> [UInt8] {
    guard let items = TomlParts.items(bytes) else { throw Self.unreadable }
    let literal = Array(value.text().utf8)
    if case .toggle = knob.range { return try toggle(knob.target, items, literal) }
    let path = knob.target.split(separator: ".").map(String.init)
    if path.count == 3, path[0] == "orchestration" {
      return try step(path[1], path[2], items, literal)
    }
    if let item = items.first(where: { $0.path == path && !$0.isHeader }) {
      return replacing(item.value, literal)
    }
    // The key is left to its default so far.
    let line = Array("\(path.last ?? "") = ".utf8) + literal + [0x0A]
    let table = Array(path.dropLast())
    if let last = items.last(where: { $0.path.starts(with: table) && !$0.isList }) {
      return inserting(line, at: last.range.upperBound)
    }
    let header = Array("\n[\(table.joined(separator: "."))]\n".utf8)
    return inserting(header + line, at: bytes.count)
  }

  private func toggle(_ target: String, _ items: [TomlParts.Item], _ literal: [UInt8])
    throws(BelayError) -> [UInt8]
  {
    if let item = items.first(where: { $0.path == ["knobs", target, "switch"] }) {
      return replacing(item.value, literal)
    }
    // { switch = true }
    guard let item = items.first(where: { $0.path == ["knobs", target] && !$0.isHeader }) else {
      throw Self.unreadable
    }
    let inside = Array(bytes[item.value].dropFirst().dropLast())
    guard let inner = TomlParts.items(inside)?.first(where: { $0.path == ["switch"] }) else {
      throw Self.unreadable
    }
    let start = item.value.lowerBound + 1
    return replacing(
      (inner.value.lowerBound + start)..<(inner.value.upperBound + start), literal)
  }

  private func step(
    _ role: String, _ key: String, _ items: [TomlParts.Item], _ literal: [UInt8]
  ) throws(BelayError) -> [UInt8] {
    let path = ["orchestration", "step"]
    var step: Range<Int>?
    for (index, item) in items.enumerated() where item.path == path && item.isHeader {
      let inner = items[(index + 1)...].prefix { !$0.isHeader }
      let own = inner.first { $0.path == path + ["role"] }
      if let own, String(decoding: bytes[own.value], as: UTF8.self).contains(role),
        String(decoding: bytes[own.value], as: UTF8.self).dropFirst().dropLast() == role
      {
        step = inner.startIndex..<inner.endIndex
      }
    }
    guard let step else { throw Self.unreadable }
    if let item = items[step].first(where: { $0.path == path + [key] }) {
      return replacing(item.value, literal)
    }
    guard let last = items[step].last else { throw Self.unreadable }
    return inserting(Array("\(key) = ".utf8) + literal + [0x0A], at: last.range.upperBound)
  }

  private func replacing(_ range: Range<Int>, _ literal: [UInt8]) -> [UInt8] {
    bytes[..<range.lowerBound] + literal + bytes[range.upperBound...]
  }

  private func inserting(_ line: [UInt8], at index: Int) -> [UInt8] {
    let before = Array(bytes[..<index])
    let end: [UInt8] = before.last == 0x0A || before.isEmpty ? [] : [0x0A]
    return before + end + line + bytes[index...]
  }

  private static let unreadable = BelayError(
    .usage, "its knob is written in a way that cannot be set", place: "harness.toml",
    hint: "write knobs as \"target\" = { … }, each on a line of its own")
}
