public import Base

/// What a command takes: an `Argument`, an `Option` or a `Flag`, declared once and read by `call[it]`.
public protocol Parameter<Value>: Sendable {
  /// What the command reads.
  associatedtype Value: Sendable
  /// The description that parsing, help, completion, man page and schema read.
  var declaration: Declaration { get }
  /// Turns the texts that were typed (none when it was left out) into the value.
  func read(_ texts: [String]) throws(BelayError) -> Value
}

/// The description of a parameter, whatever its type.
public struct Declaration: Sendable {
  enum Form: String, Sendable { case argument, option, flag }

  let form: Form
  let name: String
  var short: Character?
  var value = ""
  var type = "boolean"
  var help: String
  var choices: [String] = []
  var suggestions: [String] = []
  var completion = Completion.none
  var isRequired = false
  var isRepeated = false
  var defaultText: String?
  var environment: String?
  var heading: String?

  /// How it is named in usage and messages: `HARNESS`, `--trials`.
  var spelled: String { form == .argument ? name : "--\(name)" }

  init<Value>(_ form: Form, _ name: String, _ kind: ValueKind<Value>, _ help: String) {
    self.form = form
    self.name = name
    self.help = help
    value = kind.name
    type = kind.type
    choices = kind.choices
    suggestions = kind.suggestions
    completion = kind.completion
  }

  init(flag name: String, short: Character?, _ help: String) {
    form = .flag
    self.name = name
    self.short = short
    self.help = help
  }
}

/// A positional argument; its name in help is the kind's (`.text("HARNESS")`).
public struct Argument<Value: Sendable>: Parameter {
  /// The description.
  public let declaration: Declaration
  private let convert: @Sendable ([String]) throws(BelayError) -> Value

  /// An argument that must be given.
  public init(_ kind: ValueKind<Value>, _ help: String) {
    var declaration = Declaration(.argument, kind.name, kind, help)
    declaration.isRequired = true
    self.declaration = declaration
    convert = { (texts) throws(BelayError) in
      try kind.value(texts.first ?? "", of: kind.name)
    }
  }

  /// An argument that may be left out.
  public init<Single>(optional kind: ValueKind<Single>, _ help: String) where Value == Single? {
    declaration = Declaration(.argument, kind.name, kind, help)
    convert = { (texts) throws(BelayError) in
      guard let text = texts.first else { return nil }
      return try kind.value(text, of: kind.name)
    }
  }

  /// An argument that may be given many times (`atLeast` times); the last of a command.
  public init<Single>(repeated kind: ValueKind<Single>, atLeast least: Int = 0, _ help: String)
  where Value == [Single] {
    var declaration = Declaration(.argument, kind.name, kind, help)
    declaration.isRequired = least > 0
    declaration.isRepeated = true
    self.declaration = declaration
    convert = { (texts) throws(BelayError) in
      guard texts.count >= least else {
        throw BelayError(.usage, "expected at least \(least) of \(kind.name)")
      }
      var values: [Single] = []
      for text in texts { values.append(try kind.value(text, of: kind.name)) }
      return values
    }
  }

  /// Turns the typed texts into the value.
  public func read(_ texts: [String]) throws(BelayError) -> Value { try convert(texts) }
}

/// An option with a value: `--trials K`.
public struct Option<Value: Sendable>: Parameter {
  /// The description.
  public let declaration: Declaration
  private let convert: @Sendable ([String]) throws(BelayError) -> Value

  /// An option with a default, which the help shows.
  public init(
    _ name: String, short: Character? = nil, _ kind: ValueKind<Value>, default value: Value,
    shown: String? = nil, _ help: String, heading: String? = nil
  ) {
    var declaration = Declaration(.option, name, kind, help)
    declaration.short = short
    declaration.heading = heading
    declaration.defaultText = shown ?? (value as? Double)?.plain ?? "\(value)"
    self.declaration = declaration
    convert = { (texts) throws(BelayError) in
      guard let text = texts.last else { return value }
      return try kind.value(text, of: "--\(name)")
    }
  }

  /// An option that must be given.
  public init(
    required name: String, short: Character? = nil, _ kind: ValueKind<Value>, _ help: String,
    heading: String? = nil
  ) {
    var declaration = Declaration(.option, name, kind, help)
    declaration.short = short
    declaration.heading = heading
    declaration.isRequired = true
    self.declaration = declaration
    convert = { (texts) throws(BelayError) in
      try kind.value(texts.last ?? "", of: "--\(name)")
    }
  }

  /// An option that may be left out; then its value is nil.
  public init<Single>(
    _ name: String, short: Character? = nil, _ kind: ValueKind<Single>, _ help: String,
    environment: String? = nil, heading: String? = nil
  ) where Value == Single? {
    var declaration = Declaration(.option, name, kind, help)
    declaration.short = short
    declaration.heading = heading
    declaration.environment = environment
    self.declaration = declaration
    convert = { (texts) throws(BelayError) in
      guard let text = texts.last else { return nil }
      return try kind.value(text, of: "--\(name)")
    }
  }

  /// An option that may be given several times.
  public init<Single>(
    repeated name: String, short: Character? = nil, _ kind: ValueKind<Single>, _ help: String,
    heading: String? = nil
  ) where Value == [Single] {
    var declaration = Declaration(.option, name, kind, help)
    declaration.short = short
    declaration.heading = heading
    declaration.isRepeated = true
    self.declaration = declaration
    convert = { (texts) throws(BelayError) in
      var values: [Single] = []
      for text in texts { values.append(try kind.value(text, of: "--\(name)")) }
      return values
    }
  }

  /// Turns the typed texts into the value.
  public func read(_ texts: [String]) throws(BelayError) -> Value { try convert(texts) }
}

/// An option without a value: `--resume`; false unless it was given.
public struct Flag: Parameter {
  /// The description.
  public let declaration: Declaration

  /// A flag with its long name, without the dashes.
  public init(
    _ name: String, short: Character? = nil, _ help: String, heading: String? = nil
  ) {
    var declaration = Declaration(flag: name, short: short, help)
    declaration.heading = heading
    self.declaration = declaration
  }

  /// Whether it was given.
  public func read(_ texts: [String]) throws(BelayError) -> Bool { !texts.isEmpty }
}
