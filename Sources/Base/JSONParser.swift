extension JSON {
  /// Reads one JSON value; strict but for invalid UTF-8, which becomes U+FFFD.
  ///
  /// Of equal keys the last holds, nesting is limited, and `NaN`, comments and trailing commas are errors.
  public static func parse(_ bytes: [UInt8], maxDepth: Int = 256) throws(BelayError) -> JSON {
    var parser = JSONParser(bytes: bytes, maxDepth: maxDepth)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.at == bytes.count else { throw parser.fault("nothing after the value") }
    return value
  }

  /// Reads one JSON value from a text.
  public static func parse(_ text: String, maxDepth: Int = 256) throws(BelayError) -> JSON {
    try parse(Array(text.utf8), maxDepth: maxDepth)
  }
}

struct JSONParser {
  let bytes: [UInt8]
  let maxDepth: Int
  var at = 0

  init(bytes: [UInt8], maxDepth: Int) {
    self.bytes = bytes
    self.maxDepth = maxDepth
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
  }

  func fault(_ expected: String) -> BelayError {
    let line = bytes.prefix(at).count { $0 == 0x0A } + 1
    return BelayError(.usage, "not valid JSON at line \(line), byte \(at): expected \(expected)")
  }

  mutating func skipSpace() {
    while at < bytes.count {
      switch bytes[at] {
      case 0x20, 0x0A, 0x0D, 0x09: at += 1
      default: return
      }
    }
  }

  mutating func value(depth: Int) throws(BelayError) -> JSON {
    guard depth <= maxDepth else { throw fault("at most \(maxDepth) levels") }
    skipSpace()
    guard at < bytes.count else { throw fault("a value") }
    switch bytes[at] {
    case 0x7B: return try object(depth: depth)
    case 0x5B: return try array(depth: depth)
    case 0x22: return .string(try string())
    case 0x74: return try word("true", .bool(true))
    case 0x66: return try word("false", .bool(false))
    case 0x6E: return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ text: String, _ value: JSON) throws(BelayError) -> JSON {
    let end = at + text.utf8.count
    guard end <= bytes.count, bytes[at..<end].elementsEqual(text.utf8) else {
      throw fault("a value")
    }
    at = end
    return value
  }

  private mutating func object(depth: Int) throws(BelayError) -> JSON {
    at += 1
    var members: [String: JSON] = [:]
    skipSpace()
    if at < bytes.count, bytes[at] == 0x7D {
      at += 1
      return .object(members)
    }
    while true {
      skipSpace()
      guard at < bytes.count, bytes[at] == 0x22 else { throw fault("a key in quotes") }
      let key = try string()
      skipSpace()
      guard at < bytes.count, bytes[at] == 0x3A else { throw fault("':'") }
      at += 1
      members[key] = try value(depth: depth + 1)
      skipSpace()
      guard at < bytes.count else { throw fault("',' or '}'") }
      if bytes[at] == 0x2C {
        at += 1
      } else if bytes[at] == 0x7D {
        at += 1
        return .object(members)
      } else {
        throw fault("',' or '}'")
      }
    }
  }

  private mutating func array(depth: Int) throws(BelayError) -> JSON {
    at += 1
    var elements: [JSON] = []
    skipSpace()
    if at < bytes.count, bytes[at] == 0x5D {
      at += 1
      return .array(elements)
    }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      guard at < bytes.count else { throw fault("',' or ']'") }
      if bytes[at] == 0x2C {
        at += 1
      } else if bytes[at] == 0x5D {
        at += 1
        return .array(elements)
      } else {
        throw fault("',' or ']'")
      }
    }
  }

  private mutating func number() throws(BelayError) -> JSON {
    let start = at
    var whole = true
    func digit(_ index: Int) -> Bool {
      index < bytes.count && (0x30...0x39).contains(bytes[index])
    }
    if at < bytes.count, bytes[at] == 0x2D { at += 1 }
    guard digit(at) else { throw fault("a value") }
    if bytes[at] == 0x30 { at += 1 } else { while digit(at) { at += 1 } }
    if at < bytes.count, bytes[at] == 0x2E {
      whole = false
      at += 1
      guard digit(at) else { throw fault("a digit") }
      while digit(at) { at += 1 }
    }
    if at < bytes.count, bytes[at] == 0x65 || bytes[at] == 0x45 {
      whole = false
      at += 1
      if at < bytes.count, bytes[at] == 0x2B || bytes[at] == 0x2D { at += 1 }
      guard digit(at) else { throw fault("a digit") }
      while digit(at) { at += 1 }
    }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if whole, let value = Int(text) { return .int(value) }
    guard let value = Double(text), value.isFinite else { throw fault("a number that fits") }
    return .double(value)
  }

  private mutating func string() throws(BelayError) -> String {
    at += 1
    let start = at
    while at < bytes.count, bytes[at] != 0x22, bytes[at] != 0x5C, bytes[at] >= 0x20 { at += 1 }
    guard at < bytes.count else { throw fault("a closing quote") }
    if bytes[at] == 0x22 {
      defer { at += 1 }
      return String(decoding: bytes[start..<at], as: UTF8.self)
    }
    var out = Array(bytes[start..<at])
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      switch byte {
      case 0x22: return String(decoding: out, as: UTF8.self)
      case 0x5C: try escape(into: &out)
      case 0..<0x20: throw fault("no raw control character in a string")
      default: out.append(byte)
      }
    }
    throw fault("a closing quote")
  }

  private mutating func escape(into out: inout [UInt8]) throws(BelayError) {
    guard at < bytes.count else { throw fault("an escape") }
    let byte = bytes[at]
    at += 1
    switch byte {
    case 0x22, 0x5C, 0x2F: out.append(byte)
    case 0x62: out.append(0x08)
    case 0x66: out.append(0x0C)
    case 0x6E: out.append(0x0A)
    case 0x72: out.append(0x0D)
    case 0x74: out.append(0x09)
    case 0x75:
      var code = UInt32(try hexUnit())
      if (0xD800..<0xDC00).contains(code), at + 1 < bytes.count, bytes[at] == 0x5C,
        bytes[at + 1] == 0x75
      {
        let mark = at
        at += 2
        let low = UInt32(try hexUnit())
        if (0xDC00..<0xE000).contains(low) {
          code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        } else {
          at = mark
        }
      }
      out += String(Unicode.Scalar(code).map(Character.init) ?? "\u{FFFD}").utf8
    default: throw fault("a known escape")
    }
  }

  private mutating func hexUnit() throws(BelayError) -> UInt16 {
    guard at + 4 <= bytes.count,
      let pair = Hex.bytes(String(decoding: bytes[at..<at + 4], as: UTF8.self)), pair.count == 2
    else { throw fault("four hex digits") }
    at += 4
    return UInt16(pair[0]) << 8 | UInt16(pair[1])
  }
}
