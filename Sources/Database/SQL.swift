/// A statement whose `\(values)` are bound and never become part of its text.
public struct SQL: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// The text with a `?` for each value.
  public let text: String
  /// The values, in order.
  public let values: [SQLValue]

  /// A statement without values.
  public init(stringLiteral text: String) {
    self.text = text
    values = []
  }

  /// A statement made of its interpolation.
  public init(stringInterpolation: Interpolation) {
    text = stringInterpolation.text
    values = stringInterpolation.values
  }

  private init(text: String, values: [SQLValue]) {
    self.text = text
    self.values = values
  }

  /// Fragments one behind the other with a separator between them.
  public static func joined(_ parts: [SQL], by separator: String) -> SQL {
    SQL(
      text: parts.map(\.text).joined(separator: separator), values: parts.flatMap(\.values))
  }

  /// Collects text and values.
  public struct Interpolation: StringInterpolationProtocol {
    var text = ""
    var values: [SQLValue] = []

    /// Room for what comes.
    public init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount)
      values.reserveCapacity(interpolationCount)
    }

    /// Text of the statement.
    public mutating func appendLiteral(_ literal: String) { text += literal }

    /// A bound value.
    public mutating func appendInterpolation(_ value: some SQLBindable) {
      text += "?"
      values.append(value.sqlValue)
    }

    /// A bound value, or NULL.
    public mutating func appendInterpolation<Value: SQLBindable>(_ value: Value?) {
      text += "?"
      values.append(value?.sqlValue ?? .null)
    }

    /// Another fragment with its own values.
    public mutating func appendInterpolation(_ fragment: SQL) {
      text += fragment.text
      values += fragment.values
    }

    /// Text that is taken as it is: only what this program itself wrote may stand here.
    public mutating func appendInterpolation(raw: String) { text += raw }

    /// A name in double quotes.
    public mutating func appendInterpolation(quote name: String) {
      text +=
        "\"\(name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
    }
  }
}
