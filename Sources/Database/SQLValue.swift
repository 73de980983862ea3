public import Base

/// A value as SQLite stores it.
public enum SQLValue: Sendable, Hashable {
  /// NULL
  case null
  /// A whole number.
  case int(Int)
  /// A number; NaN becomes NULL.
  case double(Double)
  /// A text, stored as UTF-8; it may hold NUL.
  case text(String)
  /// Bytes.
  case blob([UInt8])
}

/// What can stand in the interpolation of an SQL statement.
public protocol SQLBindable {
  /// The value that is bound.
  var sqlValue: SQLValue { get }
}

extension SQLValue: SQLBindable {
  /// Itself.
  public var sqlValue: SQLValue { self }
}

extension Int: SQLBindable {
  /// A whole number.
  public var sqlValue: SQLValue { .int(self) }
}

extension UInt64: SQLBindable {
  /// The same 64 bits as a signed number.
  public var sqlValue: SQLValue { .int(Int(bitPattern: UInt(self))) }
}

extension Bool: SQLBindable {
  /// 1 or 0.
  public var sqlValue: SQLValue { .int(self ? 1 : 0) }
}

extension Double: SQLBindable {
  /// A number.
  public var sqlValue: SQLValue { .double(self) }
}

extension String: SQLBindable {
  /// A text.
  public var sqlValue: SQLValue { .text(self) }
}

extension [UInt8]: SQLBindable {
  /// Bytes.
  public var sqlValue: SQLValue { .blob(self) }
}

extension Digest: SQLBindable {
  /// Its 32 bytes.
  public var sqlValue: SQLValue { .blob(bytes) }
}

extension Timestamp: SQLBindable {
  /// Milliseconds since 1970.
  public var sqlValue: SQLValue { .int(Int(milliseconds)) }
}

extension Identifier: SQLBindable {
  /// The number behind the letter.
  public var sqlValue: SQLValue { .int(number) }
}

extension JSON: SQLBindable {
  /// Its text with sorted keys; NULL for null.
  public var sqlValue: SQLValue { isNull ? .null : .text(text()) }
}
