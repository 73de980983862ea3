internal import CToml

/// A TOML value with the place where it stands in its file.
public struct TOML: Sendable, Hashable {
  /// What a value can be.
  public enum Value: Sendable, Hashable {
    /// A string.
    case string(String)
    /// A whole number.
    case integer(Int)
    /// A finite number with a point.
    case float(Double)
    /// `nan`, `inf` or `-inf`, which no setting of ours takes.
    case nonfinite
    /// true or false.
    case boolean(Bool)
    /// A date or time, as written.
    case datetime(String)
    /// A list.
    case array([TOML])
    /// A table.
    case table([String: TOML])
  }

  /// The value.
  public let value: Value
  /// Its line, from 1.
  public let line: Int
  /// The line of the key that names it (its own line for elements and the root).
  public let keyLine: Int

  /// Reads a document; a fault names file and line.
  public static func parse(_ text: String, file: String) throws(BelayError) -> TOML {
    var text = text
    if text.hasPrefix("\u{FEFF}") { text.removeFirst() }
    guard !text.utf8.contains(0) else {
      throw BelayError(.usage, "not valid TOML: it holds a NUL byte", place: file)
    }
    if let line = TOMLDepth.excess(text, limit: 256) {
      throw BelayError(
        .usage, "not valid TOML: tables and lists deeper than 256 levels", place: "\(file):\(line)")
    }
    guard let raw = unsafe ctoml_to_json(text, UInt(text.utf8.count)) else {
      throw BelayError(.internal, "out of memory", place: file)
    }
    defer { unsafe ctoml_free(raw) }
    let json = try JSON.parse(Array(String(cString: raw).utf8), maxDepth: 1024)
    if let fault = json["error"].string {
      throw BelayError(
        .usage, "not valid TOML: \(fault.printable())", place: "\(file):\(json["l"].int ?? 1)")
    }
    return TOML(json, keyLine: nil)
  }

  private init(_ json: JSON, keyLine: Int?) {
    line = json["l"].int ?? 1
    self.keyLine = keyLine ?? line
    let inner = json["v"]
    switch json["t"].string {
    case "table":
      value = .table(
        (inner.object ?? [:]).mapValues { TOML($0["n"], keyLine: $0["k"].int) })
    case "array": value = .array((inner.array ?? []).map { TOML($0, keyLine: nil) })
    case "string": value = .string(inner.string ?? "")
    case "integer": value = .integer(inner.int ?? 0)
    case "float": value = .float(inner.double ?? 0)
    case "boolean": value = .boolean(inner.bool ?? false)
    case "nonfinite": value = .nonfinite
    default: value = .datetime(inner.string ?? "")
    }
  }

  /// What a reader would call the type of this value.
  public var typeName: String {
    switch value {
    case .string: "a string"
    case .integer: "a whole number"
    case .float: "a number"
    case .nonfinite: "not a finite number"
    case .boolean: "true or false"
    case .datetime: "a date"
    case .array: "a list"
    case .table: "a table"
    }
  }

  /// The value without its places; dates as strings, what is not finite as null.
  public var json: JSON {
    switch value {
    case .string(let text), .datetime(let text): .string(text)
    case .integer(let number): .int(number)
    case .float(let number): .double(number)
    case .nonfinite: .null
    case .boolean(let flag): .bool(flag)
    case .array(let elements): .array(elements.map(\.json))
    case .table(let members): .object(members.mapValues(\.json))
    }
  }
}
