internal import Base

/// How components are named: a path, and behind the first `#` the part of the file.
enum ComponentName {
  /// The name of a file or folder: `#` and `%` in its path are written as in an address.
  static func of(path: String) -> String {
    guard path.utf8.contains(where: { $0 == 0x23 || $0 == 0x25 }) else { return path }
    return path.map { $0 == "#" ? "%23" : $0 == "%" ? "%25" : String($0) }.joined()
  }

  /// The path of a file or folder by its name.
  static func path(_ name: String) -> String {
    guard name.utf8.contains(0x25) else { return name }
    var out: [UInt8] = []
    var rest = Array(name.utf8)[...]
    while let byte = rest.popFirst() {
      switch (byte, Array(rest.prefix(2))) {
      case (0x25, [0x32, 0x33]): out.append(0x23)
      case (0x25, [0x32, 0x35]): out.append(0x25)
      default:
        out.append(byte)
        continue
      }
      rest = rest.dropFirst(2)
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// The name of the file that a component is a part of, or of the component itself.
  static func file(_ name: String) -> String {
    guard let mark = name.utf8.firstIndex(of: 0x23) else { return name }
    return String(name[..<mark])
  }

  /// What stands behind the `#`; nil for a whole file or folder and for the head of a file.
  static func part(_ name: String) -> String? {
    guard let mark = name.utf8.firstIndex(of: 0x23) else { return nil }
    return String(name[name.utf8.index(after: mark)...])
  }
}

/// One part of a file: `## ` sections of a prompt, keys and headers of `harness.toml`.
struct FilePart {
  /// What stands behind the `#` of its name; nil for the head.
  let name: String?
  let bytes: [UInt8]
}

/// Takes a prompt apart at its `## ` headings, as `Prompt` does, without losing a byte.
enum PromptParts {
  /// The head and the sections; nil when two have the same title, one has none, or it is no text.
  static func split(_ bytes: [UInt8]) -> [FilePart]? {
    guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
    var parts: [FilePart] = []
    var titles: Set<String> = []
    var open: (name: String?, start: Int) = (nil, 0)
    var fence: [UInt8]?
    for line in Lines.ranges(bytes) {
      let text = bytes[line].drop { $0 == 0x20 }
      let mark = Array(text.prefix { $0 == 0x60 || $0 == 0x7E })
      if let opened = fence {
        if mark.starts(with: opened) { fence = nil }
      } else if mark.starts(with: [0x60, 0x60, 0x60]) || mark.starts(with: [0x7E, 0x7E, 0x7E]) {
        fence = mark
      } else if bytes[line].starts(with: [0x23, 0x23, 0x20]) {
        parts.append(FilePart(name: open.name, bytes: Array(bytes[open.start..<line.lowerBound])))
        let title = String(decoding: bytes[line].dropFirst(3), as: UTF8.self)
          .split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\r" || $0 == "\r\n" })
          .joined(separator: " ")
        guard !title.isEmpty, titles.insert(title).inserted else { return nil }
        open = (title, line.lowerBound)
      }
    }
    parts.append(FilePart(name: open.name, bytes: Array(bytes[open.start...])))
    return parts
  }
}
