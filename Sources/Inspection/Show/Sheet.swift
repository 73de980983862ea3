public import Base
public import Layout

/// What is known of one thing: labelled values, then tables.
public struct Sheet: ReportPage {
  /// The name and version of its record.
  public static let schema = "belay.show/1"

  /// What kind of thing: `run`, `candidate`, `harness`, `trial`, `suite`, `task`.
  public let kind: String
  /// The one record.
  public let record: JSON
  /// Commands that lead on.
  public let hints: [String]
  let title: String
  let values: [(label: String, value: String)]
  let tables: [TextTable]

  /// The one record.
  public var items: [JSON] {
    var record = record
    record["kind"] = .string(kind)
    return [record]
  }

  /// Whole counts.
  public var counts: [String: Int] { ["items": 1] }

  /// The sheet as lines.
  public func text(width: Int) -> String {
    var lines = Prose.wrap(title, width: width, indent: 2)
    let shown = values.filter { !$0.value.isEmpty }.map { ($0.label.printable(), $0.value) }
    let widest = shown.map { DisplayWidth.of($0.0) }.max() ?? 0
    let room = max(1, min(widest, width / 2 - 2))
    for (name, value) in shown {
      let label = DisplayWidth.cut(name, to: room)
      let first = label + String(repeating: " ", count: room + 2 - DisplayWidth.of(label))
      let rest = String(repeating: " ", count: room + 2)
      for (index, line) in Prose.wrap(value, width: width - room - 2).enumerated() {
        lines.append(DisplayWidth.cut((index == 0 ? first : rest) + line, to: max(width, 1)))
      }
    }
    for table in tables where !table.rows.isEmpty {
      lines.append("")
      lines += table.lines(width: width)
    }
    return Prose.text(lines)
  }
}

extension JSON {
  /// The leaves of an object as dotted keys with short values, in order of key.
  func leaves(_ path: String = "") -> [(label: String, value: String)] {
    guard let members = object else {
      return isNull ? [] : [(path, DisplayWidth.cut((string ?? text()).printable(), to: 200))]
    }
    return members.sorted { $0.key < $1.key }.flatMap { key, value in
      value.leaves(path.isEmpty ? key : "\(path).\(key)")
    }
  }
}
