public import Base
internal import Components
public import Harness
internal import Layout

/// What sets two harnesses apart, component by component.
public struct ComponentChanges: Sendable {
  private let patch: ComponentPatch?
  /// The sizes of both in tokens.
  let sizes: (before: Int, after: Int)

  /// The difference of two harnesses.
  public init(_ first: Harness, _ second: Harness) throws(BelayError) {
    let (before, after) = (try ComponentTree(first), try ComponentTree(second))
    patch = before.difference(to: after)
    sizes = (before.size, after.size)
  }

  /// Whether they are the same, byte for byte.
  public var isEmpty: Bool { patch == nil }
  /// The names of the components that differ.
  var names: [String] { patch?.components ?? [] }

  /// What kind of component a name belongs to.
  static func kind(_ name: String) -> String {
    let parts = name.split(separator: "#", maxSplits: 1)
    let file = parts.first.map(String.init) ?? name
    guard file == "harness.toml" else {
      return switch file.split(separator: "/").first {
      case "prompts": "prompt"
      case "tools": "tool"
      case "skills": "skill"
      default: "program file"
      }
    }
    let table = parts.count > 1 ? String(parts[1].prefix { $0 != "." && $0 != "[" }) : ""
    return ["limits": "limit", "knobs": "knob", "tools": "tool", "orchestration": "orchestration"][
      table] ?? "setting"
  }

  /// How many components of each kind differ, in words.
  var summary: String {
    let kinds = Dictionary(grouping: names, by: Self.kind).mapValues(\.count)
    let order = [
      "prompt", "tool", "skill", "limit", "knob", "orchestration", "setting", "program file",
    ]
    return order.compactMap { kind in kinds[kind].map { "\(kind) \($0)" } }.joined(separator: ", ")
  }

  /// One record for each changed component.
  var records: [[String: JSON]] {
    (patch?.changes ?? []).map { change in
      [
        "component": .string(change.component), "change": .string(Self.word(change)),
        "kind": .string(Self.kind(change.component)),
        "lines": .array(
          change.lines.map { line in
            var record: JSON = ["kind": .string(line.kind.rawValue), "text": .string(line.text)]
            if !line.file.isEmpty { record["file"] = .string(line.file) }
            return record
          }),
      ]
    }
  }

  /// The components with their lines, words within lines marked; below each what `notes` says of it.
  func lines(width: Int, ink: Ink, notes: (String) -> [String] = { _ in [] }) -> [String] {
    var lines: [String] = []
    for change in patch?.changes ?? [] {
      lines.append("")
      lines += Prose.wrap("\(change.component) (\(Self.word(change)))", width: width)
        .map { ink.painted($0, .accent) }
      var file = ""
      for line in change.lines {
        if line.file != file {
          file = line.file
          lines += Prose.wrap("  \(file)", width: width, indent: 4)
        }
        if line.text.allSatisfy(\.isWhitespace) { continue }
        lines += Self.drawn(line, width: width, ink: ink)
      }
      if let place = change.place, change.before != nil {
        lines += Prose.wrap("  now behind \(place)", width: width, indent: 4)
      }
      lines += notes(change.component)
    }
    return lines
  }

  private static func drawn(_ line: ChangedLine, width: Int, ink: Ink) -> [String] {
    let mark =
      switch line.kind {
      case .removed: "-"
      case .added: "+"
      case .changed: "~"
      }
    guard ink.colours != .none else {
      return Prose.wrap(
        [(line.text, nil)], width: width, prefix: "  \(mark) ", indent: 4, ink: ink)
    }
    let tone: Tone? =
      switch line.kind {
      case .removed: .bad
      case .added: .good
      case .changed: nil
      }
    let pieces = line.pieces.map { piece -> (text: String, tone: Tone?) in
      switch piece.kind {
      case .removed: (piece.text, .removed)
      case .added: (piece.text, .added)
      case .changed, nil: (piece.text, tone)
      }
    }
    return Prose.wrap(
      pieces, width: width, prefix: "  \(ink.painted(mark, tone ?? .warning)) ", indent: 4,
      ink: ink)
  }

  private static func word(_ change: ComponentPatch.Change) -> String {
    if change.before == nil { return "added" }
    if change.after == nil { return "removed" }
    return change.before == change.after ? "moved" : "changed"
  }
}
