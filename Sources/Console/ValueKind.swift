public import Base

/// What a shell offers where a value is typed.
public enum Completion: String, Sendable {
  /// Nothing.
  case none
  /// Files and folders.
  case file
  /// Folders.
  case directory
  /// Commands and topics of the program itself.
  case command
}

/// How the text of an argument or option becomes a value; also feeds help, completion and schema.
public struct ValueKind<Value: Sendable>: Sendable {
  let name: String
  let type: String
  let expected: String
  let choices: [String]
  let suggestions: [String]
  let completion: Completion
  let read: @Sendable (String) -> Value?

  /// A kind of your own; `read` answers nil for what is not `expected` ("a whole number").
  ///
  /// `choices` are all the words there are; `suggestions` are some that a shell may offer.
  public init(
    _ name: String, type: String, expected: String, choices: [String] = [],
    suggestions: [String] = [], completion: Completion = .none,
    read: @escaping @Sendable (String) -> Value?
  ) {
    self.name = name
    self.type = type
    self.expected = expected
    self.choices = choices
    self.suggestions = suggestions
    self.completion = completion
    self.read = read
  }

  func value(_ text: String, of subject: String) throws(BelayError) -> Value {
    if let value = read(text) { return value }
    let near = Spelling.suggestion(for: text, in: choices)
    throw BelayError(.usage, "\(subject): expected \(expected), got '\(text)'\(near)")
  }
}

extension ValueKind where Value == String {
  /// Any text that is not empty; `name` is what the help calls it.
  public static func text(_ name: String, suggestions: [String] = []) -> Self {
    Self(name, type: "string", expected: "a text", suggestions: suggestions) {
      $0.isEmpty ? nil : $0
    }
  }

  /// A command or topic of the program.
  public static func command(_ name: String) -> Self {
    Self(name, type: "string", expected: "a command", completion: .command) {
      $0.isEmpty ? nil : $0
    }
  }

  /// The path of a file or folder; `suggestions` are words that may stand in its place.
  public static func path(_ name: String = "PATH", suggestions: [String] = []) -> Self {
    Self(name, type: "path", expected: "a path", suggestions: suggestions, completion: .file) {
      $0.isEmpty ? nil : $0
    }
  }

  /// The path of a folder.
  public static func directory(_ name: String = "DIR") -> Self {
    Self(name, type: "path", expected: "a folder", completion: .directory) {
      $0.isEmpty ? nil : $0
    }
  }

  /// One of these words.
  public static func choice(_ name: String, _ words: [String]) -> Self {
    Self(
      name, type: "string", expected: "one of \(words.joined(separator: ", "))", choices: words
    ) { words.contains($0) ? $0 : nil }
  }
}

extension ValueKind where Value == Int {
  /// A whole number within a range.
  public static func whole(_ name: String, _ range: ClosedRange<Int> = 1...Int.max) -> Self {
    Self(name, type: "integer", expected: "a whole number" + bounds(range)) { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  private static func bounds(_ range: ClosedRange<Int>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (.min, .max): ""
    case (let low, .max): " from \(low)"
    case (let low, let high): " from \(low) to \(high)"
    }
  }
}

extension ValueKind where Value == Double {
  /// A number within a range.
  public static func number(_ name: String, _ range: ClosedRange<Double>) -> Self {
    Self(
      name, type: "number",
      expected: "a number from \(range.lowerBound.plain) to \(range.upperBound.plain)"
    ) { text in
      Double(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension ValueKind where Value == [String] {
  /// Texts parted by commas.
  public static func list(_ name: String) -> Self {
    Self(name, type: "list", expected: "names parted by commas") { text in
      let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return parts.contains("") ? nil : parts
    }
  }
}

extension ValueKind {
  /// The id of a run, candidate or trial.
  public static func id<Kind: IdentifierKind>(_ name: String) -> Self
  where Value == Identifier<Kind> {
    Self(
      name, type: "string", expected: "the id of a \(Kind.word) such as \(Kind.letter)12"
    ) { Identifier<Kind>($0) }
  }
}

extension ValueKind where Value == Duration {
  /// A time such as `90s`, `5m`, `2h`; a bare number is seconds.
  public static func duration(_ name: String = "TIME") -> Self {
    Self(name, type: "duration", expected: "a time such as 90s, 5m or 2h") { text in
      let factors: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
      let factor = text.last.flatMap { factors[$0] }
      let digits = factor == nil ? text[...] : text.dropLast()
      guard let number = Double(digits), number.isFinite, number > 0, number < 1e9 else {
        return nil
      }
      return .milliseconds(Int64(number * (factor ?? 1) * 1000))
    }
  }
}

extension ValueKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of the cases of an enumeration.
  public static func choice(_ name: String) -> Self {
    let words = Value.allCases.map(\.rawValue)
    return Self(
      name, type: "string", expected: "one of \(words.joined(separator: ", "))", choices: words
    ) { Value(rawValue: $0) }
  }
}

extension Double {
  var plain: String {
    let text = "\(self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
