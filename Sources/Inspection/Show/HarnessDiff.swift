public import Base
internal import Components
public import Harness
public import Layout

/// What sets two harnesses apart, component by component.
public struct HarnessDiff: ReportPage {
  /// The form of its records.
  public static let schema = "belay.diff/1"

  /// The one that the other is held against, as it is shown.
  public let first: String
  /// The other.
  public let second: String
  private let patch: ComponentPatch?
  private let sizes: (before: Int, after: Int)

  /// The difference of two harnesses that are called so.
  public init(_ first: Harness, _ second: Harness, named: (String, String)) throws(BelayError) {
    self.first = named.0
    self.second = named.1
    let (before, after) = (try ComponentTree(first), try ComponentTree(second))
    patch = before.difference(to: after)
    sizes = (before.size, after.size)
  }

  /// One record for each changed component.
  public var items: [JSON] {
    (patch?.changes ?? []).map { change in
      [
        "component": .string(change.component), "change": .string(Self.word(change)),
        "lines": .array(
          change.lines.map { line in
            var record: JSON = ["kind": .string(line.kind.rawValue), "text": .string(line.text)]
            if !line.file.isEmpty { record["file"] = .string(line.file) }
            return record
          }),
      ]
    }
  }

  /// Both sides and their sizes in tokens.
  public var fields: [String: JSON] {
    [
      "first": .string(first), "second": .string(second), "same": .bool(patch == nil),
      "size": ["before": .int(sizes.before), "after": .int(sizes.after)],
    ]
  }

  /// Components that changed.
  public var counts: [String: Int] { ["items": patch?.changes.count ?? 0] }

  /// The components with their lines, words within lines marked.
  public func text(width: Int) -> String {
    guard let patch else {
      return "\(first) and \(second) are the same, byte for byte\n".printable(keepingLines: true)
    }
    let head =
      "\(first) -> \(second): \(patch.changes.count) component\(patch.changes.count == 1 ? "" : "s"), "
      + "\(sizes.before) -> \(sizes.after) tokens"
    var lines = Prose.wrap(head, width: width)
    for change in patch.changes {
      lines.append("")
      lines += Prose.wrap("\(change.component) (\(Self.word(change)))", width: width)
      var file = ""
      for line in change.lines {
        if line.file != file {
          file = line.file
          lines += Prose.wrap("  \(file)", width: width, indent: 4)
        }
        let mark =
          switch line.kind {
          case .removed: "-"
          case .added: "+"
          case .changed: "~"
          }
        if line.text.allSatisfy(\.isWhitespace) { continue }
        lines += Prose.wrap("  \(mark) \(line.text)", width: width, indent: 4)
      }
      if let place = change.place, change.before != nil {
        lines += Prose.wrap("  now behind \(place)", width: width, indent: 4)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func word(_ change: ComponentPatch.Change) -> String {
    if change.before == nil { return "added" }
    if change.after == nil { return "removed" }
    return change.before == change.after ? "moved" : "changed"
  }
}
