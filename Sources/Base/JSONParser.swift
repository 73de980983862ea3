extension JSON {
  /// Reads one JSON value; strict but for invalid UTF-8, which becomes U+FFFD.
  ///
  /// Of equal keys the last holds, nesting is limited, and `NaN`, comments and trailing commas are errors.
  public static func parse(_ bytes: [UInt8], maxDepth: Int = 256) throws(BelayError) -> JSON {
    try parse(bytes.span, maxDepth: maxDepth)
  }

  /// Reads one JSON value from a part of some bytes, without copying them.
  public static func parse(
    _ bytes: ArraySlice<UInt8>, maxDepth: Int = 256
  ) throws(BelayError) -> JSON {
    try parse(bytes.span, maxDepth: maxDepth)
  }

  /// Reads one JSON value from a text.
  public static func parse(_ text: String, maxDepth: Int = 256) throws(BelayError) -> JSON {
    try parse(Array(text.utf8), maxDepth: maxDepth)
  }

  private static func parse(_ bytes: Span<UInt8>, maxDepth: Int) throws(BelayError) -> JSON {
    var parser = JSONParser(bytes, maxDepth: maxDepth)
    let value = try parser.value(bytes, depth: 0)
    parser.skipSpace(bytes)
    guard parser.at == bytes.count else { throw parser.fault(bytes, "nothing after the value") }
    return value
  }
}

// The bytes are handed from call to call: a span in registers is read several times faster than an
// array in a field, and every access is still checked.
struct JSONParser {
  let maxDepth: Int
  var at = 0

  init(_ bytes: Span<UInt8>, maxDepth: Int) {
    self.maxDepth = maxDepth
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { at = 3 }
  }

  func fault(_ bytes: Span<UInt8>, _ expected: String) -> BelayError {
    var line = 1
    for index in 0..<min(at, bytes.count) where bytes[index] == 0x0A { line += 1 }
    return BelayError(.usage, "not valid JSON at line \(line), byte \(at): expected \(expected)")
  }

  @inline(__always)
  mutating func skipSpace(_ bytes: Span<UInt8>) {
    while at < bytes.count {
      switch bytes[at] {
      case 0x20, 0x0A, 0x0D, 0x09: at += 1
      default: return
      }
    }
  }

  mutating func value(_ bytes: Span<UInt8>, depth: Int) throws(BelayError) -> JSON {
    guard depth <= maxDepth else { throw fault(bytes, "at most \(maxDepth) levels") }
    skipSpace(bytes)
    guard at < bytes.count else { throw fault(bytes, "a value") }
    switch bytes[at] {
    case 0x7B: return try object(bytes, depth: depth)
    case 0x5B: return try array(bytes, depth: depth)
    case 0x22: return .string(try string(bytes))
    case 0x74: return try word(bytes, "true", .bool(true))
    case 0x66: return try word(bytes, "false", .bool(false))
    case 0x6E: return try word(bytes, "null", .null)
    default: return try number(bytes)
    }
  }

  private mutating func word(
    _ bytes: Span<UInt8>, _ text: String, _ value: JSON
  ) throws(BelayError) -> JSON {
    let start = at
    guard start + text.utf8.count <= bytes.count else { throw fault(bytes, "a value") }
    for byte in text.utf8 {
      guard bytes[at] == byte else {
        at = start
        throw fault(bytes, "a value")
      }
      at += 1
    }
    return value
  }

  private mutating func object(_ bytes: Span<UInt8>, depth: Int) throws(BelayError) -> JSON {
    at += 1
    var members: [String: JSON] = [:]
    skipSpace(bytes)
    if at < bytes.count, bytes[at] == 0x7D {
      at += 1
      return .object(members)
    }
    while true {
      skipSpace(bytes)
      guard at < bytes.count, bytes[at] == 0x22 else { throw fault(bytes, "a key in quotes") }
      let key = try string(bytes)
      skipSpace(bytes)
      guard at < bytes.count, bytes[at] == 0x3A else { throw fault(bytes, "':'") }
      at += 1
      members[key] = try value(bytes, depth: depth + 1)
      skipSpace(bytes)
      guard at < bytes.count else { throw fault(bytes, "',' or '}'") }
      if bytes[at] == 0x2C {
        at += 1
        // Most objects with two members have more: one allocation instead of three.
        if members.count == 1 { members.reserveCapacity(6) }
      } else if bytes[at] == 0x7D {
        at += 1
        return .object(members)
      } else {
        throw fault(bytes, "',' or '}'")
      }
    }
  }

  private mutating func array(_ bytes: Span<UInt8>, depth: Int) throws(BelayError) -> JSON {
    at += 1
    var elements: [JSON] = []
    skipSpace(bytes)
    if at < bytes.count, bytes[at] == 0x5D {
      at += 1
      return .array(elements)
    }
    while true {
      elements.append(try value(bytes, depth: depth + 1))
      skipSpace(bytes)
      guard at < bytes.count else { throw fault(bytes, "',' or ']'") }
      if bytes[at] == 0x2C {
        at += 1
      } else if bytes[at] == 0x5D {
        at += 1
        return .array(elements)
      } else {
        throw fault(bytes, "',' or ']'")
      }
    }
  }

  private mutating func number(_ bytes: Span<UInt8>) throws(BelayError) -> JSON {
    let start = at
    var whole = true
    // The digits of a whole number are added up as they are read; nil when they do not fit.
    var sum: Int? = 0
    let isNegative = at < bytes.count && bytes[at] == 0x2D
    if isNegative { at += 1 }
    guard Self.isDigit(bytes, at) else { throw fault(bytes, "a value") }
    if bytes[at] == 0x30 {
      at += 1
    } else {
      while Self.isDigit(bytes, at) {
        if let before = sum {
          let (ten, overflow) = before.multipliedReportingOverflow(by: 10)
          let digit = Int(bytes[at] - 0x30)
          let (next, overflow2) = ten.addingReportingOverflow(isNegative ? -digit : digit)
          sum = overflow || overflow2 ? nil : next
        }
        at += 1
      }
    }
    if at < bytes.count, bytes[at] == 0x2E {
      whole = false
      at += 1
      guard Self.isDigit(bytes, at) else { throw fault(bytes, "a digit") }
      while Self.isDigit(bytes, at) { at += 1 }
    }
    if at < bytes.count, bytes[at] == 0x65 || bytes[at] == 0x45 {
      whole = false
      at += 1
      if at < bytes.count, bytes[at] == 0x2B || bytes[at] == 0x2D { at += 1 }
      guard Self.isDigit(bytes, at) else { throw fault(bytes, "a digit") }
      while Self.isDigit(bytes, at) { at += 1 }
    }
    if whole, let sum { return .int(sum) }
    guard let value = Double(Self.text(bytes, start, at)), value.isFinite else {
      throw fault(bytes, "a number that fits")
    }
    return .double(value)
  }

  @inline(__always)
  private static func isDigit(_ bytes: Span<UInt8>, _ index: Int) -> Bool {
    index < bytes.count && bytes[index] &- 0x30 < 10
  }

  static func text(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> String {
    unsafe bytes.extracting(start..<end).withUnsafeBufferPointer {
      unsafe String(decoding: $0, as: UTF8.self)
    }
  }

  /// Reads a string whose opening quote is next.
  mutating func string(_ bytes: Span<UInt8>) throws(BelayError) -> String {
    let start = at + 1
    var end = start
    while end < bytes.count {
      let byte = bytes[end]
      if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
      end += 1
    }
    at = end
    guard end < bytes.count else { throw fault(bytes, "a closing quote") }
    if bytes[end] == 0x22 {
      at = end + 1
      return Self.text(bytes, start, end)
    }
    var out: [UInt8] = []
    out.reserveCapacity(end - start + 64)
    for index in start..<end { out.append(bytes[index]) }
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      switch byte {
      case 0x22: return String(decoding: out, as: UTF8.self)
      case 0x5C: try escape(bytes, into: &out)
      case 0..<0x20: throw fault(bytes, "no raw control character in a string")
      default: out.append(byte)
      }
    }
    throw fault(bytes, "a closing quote")
  }

  private mutating func escape(
    _ bytes: Span<UInt8>, into out: inout [UInt8]
  ) throws(BelayError) {
    guard at < bytes.count else { throw fault(bytes, "an escape") }
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
      var code = UInt32(try hexUnit(bytes))
      if (0xD800..<0xDC00).contains(code), at + 1 < bytes.count, bytes[at] == 0x5C,
        bytes[at + 1] == 0x75
      {
        let mark = at
        at += 2
        let low = UInt32(try hexUnit(bytes))
        if (0xDC00..<0xE000).contains(low) {
          code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        } else {
          at = mark
        }
      }
      // Half a pair alone is no character.
      out += String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8
    default: throw fault(bytes, "a known escape")
    }
  }

  private mutating func hexUnit(_ bytes: Span<UInt8>) throws(BelayError) -> UInt16 {
    guard at + 4 <= bytes.count else { throw fault(bytes, "four hex digits") }
    var unit: UInt16 = 0
    for index in at..<at + 4 {
      let byte = bytes[index]
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x37
      case 0x61...0x66: digit = byte - 0x57
      default: throw fault(bytes, "four hex digits")
      }
      unit = unit << 4 | UInt16(digit)
    }
    at += 4
    return unit
  }
}
