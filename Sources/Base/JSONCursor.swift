/// Walks over the text of JSON without building values: for the few members that matter of a large or
/// frequent text.
///
/// It checks what it has to step over and no more; where the text is not what was asked for, it answers
/// nil and stays of no use. Every position is checked, so that no text makes it crash.
public struct JSONCursor: Sendable {
  private let bytes: ArraySlice<UInt8>
  private var at = 0

  /// A cursor at the start of the text.
  public init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// The first byte of the next value; nil at the end.
  public mutating func peek() -> UInt8? {
    skipSpace()
    return at < bytes.count ? bytes.span[at] : nil
  }

  /// Steps into an object; false when the next value is none.
  public mutating func enterObject() -> Bool { enter(0x7B) }

  /// Steps into an array; false when the next value is none.
  public mutating func enterArray() -> Bool { enter(0x5B) }

  /// Steps to the next member of the object that it is in, past its key; nil behind the last one, or when
  /// the text is broken, which `isBroken` tells.
  public mutating func nextKey() -> Key? {
    guard let next = step(0x7D) else { return nil }
    guard next == 0x22 else {
      isBroken = true
      return nil
    }
    guard let key = skipString(), take(0x3A) else {
      isBroken = true
      return nil
    }
    return key
  }

  /// Steps to the next element of the array that it is in; false behind the last one.
  public mutating func nextElement() -> Bool { step(0x5D) != nil }

  /// Whether the text was found not to be JSON.
  public private(set) var isBroken = false

  /// A key where it stands in the text, with its quotes.
  public struct Key: Sendable {
    let start: Int
    let end: Int
    let isPlain: Bool
  }

  /// Whether a key is this one, which is written without escapes; a key with escapes is never equal.
  public func matches(_ key: Key, _ name: StaticKey) -> Bool {
    guard key.isPlain, key.end - key.start - 2 == name.bytes.count else { return false }
    let span = bytes.span
    var index = key.start + 1
    for byte in name.bytes {
      if span[index] != byte { return false }
      index += 1
    }
    return true
  }

  /// A key as text.
  public func text(_ key: Key) -> String? {
    Self.text(bytes.span, key.start)?.text
  }

  /// Reads the next value when it is a string.
  public mutating func string() -> String? {
    guard peek() == 0x22 else { return nil }
    guard let (text, end) = Self.text(bytes.span, at) else {
      isBroken = true
      return nil
    }
    at = end
    return text
  }

  /// Reads the next value when it is a whole number from 0 to 999,999.
  public mutating func smallNumber() -> Int? {
    guard peek() != nil, let end = Self.wordEnd(bytes.span, at), end > at, end - at < 7 else {
      return nil
    }
    var value = 0
    for index in at..<end {
      let digit = bytes.span[index] &- 0x30
      guard digit < 10 else { return nil }
      value = value * 10 + Int(digit)
    }
    at = end
    return value
  }

  /// Steps over the next value when it is this string, written without escapes.
  public mutating func skip(_ text: StaticKey) -> Bool {
    guard peek() == 0x22, let (end, isPlain) = Self.stringEnd(bytes.span, at),
      matches(Key(start: at, end: end, isPlain: isPlain), text)
    else { return false }
    at = end
    return true
  }

  /// Steps over the next value when it is null.
  public mutating func null() -> Bool {
    guard peek() == 0x6E, Self.wordEnd(bytes.span, at) == at + 4, bytes.span[at + 1] == 0x75,
      bytes.span[at + 2] == 0x6C, bytes.span[at + 3] == 0x6C
    else { return false }
    at += 4
    return true
  }

  /// Steps over the next value, whatever it is, and answers where it stands in the bytes it was given.
  public mutating func skipValue() -> Range<Int>? {
    guard let first = peek() else {
      isBroken = true
      return nil
    }
    let end =
      switch first {
      case 0x22: Self.stringEnd(bytes.span, at)?.end
      case 0x7B, 0x5B: Self.nestedEnd(bytes.span, at)
      default: Self.wordEnd(bytes.span, at)
      }
    guard let end, end > at else {
      isBroken = true
      return nil
    }
    defer { at = end }
    return bytes.startIndex + at..<bytes.startIndex + end
  }

  /// Whether nothing but blanks is left.
  public mutating func isAtEnd() -> Bool { peek() == nil }

  private mutating func skipSpace() { at = Self.spaceEnd(bytes.span, at) }

  private mutating func enter(_ byte: UInt8) -> Bool {
    guard take(byte) else { return false }
    isFirst = true
    return true
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    at += 1
    return true
  }

  private var isFirst = false

  // Past the comma to the first byte of the next member or element; nil behind the last one.
  private mutating func step(_ close: UInt8) -> UInt8? {
    guard let next = peek() else {
      isBroken = true
      return nil
    }
    let wasFirst = isFirst
    isFirst = false
    if next == close {
      at += 1
      return nil
    }
    if wasFirst { return next }
    guard next == 0x2C else {
      isBroken = true
      return nil
    }
    at += 1
    return peek()
  }

  private mutating func skipString() -> Key? {
    guard let (end, isPlain) = Self.stringEnd(bytes.span, at) else {
      isBroken = true
      return nil
    }
    defer { at = end }
    return Key(start: at, end: end, isPlain: isPlain)
  }

  private static func text(_ span: Span<UInt8>, _ start: Int) -> (text: String, end: Int)? {
    var parser = JSONParser(span, maxDepth: 0)
    parser.at = start
    guard let text = try? parser.string(span) else { return nil }
    return (text, parser.at)
  }

  private static func spaceEnd(_ span: Span<UInt8>, _ start: Int) -> Int {
    var index = start
    while index < span.count {
      let byte = span[index]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
      index += 1
    }
    return index
  }

  private static func stringEnd(_ span: Span<UInt8>, _ start: Int) -> (end: Int, isPlain: Bool)? {
    var index = start + 1
    var isPlain = true
    while index < span.count {
      let byte = span[index]
      if byte == 0x22 { return (index + 1, isPlain) }
      if byte == 0x5C {
        isPlain = false
        index += 1
      } else if byte < 0x20 {
        return nil
      }
      index += 1
    }
    return nil
  }

  private static func nestedEnd(_ span: Span<UInt8>, _ start: Int) -> Int? {
    var depth = 0
    var index = start
    while index < span.count {
      switch span[index] {
      case 0x22:
        guard let (end, _) = stringEnd(span, index) else { return nil }
        index = end
        continue
      case 0x7B, 0x5B: depth += 1
      case 0x7D, 0x5D:
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
      index += 1
    }
    return nil
  }

  private static func wordEnd(_ span: Span<UInt8>, _ start: Int) -> Int? {
    var index = start
    while index < span.count {
      switch span[index] {
      case 0x2C, 0x7D, 0x5D, 0x20, 0x0A, 0x0D, 0x09: return index
      case 0x22, 0x7B, 0x5B, 0x3A: return nil
      default: index += 1
      }
    }
    return index
  }
}

/// A key that is looked for often, made once.
public struct StaticKey: Sendable, ExpressibleByStringLiteral {
  let bytes: [UInt8]

  /// The key in plain letters.
  public init(stringLiteral value: String) { bytes = Array(value.utf8) }
}
