extension JSON {
  /// The value as text: one line with sorted keys, or indented by two spaces.
  public func text(pretty: Bool = false) -> String {
    String(decoding: utf8(pretty: pretty), as: UTF8.self)
  }

  /// The value as UTF-8, the same bytes for the same value on every machine.
  public func utf8(pretty: Bool = false) -> [UInt8] {
    var writer = JSONWriter(pretty: pretty)
    writer.write(self, depth: 0)
    return writer.out
  }
}

struct JSONWriter {
  let pretty: Bool
  var out: [UInt8] = []

  init(pretty: Bool) { self.pretty = pretty }

  mutating func write(_ value: JSON, depth: Int) {
    switch value {
    case .null: out += "null".utf8
    case .bool(let flag): out += (flag ? "true" : "false").utf8
    case .int(let number): out += String(number).utf8
    case .double(let number): write(number)
    case .string(let text): write(text)
    case .array(let elements):
      guard !elements.isEmpty else { return out += "[]".utf8 }
      out.append(0x5B)
      for (index, element) in elements.enumerated() {
        if index > 0 { out.append(0x2C) }
        newLine(depth + 1)
        write(element, depth: depth + 1)
      }
      newLine(depth)
      out.append(0x5D)
    case .object(let members):
      guard !members.isEmpty else { return out += "{}".utf8 }
      out.append(0x7B)
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { out.append(0x2C) }
        newLine(depth + 1)
        write(member.key)
        out.append(0x3A)
        if pretty { out.append(0x20) }
        write(member.value, depth: depth + 1)
      }
      newLine(depth)
      out.append(0x7D)
    }
  }

  private mutating func newLine(_ depth: Int) {
    guard pretty else { return }
    out.append(0x0A)
    out += repeatElement(0x20, count: depth * 2)
  }

  // Swift prints the shortest digits that read back as the same number.
  private mutating func write(_ number: Double) {
    guard number.isFinite else { return out += "null".utf8 }
    let shown = "\(number)"
    out += (shown.hasSuffix(".0") ? String(shown.dropLast(2)) : shown).utf8
  }

  private mutating func write(_ text: String) {
    let hex = Array("0123456789abcdef".utf8)
    out.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22: out += [0x5C, 0x22]
      case 0x5C: out += [0x5C, 0x5C]
      case 0x0A: out += [0x5C, 0x6E]
      case 0x0D: out += [0x5C, 0x72]
      case 0x09: out += [0x5C, 0x74]
      case 0..<0x20, 0x7F:
        out += [0x5C, 0x75, 0x30, 0x30, hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      default: out.append(byte)
      }
    }
    out.append(0x22)
  }
}
