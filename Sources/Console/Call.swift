public import Base
internal import Layout
public import Platform

/// One call of a command: what was typed, where to write, and what is around.
public struct Call: Sendable {
  /// Where results, events and notes go.
  public let output: Output
  /// The environment, streams and clock.
  public let surroundings: Surroundings
  /// The words that were typed, without the program's name.
  public let words: [String]
  /// The program that the command belongs to.
  public let program: Program
  private let values: [String: any Sendable]
  private let given: Set<String>

  /// Set in the environment of a command that an agent asks, as `belay mcp` does: it is told no more of a night
  /// under way than the live page tells.
  public static let agentMark = "BELAY_AGENT"

  /// Whether an agent asks, and not the lab's owner.
  public var isForAgent: Bool { !(surroundings.environment[Self.agentMark] ?? "").isEmpty }

  init(
    line: ParsedLine, located: Located, program: Program, output: Output,
    surroundings: Surroundings, words: [String]
  ) throws(BelayError) {
    self.output = output
    self.surroundings = surroundings
    self.words = words
    self.program = program
    var values: [String: any Sendable] = [:]
    for parameter in located.ownParameters + Globals.everywhere {
      values[parameter.declaration.spelled] = try Self.value(of: parameter, line, surroundings)
    }
    self.values = values
    given = Set(line.texts.keys)
  }

  /// The value of a parameter that the command declared.
  public subscript<Value>(_ parameter: some Parameter<Value>) -> Value {
    guard let value = values[parameter.declaration.spelled] as? Value else {
      fatalError("\(parameter.declaration.spelled) is not declared by this command")
    }
    return value
  }

  /// Whether the user typed it, and it is not its default.
  public func isGiven(_ parameter: some Parameter) -> Bool {
    given.contains(parameter.declaration.spelled)
  }

  /// Refuses whatever was typed of these parameters, by name; `reason` says why none of them applies.
  public func refuse(_ parameters: [any Parameter], as reason: String, hint: String)
    throws(BelayError)
  {
    let names = parameters.map(\.declaration.spelled).filter(given.contains)
    guard let last = names.last else { return }
    let others = names.dropLast().joined(separator: ", ")
    throw BelayError(
      .usage,
      "\(reason): \(others.isEmpty ? "" : "\(others) and ")\(last) \(names.count == 1 ? "does" : "do") not apply",
      hint: hint)
  }

  /// The lab as `--lab` or `BELAY_LAB` names it; nil when it is to be looked for.
  public var lab: String? { self[Globals.lab] }

  /// At most so many items of a list; nil for all of them.
  public var limit: Int? { self[Globals.all] ? nil : self[Globals.limit] }

  /// The command line as it was typed, for the record.
  public var commandLine: String {
    ([program.name] + words).map(ShellWord.quoted).joined(separator: " ")
  }

  private static func value<P: Parameter>(
    of parameter: P, _ line: ParsedLine, _ surroundings: Surroundings
  ) throws(BelayError) -> any Sendable {
    let declaration = parameter.declaration
    if let texts = line.texts[declaration.spelled] { return try parameter.read(texts) }
    if let name = declaration.environment, let text = surroundings.environment[name], !text.isEmpty
    {
      return try parameter.read([text])
    }
    return try parameter.read([])
  }
}
