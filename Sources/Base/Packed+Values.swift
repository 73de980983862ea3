extension Int: Packable {
  /// Writes it down.
  public func pack(into writer: inout PackWriter) { writer.write(self) }
  /// Reads it.
  public init(from reader: inout PackReader) throws(BelayError) { self = try reader.whole() }
}

extension UInt32: Packable {
  /// Writes it down.
  public func pack(into writer: inout PackWriter) { writer.write(Int(self)) }
  /// Reads it.
  public init(from reader: inout PackReader) throws(BelayError) {
    guard let value = Self(exactly: try reader.whole()) else { throw PackReader.broken }
    self = value
  }
}

extension UInt8: Packable {
  /// Writes it down.
  public func pack(into writer: inout PackWriter) { writer.write(Int(self)) }
  /// Reads it.
  public init(from reader: inout PackReader) throws(BelayError) {
    guard let value = Self(exactly: try reader.whole()) else { throw PackReader.broken }
    self = value
  }
}

extension Double: Packable {
  /// Writes it down.
  public func pack(into writer: inout PackWriter) { writer.write(self) }
  /// Reads it.
  public init(from reader: inout PackReader) throws(BelayError) { self = try reader.number() }
}

extension String: Packable {
  /// Writes it down.
  public func pack(into writer: inout PackWriter) { writer.write(self) }
  /// Reads it.
  public init(from reader: inout PackReader) throws(BelayError) { self = try reader.text() }
}

extension Identifier: Packable {
  /// Writes its number down.
  public func pack(into writer: inout PackWriter) { writer.write(number) }
  /// Reads its number.
  public init(from reader: inout PackReader) throws(BelayError) { self.init(try reader.whole()) }
}

extension Optional: Packable where Wrapped: Packable {
  /// Writes down whether there is a value, and the value.
  public func pack(into writer: inout PackWriter) {
    writer.write(self == nil ? 0 : 1)
    self?.pack(into: &writer)
  }

  /// Reads it.
  public init(from reader: inout PackReader) throws(BelayError) {
    switch try reader.whole() {
    case 0: self = nil
    case 1: self = try Wrapped(from: &reader)
    default: throw PackReader.broken
    }
  }
}

extension Array: Packable where Element: Packable {
  /// Writes its elements down.
  public func pack(into writer: inout PackWriter) {
    writer.write(count)
    for element in self { element.pack(into: &writer) }
  }

  /// Reads its elements.
  public init(from reader: inout PackReader) throws(BelayError) {
    let count = try reader.count()
    self = []
    reserveCapacity(count)
    for _ in 0..<count { append(try Element(from: &reader)) }
  }
}

extension Dictionary: Packable where Key: Packable, Value: Packable {
  /// Writes its members down.
  public func pack(into writer: inout PackWriter) {
    writer.write(count)
    for (key, value) in self {
      key.pack(into: &writer)
      value.pack(into: &writer)
    }
  }

  /// Reads its members.
  public init(from reader: inout PackReader) throws(BelayError) {
    let count = try reader.count()
    self = [:]
    reserveCapacity(count)
    for _ in 0..<count {
      let key = try Key(from: &reader)
      self[key] = try Value(from: &reader)
    }
  }
}
