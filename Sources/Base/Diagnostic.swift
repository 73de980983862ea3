/// One fault or warning about a file: where, what was found, what was expected.
public struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
  /// How bad it is.
  public enum Severity: String, Sendable, Comparable {
    /// Worth knowing; the file is used all the same.
    case warning
    /// The file cannot be used.
    case error

    /// Errors are worse than warnings.
    public static func < (left: Self, right: Self) -> Bool { left == .warning && right == .error }
  }

  /// How bad it is.
  public let severity: Severity
  /// The file or folder, as the user named it.
  public let file: String
  /// The line, from 1, where it is known.
  public let line: Int?
  /// The dotted key, where it is about one.
  public let key: String?
  /// What was found and what was expected.
  public let message: String

  /// Makes a diagnostic.
  public init(
    _ severity: Severity, file: String, line: Int? = nil, key: String? = nil, _ message: String
  ) {
    self.severity = severity
    self.file = file
    self.line = line
    self.key = key
    self.message = message
  }

  /// `file:line: error: key: message`
  public var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return "\(place): \(severity.rawValue): \(key.map { "\($0): " } ?? "")\(message)".printable()
  }

  /// The same as a record.
  public var json: JSON {
    [
      "severity": .string(severity.rawValue), "file": .string(file), "line": .optional(line),
      "key": .optional(key), "message": .string(message),
    ]
  }
}

/// Collects every diagnostic of one reading, so that all faults are told at once.
public final class Diagnostics {
  /// What was found, in order.
  public private(set) var all: [Diagnostic] = []

  /// Starts empty.
  public init() {}

  /// Adds one.
  public func add(_ diagnostic: Diagnostic) { all.append(diagnostic) }

  /// Whether one of them is an error.
  public var hasErrors: Bool { all.contains { $0.severity == .error } }
}
