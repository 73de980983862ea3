internal import Base

/// Takes `harness.toml` apart by key without losing a byte: each key, each table's header, lists of tables
/// and the orchestration as one; comments and empty lines belong to what follows them.
struct TomlParts {
  /// One key with its value, or one header.
  struct Item {
    let path: [String]
    let isHeader: Bool
    let isList: Bool
    let range: Range<Int>
    /// Where the value stands; empty for a header.
    let value: Range<Int>
  }

  private let bytes: [UInt8]
  private var at = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The head and the parts; nil when the file is no TOML or its keys are scattered.
  static func split(_ bytes: [UInt8]) -> [FilePart]? {
    guard let text = String(validating: bytes, as: UTF8.self),
      (try? TOML.parse(text, file: "harness.toml")) != nil, let items = items(bytes)
    else { return nil }
    guard let first = items.first else { return [FilePart(name: nil, bytes: bytes)] }
    let head = headEnd(bytes, first)
    var parts = [FilePart(name: nil, bytes: Array(bytes[..<head]))]
    var lists: [[String]] = []
    var open: (name: String, start: Int)?
    var seen: Set<String> = []
    for item in items {
      let name = name(item, &lists)
      if name == open?.name { continue }
      guard seen.insert(name).inserted else { return nil }
      let start = open == nil ? head : item.range.lowerBound
      if let open {
        parts.append(FilePart(name: open.name, bytes: Array(bytes[open.start..<start])))
      }
      open = (name, start)
    }
    if let open { parts.append(FilePart(name: open.name, bytes: Array(bytes[open.start...]))) }
    return parts
  }

  private static func name(_ item: Item, _ lists: inout [[String]]) -> String {
    if item.path.first == "orchestration" { return "orchestration" }
    if item.isList, !lists.contains(item.path) { lists.append(item.path) }
    let list = lists.filter { item.path.starts(with: $0) }.min { $0.count < $1.count }
    return (list ?? item.path).joined(separator: ".")
  }

  /// A comment at the top that an empty line parts from the first key is the head.
  private static func headEnd(_ bytes: [UInt8], _ first: Item) -> Int {
    var end = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    for line in Lines.ranges(bytes) {
      let text = bytes[line].drop {
        $0 == 0x20 || $0 == 0x09 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF
      }
      guard text.isEmpty || text.first == 0x23 || text.first == 0x0A || text.first == 0x0D
      else { break }
      if text.first != 0x23 { end = max(end, line.upperBound) }
    }
    return end
  }

  /// Every key and header in the order of the file; nil when it is no TOML.
  static func items(_ bytes: [UInt8]) -> [Item]? {
    var scan = TomlParts(bytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { scan.at = 3 }
    return scan.read()
  }

  /// Whether the bytes of a part open a table.
  static func opensTable(_ bytes: [UInt8]) -> Bool {
    for line in Lines.ranges(bytes) {
      let text = bytes[line].drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
      if let first = text.first, first != 0x23 { return first == 0x5B }
    }
    return false
  }

  private mutating func read() -> [Item]? {
    var items: [Item] = []
    var table: [String] = []
    var start = 0
    while true {
      skip(0x20, 0x09)
      guard at < bytes.count else { return items }
      switch bytes[at] {
      case 0x0A, 0x0D: at += 1
      case 0x23: skipLine()
      case 0x5B:
        let isList = at + 1 < bytes.count && bytes[at + 1] == 0x5B
        at += isList ? 2 : 1
        guard let path = keys(), take(0x5D), !isList || take(0x5D) else { return nil }
        skipLine()
        table = path
        items.append(
          Item(path: path, isHeader: true, isList: isList, range: start..<at, value: at..<at))
        start = at
      default:
        guard let path = keys(), take(0x3D) else { return nil }
        skip(0x20, 0x09)
        guard let value = value() else { return nil }
        skipLine()
        items.append(
          Item(path: table + path, isHeader: false, isList: false, range: start..<at, value: value))
        start = at
      }
    }
  }

  private mutating func keys() -> [String]? {
    var path: [String] = []
    while true {
      skip(0x20, 0x09)
      guard at < bytes.count else { return nil }
      let start = at
      if bytes[at] == 0x22 || bytes[at] == 0x27 {
        guard let end = string(at) else { return nil }
        at = end
        let raw = String(decoding: bytes[start..<end], as: UTF8.self)
        guard let text = Self.unquoted(raw) else { return nil }
        path.append(text)
      } else {
        while at < bytes.count, Self.isBare(bytes[at]) { at += 1 }
        guard at > start else { return nil }
        path.append(String(decoding: bytes[start..<at], as: UTF8.self))
      }
      skip(0x20, 0x09)
      guard at < bytes.count, bytes[at] == 0x2E else { return path }
      at += 1
    }
  }

  private static func unquoted(_ raw: String) -> String? {
    guard let toml = try? TOML.parse("k = \(raw)", file: ""), case .table(let table) = toml.value
    else { return nil }
    return table["k"]?.json.string
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
    default: false
    }
  }

  /// The value from here to its end, without a comment behind it.
  private mutating func value() -> Range<Int>? {
    let start = at
    var end = at
    var depth = 0
    while at < bytes.count {
      switch bytes[at] {
      case 0x22, 0x27:
        guard let next = string(at) else { return nil }
        at = next
        end = at
        continue
      case 0x5B, 0x7B: depth += 1
      case 0x5D, 0x7D: depth -= 1
      case 0x23:
        guard depth > 0 else { return start..<end }
        while at < bytes.count, bytes[at] != 0x0A { at += 1 }
        continue
      case 0x0A where depth <= 0: return start..<end
      default: break
      }
      if bytes[at] > 0x20 { end = at + 1 }
      at += 1
    }
    return start..<end
  }

  /// The end of the string that begins here.
  private func string(_ start: Int) -> Int? {
    let quote = bytes[start]
    let isLong =
      start + 2 < bytes.count && bytes[start + 1] == quote && bytes[start + 2] == quote
    var index = start + (isLong ? 3 : 1)
    while index < bytes.count {
      if bytes[index] == 0x5C, quote == 0x22 {
        index += 2
        continue
      }
      if bytes[index] == 0x0A, !isLong { return nil }
      if bytes[index] == quote {
        if !isLong { return index + 1 }
        let run = bytes[index...].prefix { $0 == quote }.count
        if run >= 3 { return index + run }
        index += run
        continue
      }
      index += 1
    }
    return nil
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skip(0x20, 0x09)
    guard at < bytes.count, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  private mutating func skip(_ one: UInt8, _ other: UInt8) {
    while at < bytes.count, bytes[at] == one || bytes[at] == other { at += 1 }
  }

  private mutating func skipLine() {
    while at < bytes.count, bytes[at] != 0x0A { at += 1 }
    if at < bytes.count { at += 1 }
  }
}
